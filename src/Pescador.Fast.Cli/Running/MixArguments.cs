using System.CommandLine;
using System.Globalization;

namespace Pescador.Fast.Cli.Running;

/// <summary>The options of every command that draws batches out of many files.</summary>
internal sealed class MixArguments
{
    internal const long DefaultBudgetInBytes = 512_000_000;
    private const int DefaultActive = 100;
    private const int MostPrefetched = 1 << 20;
    private const double HighestRate = 1e12;

    private readonly Option<int?> _active = new Option<int?>("--active") { Description = "How many files are open and drawn from at once. [default: 100, or all where there are fewer]", HelpName = "K" }.AtLeastOne();
    private readonly Option<double?> _rate;
    private readonly Option<int> _batch = new Option<int>("--batch") { Description = "Samples per batch.", DefaultValueFactory = static _ => 128, HelpName = "B" }.AtLeastOne();
    private readonly Option<long?> _budget = ByteSize.Option("--budget", "Ceiling on the memory for batches and for what is inflated or parsed. [default: 512MB]");
    private readonly Option<long> _seed = new("--seed") { Description = "The same seed gives the same batches.", DefaultValueFactory = static _ => 1, HelpName = "S" };
    private readonly Option<int> _prefetch = new Option<int>("--prefetch") { Description = "How many batches a background thread keeps ready.", DefaultValueFactory = static _ => 2, HelpName = "D" }.AtLeastOne().AtMost(MostPrefetched);

    internal MixArguments(string rateDescription) =>
        _rate = new Option<double?>("--rate") { Description = rateDescription, HelpName = "R" }.AtLeastOne().AtMost(HighestRate);

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_active, _rate, _batch, _seed, _budget, _prefetch])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usable">How many files can be drawn from.</param>
    /// <param name="oncePerFile">Whether each can be active but once at a time.</param>
    /// <exception cref="ArgumentException">More are to be active than there are.</exception>
    internal Mix Read(ParseResult parsed, int usable, bool oncePerFile = true) => new(
        parsed.GetValue(_active) is not { } active ? Math.Min(DefaultActive, usable)
            : active <= usable || !oncePerFile ? active
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--active {active} is more than the {usable} files that can be drawn from.")),
        parsed.GetValue(_rate),
        parsed.GetValue(_batch),
        parsed.GetValue(_seed),
        parsed.GetValue(_budget) ?? DefaultBudgetInBytes,
        parsed.GetValue(_prefetch));
}
