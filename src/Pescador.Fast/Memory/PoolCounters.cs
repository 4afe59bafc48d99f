namespace Pescador.Fast;

/// <summary>What a pool has done so far. Read while other threads work it is a glimpse, not a balance.</summary>
/// <param name="Created">Slabs (for views: handles) that exist.</param>
/// <param name="Rented">How often one was lent.</param>
/// <param name="Returned">How often one came back, forgotten ones included.</param>
/// <param name="Waited">How often a renter found the pool empty and waited.</param>
/// <param name="Forgotten">How many were never disposed and came back through their finalizers.</param>
/// <param name="LengthInBytes">Memory that the pool holds.</param>
public readonly record struct PoolCounters(long Created, long Rented, long Returned, long Waited, long Forgotten, long LengthInBytes)
{
    /// <summary>How many are out now.</summary>
    public long Outstanding => Rented - Returned;

    /// <summary>The counters of two pools together.</summary>
    public static PoolCounters operator +(PoolCounters left, PoolCounters right) => new(
        left.Created + right.Created, left.Rented + right.Rented, left.Returned + right.Returned,
        left.Waited + right.Waited, left.Forgotten + right.Forgotten, left.LengthInBytes + right.LengthInBytes);

    /// <summary>The counters of two pools together.</summary>
    public static PoolCounters Add(PoolCounters left, PoolCounters right) => left + right;
}
