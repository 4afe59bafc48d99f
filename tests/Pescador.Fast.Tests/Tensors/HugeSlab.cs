using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests;

/// <summary>One native slab of 3 GiB, touched once, that the tests lay their tensors over one after the other.</summary>
public sealed class HugeSlab : IDisposable
{
    internal static readonly nint LengthInBytes = unchecked((nint)(3L << 30));

    private readonly Slab _slab = SlabAllocator.Native.Allocate(new SampleSpec(TensorSpec.Of<byte>("X", LengthInBytes)).Layout);

    internal SlabPool PoolOf(SampleSpec spec)
    {
        Assert.InRange(spec.Layout.LengthInBytes, 1, _slab.LengthInBytes);
        return new SlabPool(spec, 1, new TestAllocator(layout => new Slab(layout, new Lent(_slab.Blocks[0].Address))));
    }

    public void Dispose() => _slab.Dispose();

    private sealed class Lent : SafeHandle
    {
        internal Lent(nint address)
            : base(0, ownsHandle: false) => SetHandle(address);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => true;
    }
}

/// <summary>Alone, because of its memory.</summary>
[CollectionDefinition(nameof(HugeSlabTests), DisableParallelization = true)]
public sealed class HugeSlabs : ICollectionFixture<HugeSlab>;
