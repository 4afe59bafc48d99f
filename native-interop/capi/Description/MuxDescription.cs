namespace Pescador.Fast;

/// <summary>How the rows of several files are mixed; names and defaults are those of the command's options.</summary>
internal sealed record MuxDescription
{
    internal const double UsualRate = 64;

    internal MuxKind Kind { get; init; }

    /// <summary>How many files are open at once; up to 100 when null.</summary>
    internal int? Active { get; init; }

    /// <summary>Mean number of samples of a file before it is replaced; when null, 64, or all in mode exhaustive.</summary>
    internal double? Rate { get; init; }

    /// <summary>Share of each file, in the order of their paths; equal when null.</summary>
    internal double[]? Weights { get; init; }

    internal StochasticMode Mode { get; init; } = StochasticMode.SingleActive;

    internal RoundRobinMode RoundRobin { get; init; } = RoundRobinMode.Exhaustive;

    internal ChainMode Chain { get; init; } = ChainMode.Exhaustive;

    /// <summary>Whether it gives each row once and ends, when its inputs do.</summary>
    internal bool Ends => Kind switch
    {
        MuxKind.Stochastic => Mode == StochasticMode.Exhaustive,
        MuxKind.RoundRobin => RoundRobin == RoundRobinMode.Exhaustive,
        MuxKind.Chain => Chain == ChainMode.Exhaustive,
        _ => false,
    };
}
