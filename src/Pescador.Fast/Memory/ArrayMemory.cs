using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A multi-dimensional array, row-major, as <see cref="Memory{T}"/>.</summary>
internal sealed unsafe class ArrayMemory<T>(Array array) : MemoryManager<T> where T : unmanaged
{
    // Invariant: the array's elements are of type T, so the data reference is one to T and Length elements follow it.
    public override Span<T> GetSpan() =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)array.Length, nameof(elementIndex));
        GCHandle handle = GCHandle.Alloc(array, GCHandleType.Pinned);

        // Invariant: the array is pinned until the handle is freed, and elementIndex is not beyond its end.
        void* start = Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return new MemoryHandle((T*)start + elementIndex, handle);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
