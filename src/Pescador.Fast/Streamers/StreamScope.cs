namespace Pescador.Fast;

/// <summary>
/// What the activations of one run share: where memory comes from and what it counts against, and the pools of loose samples and views.
/// Belongs to the activation at its root, which keeps it for its next run.
/// </summary>
internal sealed class StreamScope(
    SlabAllocator allocator, MemoryBudget? budget, TimeSpan poolTimeout, WorkingSet? workingSet = null, SkippedSamples? skipped = null)
{
    private readonly Dictionary<SampleSpec, SamplePool> _loose = [];
    private WorkingSet? _ownWorkingSet;

    internal SlabAllocator Allocator { get; } = allocator;

    internal MemoryBudget? Budget { get; } = budget;

    internal TimeSpan PoolTimeout { get; } = poolTimeout;

    /// <summary>Where sources are opened: the one that was given, or that of the scope around this one, or one of its own.</summary>
    internal WorkingSet WorkingSet => workingSet ?? LazyInitializer.EnsureInitialized(ref _ownWorkingSet, static () => new WorkingSet());

    /// <summary>What the run has skipped. Scopes within it share it.</summary>
    internal SkippedSamples Skipped { get; set; } = skipped ?? new SkippedSamples();

    internal CancellationToken Cancellation { get; set; }

    /// <summary>How many slabs a map's own pool of batches has: one to fill, three for the consumer; more where batches are prefetched.</summary>
    internal int SlabsPerPool { get; init; } = 4;

    internal SamplePool Views { get; } = new(null, allocator, budget);

    internal SamplePool LooseOf(SampleSpec spec)
    {
        if (!_loose.TryGetValue(spec, out SamplePool? pool))
        {
            _loose.Add(spec, pool = new SamplePool(spec, Allocator, Budget));
        }

        return pool;
    }

    internal PoolCounters LooseCounters => _loose.Values.Aggregate(default(PoolCounters), (sum, pool) => sum + pool.Counters);

    /// <summary>Called by the thread that begins to pull.</summary>
    internal void TakeOver()
    {
        Views.TakeOver();
        foreach (SamplePool pool in _loose.Values)
        {
            pool.TakeOver();
        }
    }

    /// <summary>Called by a puller's thread at its end, or in its place after that: the next one is the pools' owner whatever is still out.</summary>
    internal void Disown()
    {
        Views.Disown();
        foreach (SamplePool pool in _loose.Values)
        {
            pool.Disown();
        }
    }

    internal void Trim()
    {
        _ownWorkingSet?.Trim();
        TakeOver(); // what a thread that has ended left behind
        Views.Trim();
        foreach (SamplePool pool in _loose.Values)
        {
            pool.Trim();
        }
    }
}
