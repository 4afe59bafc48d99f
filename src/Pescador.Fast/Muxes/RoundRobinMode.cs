namespace Pescador.Fast;

/// <summary>When a <see cref="RoundRobinMux{T}"/> ends, and in which order its rounds go.</summary>
public enum RoundRobinMode
{
    /// <summary>Ends when all streams have.</summary>
    Exhaustive,

    /// <summary>Restarts all when all have ended.</summary>
    Cycle,

    /// <summary>The same, each round after the first in a new random order; a round lasts until all have ended.</summary>
    PermutedCycle,
}
