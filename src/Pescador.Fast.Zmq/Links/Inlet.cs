namespace Pescador.Fast;

/// <summary>The consumer's end of one endpoint: what comes from the workers there, in each worker's order. Taken from by one thread at a time.</summary>
internal abstract class Inlet : IDisposable
{
    /// <summary>Where workers reach it, as text that their side can parse.</summary>
    internal abstract string Endpoint { get; }

    /// <summary>Whether a worker has ever connected.</summary>
    internal abstract bool HasConnected { get; }

    /// <summary>Whether <see cref="TryTake"/> would give something: what a consumer waits for. From any thread.</summary>
    internal abstract bool HasArrival { get; }

    /// <summary>Why nothing comes, though a worker sends: the consumer holds all slabs, and has for the pool's time-out. Rung for. To be
    /// thrown only at a consumer that waits; one that thinks is no error.</summary>
    internal virtual PescadorException? Starvation => null;

    /// <summary>Takes what has come first, without waiting. After a failure, and after the last worker's end, there is nothing more.</summary>
    internal abstract bool TryTake(out Arrival arrival);

    /// <summary>Takes back a checkpoint's memory, to be written again.</summary>
    internal virtual void Recycle(StateWriter checkpoint)
    {
    }

    /// <summary>Adds what each worker's link has done so far.</summary>
    internal abstract void AddCounters(ICollection<ZmqWorkerCounters> counters);

    /// <summary>Adds the counters of the pools that received samples lie in.</summary>
    internal virtual void AddBatchCounters(ref PoolCounters sum)
    {
    }

    /// <summary>Ends its threads and connections, and disposes what was not taken. Samples that are out stay good.</summary>
    public abstract void Dispose();
}
