using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>
/// A tensor's memory lent to native code, which gives it back by one call of a C function: what a deleter of libtorch or DLPack is made of.
/// Until then the slab is lent to nobody else, also when its batch has been disposed. Leases are pooled; taking one allocates nothing.
/// </summary>
/// <remarks>Takes and returns by any thread. What native code is given is no pointer but a number that stands for one lease once: a second call with it,
/// or one with a number that never was, does nothing.</remarks>
public readonly struct NativeLease
{
    private static readonly Lock Gate = new();
    private static readonly Stack<int> Free = [];
    private static (MemoryHandle Memory, uint Generation)[] _places = new (MemoryHandle, uint)[16];
    private static int _count;
    private static long _taken;

    private NativeLease(nint address, nint context)
    {
        Address = address;
        Context = context;
    }

    /// <summary>Of the tensor's first element; good until the lease ends.</summary>
    public nint Address { get; }

    /// <summary>What the release function is to be called with.</summary>
    public nint Context { get; }

    /// <summary>A C function, <c>void (*)(void *context)</c>, that ends the lease of a context. May be called by any thread.</summary>
    public static unsafe nint ReleaseFunction => (nint)(delegate* unmanaged[Cdecl]<nint, void>)&ReleaseByNative;

    /// <summary>Leases taken so far.</summary>
    public static long Taken
    {
        get
        {
            lock (Gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Leases that have not ended.</summary>
    public static int Outstanding
    {
        get
        {
            lock (Gate)
            {
                return _count - Free.Count;
            }
        }
    }

    /// <summary>Lends pinned memory.</summary>
    /// <param name="memory">From <see cref="TensorView.Pin"/>; the lease owns it from here on.</param>
    /// <returns>A lease that ends when <see cref="ReleaseFunction"/> is called with its context, or <see cref="Release"/>.</returns>
    public static unsafe NativeLease Take(MemoryHandle memory)
    {
        lock (Gate)
        {
            if (!Free.TryPop(out int index))
            {
                if (_count == _places.Length)
                {
                    Array.Resize(ref _places, 2 * _count);
                    Free.EnsureCapacity(_places.Length); // so that ending a lease never allocates
                }

                index = _count++;
            }

            ref (MemoryHandle Memory, uint Generation) place = ref _places[index];
            place = (memory, place.Generation + 1);
            _taken++;

            // Invariant: the handle keeps the memory where it is until it is disposed, which ends the lease.
            return new NativeLease((nint)memory.Pointer, (nint)(((ulong)place.Generation << 32) | (uint)index));
        }
    }

    /// <summary>Ends the lease, if native code has not.</summary>
    /// <returns>Whether this call ended it.</returns>
    public bool Release() => End(Context);

    private static bool End(nint context)
    {
        int index = (int)(uint)context;
        uint generation = (uint)((ulong)context >> 32);
        MemoryHandle memory;
        lock (Gate)
        {
            // Generations of leases are odd while they last; 0 never was.
            if ((uint)index >= (uint)_count || _places[index].Generation != generation || generation % 2 == 0)
            {
                return false;
            }

            memory = _places[index].Memory;
            _places[index] = (default, generation + 1);
            Free.Push(index);
        }

        memory.Dispose(); // outside the gate: a pool's own gate is taken
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ReleaseByNative(nint context)
    {
        try
        {
            End(context);
        }
        catch (Exception error)
        {
            // Nothing may be thrown into native code, and a slab that could not go home is a fault of ours: it must not pass unseen.
            Environment.FailFast($"A slab lent to native code could not be given back: {error.Message}", error);
        }
    }
}
