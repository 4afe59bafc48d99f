namespace Pescador.Fast;

/// <summary>
/// A ceiling on the bytes of a whole tree: slabs, loose samples, caches, inflated and parsed files. Shared by any number of streamers and
/// threads. What would pass it evicts what is only kept in case it is wanted again, or waits for what is being opened, or fails with an
/// error that names the consumer and both numbers. Mapped file pages do not count.
/// </summary>
public sealed class MemoryBudget
{
    private readonly Lock _gate = new();
    private readonly List<WeakReference<IEvictor>> _evictors = [];
    private long _used;
    private long _peak;

    /// <summary>A budget of <paramref name="limitInBytes"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public MemoryBudget(long limitInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limitInBytes);
        LimitInBytes = limitInBytes;
    }

    /// <summary>The ceiling, in bytes.</summary>
    public long LimitInBytes { get; }

    /// <summary>Bytes in use now.</summary>
    public long UsedInBytes => Volatile.Read(ref _used);

    /// <summary>The most bytes that were in use at once.</summary>
    public long PeakInBytes => Volatile.Read(ref _peak);

    /// <summary>Takes bytes if they are free.</summary>
    /// <param name="lengthInBytes">How many; not negative.</param>
    /// <returns>Whether they were; if so <see cref="Release"/> must give them back.</returns>
    public bool TryReserve(long lengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthInBytes);
        long used = Volatile.Read(ref _used);
        while (lengthInBytes <= LimitInBytes - used)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + lengthInBytes, used);
            if (seen == used)
            {
                RaisePeak(used + lengthInBytes);
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives back bytes that <see cref="TryReserve"/> took.</summary>
    /// <exception cref="InvalidOperationException">More than are in use.</exception>
    public void Release(long lengthInBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthInBytes);
        long used = Volatile.Read(ref _used);
        while (true)
        {
            // Never below zero, not even for a moment: others would reserve past the limit.
            if (lengthInBytes > used)
            {
                throw new InvalidOperationException($"{lengthInBytes} bytes were given back, but only {used} are in use.");
            }

            long seen = Interlocked.CompareExchange(ref _used, used - lengthInBytes, used);
            if (seen == used)
            {
                return;
            }

            used = seen;
        }
    }

    /// <summary>Takes bytes; where they are not free, what can be evicted is.</summary>
    /// <exception cref="PescadorException">Not even then.</exception>
    internal BudgetCharge Charge(long lengthInBytes, string consumer)
    {
        while (!TryReserve(lengthInBytes))
        {
            if (lengthInBytes <= LimitInBytes && TryEvict())
            {
                continue;
            }

            // Nothing is left to evict; but bytes may have come back since they were asked for.
            if (TryReserve(lengthInBytes))
            {
                break;
            }

            throw new PescadorException(
                $"{consumer} needs {lengthInBytes} bytes, but the memory budget has {Math.Max(0, LimitInBytes - UsedInBytes)} of {LimitInBytes} "
                + "bytes left. Raise the budget, or use smaller batches, fewer slabs, a smaller cache or fewer active streams.");
        }

        return new BudgetCharge(this, lengthInBytes);
    }

    /// <summary>Lets something be asked to give way. It is held weakly.</summary>
    internal void Register(IEvictor evictor)
    {
        lock (_gate)
        {
            _evictors.RemoveAll(static each => !each.TryGetTarget(out _));
            _evictors.Add(new WeakReference<IEvictor>(evictor));
        }
    }

    // Outside the gate: an evictor may wait for a thread that charges.
    private bool TryEvict()
    {
        WeakReference<IEvictor>[] evictors;
        lock (_gate)
        {
            evictors = [.. _evictors];
        }

        return Array.Exists(evictors, each => each.TryGetTarget(out IEvictor? evictor) && evictor.TryEvict(this));
    }

    private void RaisePeak(long used)
    {
        long peak = Volatile.Read(ref _peak);
        while (used > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peak, used, peak);
            if (seen == peak)
            {
                return;
            }

            peak = seen;
        }
    }
}
