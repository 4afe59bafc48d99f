namespace Pescador.Fast;

/// <summary>Shared slabs for samples that lie elsewhere: such a sample is copied once. Used by the thread that sends.</summary>
internal sealed class SharedExports(SharedSlabAllocator allocator, int slabCount) : IDisposable
{
    private SlabPool? _pool;

    /// <summary>Copies a sample and disposes it; waits for a slab.</summary>
    /// <exception cref="PescadorException">None came back: the consumer has all of them.</exception>
    internal Sample Copy(Sample sample, CancellationToken cancellation)
    {
        SampleSpec spec = sample.Spec;
        Sample copy = PoolFor(spec.Layout.LengthInBytes).Rent(cancellation);
        ReadOnlySpan<SlabRegion> regions = spec.Layout.Regions;
        for (int i = 0; i < regions.Length; i++)
        {
            TensorBlock.Copy(ref sample[i].FirstByte, ref copy[0].BytesAt((nint)regions[i].OffsetInBytes), spec[i].LengthInBytes);
        }

        sample.Dispose();
        return copy;
    }

    public void Dispose() => _pool?.Dispose();

    private SlabPool PoolFor(long lengthInBytes)
    {
        if (_pool is null || _pool.Spec[0].LengthInBytes < lengthInBytes)
        {
            // Slabs that are out end when they come back; each is at least half as large again, so that growing is soon over.
            long length = _pool is null ? lengthInBytes : Math.Max(lengthInBytes, _pool.Spec[0].LengthInBytes * 3L / 2);
            _pool?.Dispose();
            _pool = new SlabPool(new SampleSpec(new TensorSpec("bytes", ElementType.UInt8, (nint)length)), slabCount, allocator);
        }

        return _pool;
    }
}
