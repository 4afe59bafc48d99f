using System.CommandLine;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Inspect;

/// <summary><c>pescador inspect</c></summary>
internal static class InspectCommand
{
    private const int ManySources = 200;

    internal static Command Create()
    {
        var sources = new SourceArguments();
        var json = new Option<bool>("--json") { Description = "Print one JSON object with everything; docs/commands.md says what is in it." };
        var command = new Command("inspect", """
            Show what is in files and folders: arrays, shapes, types, rows and bytes, and what streaming them will cost.
            Only headers are read, of tables of text every line. A file that cannot be read is shown as an error; the others are shown all the same.

            Examples:
              pescador inspect data/
              pescador inspect digits.csv.gz --csv-label -1
              pescador inspect shards/*.npz --json | jq .totals
            """);
        sources.AddTo(command);
        command.Options.Add(json);
        command.Does((parsed, cancellation) =>
        {
            (IReadOnlyList<Source> found, IReadOnlyList<BadSample> missing) = sources.OpenThoseThere(parsed);
            SourceSurvey survey = Survey(found, cancellation);
            BadSample[] failures = [.. missing, .. survey.Failures];
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(InspectJson.Of(survey, failures));
            }
            else
            {
                InspectText.Write(Screen.Out(), survey, failures);
            }

            return failures.Length == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static SourceSurvey Survey(IReadOnlyList<Source> sources, CancellationToken cancellation)
    {
        return sources.Count < ManySources
            ? SourceSurvey.Of(sources, null, cancellation)
            : Screen.WithProgress(
                bars =>
                {
                    ProgressTask? bar = bars?.AddTask("inspecting", maxValue: sources.Count);
                    return SourceSurvey.Of(sources, inspected => bar?.Value(inspected), cancellation);
                },
                new PercentageColumn(),
                new RemainingTimeColumn());
    }
}
