namespace Pescador.Fast.Cli.Streaming;

/// <summary>What a stream has done.</summary>
/// <param name="Last">The last glimpse.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Activations">How often a source was activated.</param>
/// <param name="SourcesDrawn">How many sources gave a sample.</param>
/// <param name="ResidentAtStart">Anonymous memory before, in bytes.</param>
/// <param name="ResidentPeak">The most anonymous memory, in bytes.</param>
/// <param name="BudgetPeak">The most of the budget that was used, in bytes.</param>
internal sealed record StreamSummary(
    StreamGlimpse Last, StreamEnd End, long Activations, int SourcesDrawn, long ResidentAtStart, long ResidentPeak, long BudgetPeak)
{
    internal double SamplesPerSecond => Last.Samples / Math.Max(1e-9, Last.Elapsed.TotalSeconds);

    internal double BytesPerSecond => Last.Bytes / Math.Max(1e-9, Last.Elapsed.TotalSeconds);
}
