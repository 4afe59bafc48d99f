using System.CommandLine;
using System.Globalization;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary><c>pescador stream</c></summary>
internal static class StreamCommand
{
    private const double LongestSeconds = 1e6;

    private static readonly (string Name, StochasticMode Mode)[] Modes =
    [
        ("single-active", StochasticMode.SingleActive),
        ("with-replacement", StochasticMode.WithReplacement),
        ("exhaustive", StochasticMode.Exhaustive),
    ];

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    internal static string NameOf(StochasticMode mode) => Array.Find(Modes, each => each.Mode == mode).Name;

    internal static Command Create()
    {
        var sources = new SourceArguments();
        var mix = new MixArguments("Mean number of samples of a file before it is replaced. [default: 64; all, with --mode exhaustive]");
        Option<double[]?> weights = OptionRules.Numbers("--weights", "Share of each file among the samples, in the order of their paths. [default: equal]");
        Option<string> mode = OptionRules.Words("--mode", "Whether a file is open once at a time, or several times, or each once: an epoch.", [.. Modes.Select(static each => each.Name)]);
        Option<double> seconds = new Option<double>("--seconds") { Description = "How long.", DefaultValueFactory = static _ => 10, HelpName = "T" }
            .Must<Option<double>, double>(static value => value is > 0 and <= LongestSeconds, "is above 0 and at most 1000000");
        Option<int> skipBad = new Option<int>("--skip-bad") { Description = "How many rows that cannot be read may be passed over.", HelpName = "N" }
            .Must<Option<int>, int>(static value => value >= 0, "is at least 0");
        var json = new Option<bool>("--json") { Description = "Print one JSON object, and nothing else." };
        var plot = new Option<string?>("--plot") { Description = "Draw throughput, memory and how the files were mixed.", HelpName = "FILE.svg" };
        plot.Validators.Add(static option =>
        {
            if (option.Tokens is [var token] && !token.Value.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            {
                option.AddError($"--plot draws an SVG, so its file ends in .svg; got '{token.Value}'.");
            }
        });
        var command = new Command("stream", """
            Draw batches as a training would, and show how fast they come, who waits for whom, and how much memory it takes.

            Examples:
              pescador stream shards/
              pescador stream a.npz b.npz c.npz --weights 0.7,0.2,0.1 --active 2
              pescador stream shards/ --mode exhaustive --seconds 600
              pescador stream archive/*.csv.gz --budget 256MB --plot stream.svg
            """);
        sources.AddTo(command);
        mix.AddTo(command);
        foreach (Option option in (Option[])[weights, mode, seconds, skipBad, json, plot])
        {
            command.Options.Add(option);
        }

        command.Does((parsed, cancellation) =>
        {
            IReadOnlyList<Source> files = sources.Open(parsed);
            double[]? shares = parsed.GetValue(weights) is { Length: > 0 } given ? given : null; // an option of several values that is not there has none
            int usable = Usable(files, shares);
            StochasticMode chosen = Array.Find(Modes, each => each.Name == parsed.GetRequiredValue(mode)).Mode;
            var plan = new StreamPlan(
                mix.Read(parsed, usable, oncePerFile: chosen != StochasticMode.WithReplacement),
                chosen,
                shares,
                parsed.GetValue(skipBad),
                TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            return Run(files, plan, parsed.GetValue(json), parsed.GetValue(plot), cancellation);
        });
        return command;
    }

    private static int Usable(IReadOnlyList<Source> files, double[]? weights)
    {
        if (weights is null)
        {
            return files.Count;
        }

        if (weights.Length != files.Count)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"--weights has {weights.Length} numbers for {files.Count} files (of one stem count as one); it needs one for each, in the order of their paths."));
        }

        int usable = weights.Count(static weight => weight > 0);
        return usable > 0 ? usable : throw new ArgumentException("--weights has no number above 0.");
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
