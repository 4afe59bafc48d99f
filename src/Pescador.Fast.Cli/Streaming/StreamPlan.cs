using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>What is to be streamed, and how long.</summary>
/// <param name="Mix">How batches are drawn.</param>
/// <param name="Mode">Of the mux.</param>
/// <param name="Weights">One for each source; equal when null.</param>
/// <param name="MaxSkipped">Bad rows that may be passed over.</param>
/// <param name="Duration">After which it ends; <see cref="Endless"/> where it does not by itself.</param>
internal sealed record StreamPlan(Mix Mix, StochasticMode Mode, double[]? Weights, int MaxSkipped, TimeSpan Duration)
{
    /// <summary>The duration of what has none.</summary>
    internal static readonly TimeSpan Endless = TimeSpan.MaxValue;

    private const double UsualRate = 64;

    /// <summary>An epoch has no rate unless one was asked for: each row comes once.</summary>
    internal double? Rate => Mix.Rate ?? (Mode == StochasticMode.Exhaustive ? null : UsualRate);

    internal RowOrder Order => Mode == StochasticMode.Exhaustive ? RowOrder.Permuted : RowOrder.Random;
}
