using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Aligned native memory, touched when it is made.</summary>
/// <remarks>Where the kernel can be asked for pages, blocks of 32 KiB and more are: what the C library's heap is given back it keeps, in pieces
/// between others. Files inflated one after the other under a budget of 64 MiB held 160 MiB that way.</remarks>
internal sealed class NativeSlabAllocator : SlabAllocator
{
    private const long LargePageInBytes = 2 << 20;
    private const long LeastOfPages = 32 << 10;

    public override Slab Allocate(SlabLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        long alignment = layout.LengthInBytes >= LargePageInBytes ? LargePageInBytes : SlabLayout.BaseAlignmentInBytes;
        NativeBlock memory = OperatingSystem.IsLinux() && layout.LengthInBytes >= LeastOfPages
            ? new PageBlock(layout.LengthInBytes, alignment)
            : new HeapBlock(layout.LengthInBytes, alignment);
        if (layout.LengthInBytes >= LargePageInBytes)
        {
            // First touch of fresh memory: 3.2 GB/s in pages of 4 KiB, 23 GB/s in pages of 2 MiB.
            MemoryAdvice.AskForLargePages(memory.DangerousGetHandle(), layout.LengthInBytes);
        }

        memory.Clear();
        return new Slab(layout, memory);
    }

    private abstract unsafe class NativeBlock : SafeHandle
    {
        private readonly long _lengthInBytes;

        private protected NativeBlock(nint address, long lengthInBytes)
            : base(0, ownsHandle: true)
        {
            _lengthInBytes = lengthInBytes;
            SetHandle(address);
            GC.AddMemoryPressure(lengthInBytes);
        }

        public override bool IsInvalid => handle == 0;

        // Invariant: the block is _lengthInBytes long and not yet released.
        internal void Clear() => NativeMemory.Clear((void*)handle, (nuint)_lengthInBytes);

        protected override bool ReleaseHandle()
        {
            // A SafeHandle calls this once, when no caller holds a reference to it any more.
            Release(handle);
            GC.RemoveMemoryPressure(_lengthInBytes);
            return true;
        }

        private protected abstract void Release(nint address);
    }

    private sealed unsafe class HeapBlock(long lengthInBytes, long alignment)
        : NativeBlock((nint)NativeMemory.AlignedAlloc((nuint)lengthInBytes, (nuint)alignment), lengthInBytes)
    {
        // Invariant: the address is the one that was allocated.
        private protected override void Release(nint address) => NativeMemory.AlignedFree((void*)address);
    }

    private sealed class PageBlock(long lengthInBytes, long alignment) : NativeBlock(LinuxPages.Take(lengthInBytes, alignment), lengthInBytes)
    {
        private readonly long _length = lengthInBytes;

        private protected override void Release(nint address) => LinuxPages.GiveBack(address, _length);
    }
}
