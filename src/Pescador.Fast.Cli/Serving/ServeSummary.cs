using System.Runtime.ExceptionServices;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary>What was served.</summary>
/// <param name="Last">At the end.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Error">Where it failed.</param>
/// <param name="Endpoint">Where it was bound, or what it connected to.</param>
/// <param name="ResidentAtStart">Anonymous memory before, in bytes.</param>
/// <param name="ResidentPeak">The most anonymous memory, in bytes.</param>
/// <param name="BudgetPeak">The most of the budget that was used, in bytes.</param>
internal sealed record ServeSummary(
    ServeGlimpse Last, StreamEnd End, ExceptionDispatchInfo? Error, string Endpoint, long ResidentAtStart, long ResidentPeak, long BudgetPeak);
