namespace Pescador.Fast;

/// <summary>
/// What the activations of one run share: where memory comes from and what it counts against, and the pools of loose samples and views.
/// Belongs to the activation at its root, which keeps it for its next run.
/// </summary>
internal sealed class StreamScope(SlabAllocator allocator, MemoryBudget? budget, TimeSpan poolTimeout, SkippedSamples? skipped = null)
{
    private readonly Dictionary<SampleSpec, SamplePool> _loose = [];

    internal SlabAllocator Allocator { get; } = allocator;

    internal MemoryBudget? Budget { get; } = budget;

    internal TimeSpan PoolTimeout { get; } = poolTimeout;

    /// <summary>What the run has skipped. Scopes within it share it.</summary>
    internal SkippedSamples Skipped { get; set; } = skipped ?? new SkippedSamples();

    internal CancellationToken Cancellation { get; set; }

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

    internal void Trim()
    {
        Views.Trim();
        foreach (SamplePool pool in _loose.Values)
        {
            pool.Trim();
        }
    }
}
