namespace Pescador.Fast;

/// <summary>What a <see cref="WorkingSet"/> has done so far, and holds now.</summary>
/// <param name="Hits">How often a source was still, or already, open when a stream wanted it.</param>
/// <param name="Misses">How often the stream had to open it itself.</param>
/// <param name="Waited">How often the stream waited for a thread that was opening one.</param>
/// <param name="OpenedAhead">How many were opened by background threads.</param>
/// <param name="Closed">How many were closed, to make room or at the end.</param>
/// <param name="Open">How many are open now.</param>
/// <param name="Idle">How many of those are not in use.</param>
/// <param name="Mappings">How many files are mapped now.</param>
public readonly record struct WorkingSetCounters(
    long Hits, long Misses, long Waited, long OpenedAhead, long Closed, int Open, int Idle, int Mappings);
