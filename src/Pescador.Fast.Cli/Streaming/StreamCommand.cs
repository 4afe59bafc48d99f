using System.CommandLine;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary><c>pescador stream</c></summary>
internal static class StreamCommand
{
    private const double LongestSeconds = 1e6;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    internal static Command Create()
    {
        var arguments = new StreamArguments();
        Option<double> seconds = new Option<double>("--seconds") { Description = "How long.", DefaultValueFactory = static _ => 10, HelpName = "T" }
            .Must<Option<double>, double>(static value => value is > 0 and <= LongestSeconds, "is above 0 and at most 1000000");
        var json = new Option<bool>("--json") { Description = "Print one JSON object, and nothing else." };
        Option<string?> plot = OptionRules.File("--plot", ".svg", "draws an SVG", "Draw throughput, memory and how the files were mixed.");
        var command = new Command("stream", """
            Draw batches as a training would, and show how fast they come, who waits for whom, and how much memory it takes.

            Examples:
              pescador stream shards/
              pescador stream a.npz b.npz c.npz --weights 0.7,0.2,0.1 --active 2
              pescador stream shards/ --mode exhaustive --seconds 600
              pescador stream archive/*.csv.gz --budget 256MB --plot stream.svg
            """);
        arguments.AddTo(command);
        foreach (Option option in (Option[])[seconds, json, plot])
        {
            command.Options.Add(option);
        }

        command.Does((parsed, cancellation) =>
        {
            (IReadOnlyList<Source> files, StreamPlan plan) = arguments.Read(parsed, TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            return Run(files, plan, parsed.GetValue(json), parsed.GetValue(plot), cancellation);
        });
        return command;
    }

    private static int Run(IReadOnlyList<Source> files, StreamPlan plan, bool json, string? plot, CancellationToken cancellation)
    {
        using var session = new StreamSession(files, plan);
        StreamRecord? record = plot is null ? null : StreamRecord.Begin(plot, session, files, plan, Interval);
        var screen = new StreamScreen(plan, files.Count);
        Action<StreamGlimpse> look = record is null ? static _ => { } : record.Add;
        StreamSummary summary = json ? session.Run(Interval, look, cancellation) : screen.Run(session, look, Interval, cancellation);
        if (json)
        {
            JsonOutput.Write(StreamJson.Of(summary, plan, files.Count));
        }
        else
        {
            Screen.Out().Write(screen.Summary(summary));
        }

        record?.Draw(plan);
        return summary.End == StreamEnd.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}
