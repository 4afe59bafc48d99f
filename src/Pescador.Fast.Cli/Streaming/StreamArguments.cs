using System.CommandLine;
using System.Globalization;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>The options of every command that makes a stream of files: which, how they are mixed, and what may be passed over.</summary>
internal sealed class StreamArguments
{
    private static readonly (string Name, StochasticMode Mode)[] Modes =
    [
        ("single-active", StochasticMode.SingleActive),
        ("with-replacement", StochasticMode.WithReplacement),
        ("exhaustive", StochasticMode.Exhaustive),
    ];

    private readonly SourceArguments _sources = new();

    private readonly MixArguments _mix = new("Mean number of samples of a file before it is replaced. [default: 64; all, with --mode exhaustive]");

    private readonly Option<double[]?> _weights =
        OptionRules.Numbers("--weights", "Share of each file among the samples, in the order of their paths. [default: equal]");

    private readonly Option<string> _mode = OptionRules.Words(
        "--mode", "Whether a file is open once at a time, or several times, or each once: an epoch.", [.. Modes.Select(static each => each.Name)]);

    private readonly Option<int> _skipBad = new Option<int>("--skip-bad") { Description = "How many rows that cannot be read may be passed over.", HelpName = "N" }
        .Must<Option<int>, int>(static value => value >= 0, "is at least 0");

    internal static string NameOf(StochasticMode mode) => Array.Find(Modes, each => each.Mode == mode).Name;

    internal void AddTo(Command command)
    {
        _sources.AddTo(command);
        _mix.AddTo(command);
        command.Options.Add(_weights);
        command.Options.Add(_mode);
        command.Options.Add(_skipBad);
    }

    /// <summary>Opens the files and reads how they are streamed.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="duration">How long; <see cref="StreamPlan.Endless"/> for no bound.</param>
    /// <exception cref="DataException">There are no files.</exception>
    /// <exception cref="ArgumentException">The options do not go together.</exception>
    internal (IReadOnlyList<Source> Files, StreamPlan Plan) Read(ParseResult parsed, TimeSpan duration)
    {
        IReadOnlyList<Source> files = _sources.Open(parsed);
        double[]? shares = parsed.GetValue(_weights) is { Length: > 0 } given ? given : null; // an option of several values that is not there has none
        int usable = Usable(files, shares);
        StochasticMode mode = Array.Find(Modes, each => each.Name == parsed.GetRequiredValue(_mode)).Mode;
        Mix mix = _mix.Read(parsed, usable, oncePerFile: mode != StochasticMode.WithReplacement);
        return (files, new StreamPlan(mix, mode, shares, parsed.GetValue(_skipBad), duration));
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
}
