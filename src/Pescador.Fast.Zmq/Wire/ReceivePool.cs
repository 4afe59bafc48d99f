namespace Pescador.Fast;

/// <summary>Lends the slabs that samples of one link are received into, whatever their forms: samples with as many tensors of the same element types
/// share slabs as large as the largest of them. Who rents is one thread; who made it disposes it.</summary>
/// <param name="slabCount">Of one form, at least 1.</param>
/// <param name="allocator">Where they come from.</param>
/// <param name="budget">What they count against.</param>
/// <param name="timeout">How long <see cref="Rent"/> waits.</param>
internal sealed class ReceivePool(int slabCount, SlabAllocator allocator, MemoryBudget? budget, TimeSpan timeout) : IDisposable
{
    // Streams that mix a few forms keep a pool of each; beyond, the one used longest ago goes.
    private const int MostPools = 4;

    private readonly List<SlabPool> _pools = []; // used last, last
    private SampleSpec? _spec; // that fits the last pool
    private PoolCounters _retired;
    private List<SlabPool>? _leaving;

    /// <summary>How many samples of one form can be out.</summary>
    internal int SlabCount => slabCount;

    /// <summary>Of all pools that there were.</summary>
    internal PoolCounters Counters
    {
        get
        {
            lock (_pools)
            {
                PoolCounters sum = _retired;
                foreach (SlabPool pool in _pools)
                {
                    sum += pool.Counters;
                }

                foreach (SlabPool pool in _leaving ?? [])
                {
                    sum += pool.Counters;
                }

                return sum;
            }
        }
    }

    /// <summary>Lends a sample of that form, if one is free.</summary>
    /// <exception cref="PescadorException">New slabs are needed, and the budget does not allow them.</exception>
    internal bool TryRent(SampleSpec spec, out Sample sample)
    {
        if (!PoolOf(spec).TryRent(out sample))
        {
            return false;
        }

        sample.Core.Spec = spec;
        return true;
    }

    /// <summary>Lends a sample of that form; waits when all are out.</summary>
    /// <exception cref="PescadorException">None came back within the time-out.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    internal Sample Rent(SampleSpec spec, CancellationToken cancellation)
    {
        Sample sample = PoolOf(spec).Rent(cancellation);
        sample.Core.Spec = spec; // the pool's own again when it goes home
        return sample;
    }

    /// <summary>Releases what is home now, and the rest when it comes home.</summary>
    public void Dispose()
    {
        lock (_pools)
        {
            foreach (SlabPool pool in _pools)
            {
                pool.Dispose();
                (_leaving ??= []).Add(pool);
            }

            _pools.Clear();
            _spec = null;
        }
    }

    private SlabPool PoolOf(SampleSpec spec) => ReferenceEquals(spec, _spec) ? _pools[^1] : FindPool(spec);

    private SlabPool FindPool(SampleSpec spec)
    {
        lock (_pools)
        {
            int index = _pools.FindIndex(pool => HasTypesOf(pool.Spec, spec));
            SlabPool found;
            if (index >= 0 && Fits(_pools[index].Spec, spec))
            {
                found = _pools[index];
                _pools.RemoveAt(index);
            }
            else
            {
                SampleSpec needed = index >= 0 ? Larger(_pools[index].Spec, spec) : spec;
                if (index >= 0 || _pools.Count == MostPools)
                {
                    Leave(Math.Max(index, 0)); // before the new one: a budget need not hold both
                }

                found = new SlabPool(needed, slabCount, allocator, budget, timeout);
            }

            _pools.Add(found);
            _spec = spec;
            return found;
        }
    }

    private void Leave(int index)
    {
        SlabPool pool = _pools[index];
        _pools.RemoveAt(index);
        _spec = null;
        pool.Dispose();
        (_leaving ??= []).Add(pool);
        for (int i = _leaving.Count - 1; i >= 0; i--)
        {
            PoolCounters counters = _leaving[i].Counters;
            if (counters.Created == 0)
            {
                _retired += counters;
                _leaving.RemoveAt(i);
            }
        }
    }

    private static bool HasTypesOf(SampleSpec pool, SampleSpec spec)
    {
        bool isSame = pool.Count == spec.Count;
        for (int i = 0; isSame && i < spec.Count; i++)
        {
            isSame = pool[i].ElementType == spec[i].ElementType;
        }

        return isSame;
    }

    private static bool Fits(SampleSpec pool, SampleSpec spec)
    {
        bool fits = true;
        for (int i = 0; fits && i < spec.Count; i++)
        {
            fits = spec[i].LengthInBytes <= pool[i].LengthInBytes;
        }

        return fits;
    }

    private static SampleSpec Larger(SampleSpec pool, SampleSpec spec)
    {
        var tensors = new TensorSpec[spec.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new TensorSpec(spec[i].Name, spec[i].ElementType, nint.Max(pool[i].ElementCount, spec[i].ElementCount));
        }

        return new SampleSpec(tensors);
    }
}
