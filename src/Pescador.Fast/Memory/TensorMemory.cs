using System.Buffers;

namespace Pescador.Fast;

/// <summary>A window on native memory as <see cref="Memory{T}"/>.</summary>
/// <param name="address">Of the window's first element.</param>
/// <param name="length">Of the window, in elements.</param>
/// <param name="slab">Whose memory it is.</param>
/// <param name="holder">Keeps the memory from being lent anew between its Pin and Unpin.</param>
internal sealed unsafe class TensorMemory<T>(nint address, int length, Slab slab, IPinnable holder) : MemoryManager<T> where T : unmanaged
{
    // Invariant: the window lies within the slab, whose handle keeps the memory until the slab is disposed.
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(slab.IsDisposed, slab);
        return new Span<T>((T*)address, length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
        ObjectDisposedException.ThrowIf(slab.IsDisposed, slab);
        _ = holder.Pin(elementIndex);
        return new MemoryHandle((T*)address + elementIndex, default, holder);
    }

    // The handle that Pin gives unpins the holder itself; this is reached by nobody else.
    public override void Unpin() => holder.Unpin();

    protected override void Dispose(bool disposing)
    {
    }
}
