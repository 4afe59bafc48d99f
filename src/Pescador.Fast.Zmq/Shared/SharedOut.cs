namespace Pescador.Fast;

/// <summary>The samples that the consumer has, by slot. Guards itself; samples come home on whichever thread finds them released.</summary>
/// <param name="ring">Where they are released.</param>
/// <param name="allocator">Whose memory they lie in.</param>
internal sealed class SharedOut(SharedRing ring, SharedSlabAllocator allocator)
{
    private readonly object _gate = new();
    private (Sample Sample, SharedGroup? Group)[] _samples = new (Sample, SharedGroup?)[16];
    private int _count;
    private bool _isClosed;

    /// <summary>How many there are.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Keeps a sample that is about to be announced.</summary>
    /// <returns>False when it was closed: the sample stays the caller's.</returns>
    internal bool TryAdd(Sample sample, SharedPlace place)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            if (place.Slot >= _samples.Length)
            {
                Array.Resize(ref _samples, Math.Max(place.Slot + 1, _samples.Length * 2));
            }

            _samples[place.Slot] = (sample, place.Group);
            _count++;
            place.Group.CountOut(1);
            return true;
        }
    }

    /// <summary>Disposes what was released.</summary>
    /// <exception cref="ProtocolException">Something was that is not out.</exception>
    internal void Reap(string peer)
    {
        if (!ring.HasReleased)
        {
            return;
        }

        lock (_gate)
        {
            while (!_isClosed && ring.TryReap(out int slot))
            {
                (Sample sample, SharedGroup? group) = (uint)slot < (uint)_samples.Length ? _samples[slot] : default;
                if (sample.IsDefault)
                {
                    throw new ProtocolException($"{peer} gave back the slot {slot}, which it does not have.");
                }

                _samples[slot] = default;
                _count--;
                group?.CountOut(-1);
                sample.Dispose();
            }
        }
    }

    /// <summary>Brings all home, released or not: who waits for a slab goes on. A consumer that closed its inlet, or outlives this producer, may
    /// still read them; so the sharing ends before, and what is written into these slabs from here on nobody else sees.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            if (_count > 0)
            {
                allocator.Sever();
            }

            foreach ((Sample sample, SharedGroup? group) in _samples)
            {
                if (!sample.IsDefault)
                {
                    group?.CountOut(-1);
                    sample.Dispose();
                }
            }

            Array.Clear(_samples);
            _count = 0;
        }
    }
}
