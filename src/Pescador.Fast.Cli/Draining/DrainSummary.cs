using System.Runtime.ExceptionServices;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Draining;

/// <summary>What was consumed.</summary>
/// <param name="Last">At the end.</param>
/// <param name="End">Why it ended.</param>
/// <param name="UnknownEnds">How many producers ended without saying how.</param>
/// <param name="Error">Where it failed.</param>
/// <param name="Endpoint">Where it was bound, or what it connected to.</param>
/// <param name="Prefetch">Who waited for whom.</param>
/// <param name="ResidentAtStart">Anonymous memory before, in bytes.</param>
/// <param name="ResidentPeak">The most anonymous memory, in bytes.</param>
internal sealed record DrainSummary(
    DrainGlimpse Last, StreamEnd End, int UnknownEnds, ExceptionDispatchInfo? Error, string Endpoint, PrefetchCounters Prefetch, long ResidentAtStart, long ResidentPeak);
