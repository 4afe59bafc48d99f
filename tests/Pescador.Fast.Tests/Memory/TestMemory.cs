using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests;

/// <summary>Memory that a user's allocator brings, which counts how often it is released.</summary>
internal sealed unsafe class TestMemory : SafeHandle
{
    private readonly Action _released;
    private readonly nint _block;

    internal TestMemory(long lengthInBytes, Action released, nint offset = 0)
        : base(0, ownsHandle: true)
    {
        _released = released;
        _block = (nint)NativeMemory.AlignedAlloc((nuint)(lengthInBytes + offset), 256);
        SetHandle(_block + offset);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)_block);
        _released();
        return true;
    }
}

/// <summary>A user's allocator, in a line.</summary>
internal sealed class TestAllocator(Func<SlabLayout, Slab> allocate) : SlabAllocator
{
    public override Slab Allocate(SlabLayout layout) => allocate(layout);
}
