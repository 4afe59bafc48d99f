using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using CommunityToolkit.HighPerformance.Helpers;

namespace Pescador.Fast;

/// <summary>
/// Where the rows of one tensor lie: in an array, or at an address. A row's address is start + row · stride. What is a whole
/// (a loose sample, a batch) is row 0 of its own block; a row of a batch or table shares the block of the whole.
/// </summary>
/// <param name="array">The array that holds the rows; null when <paramref name="address"/> says where.</param>
/// <param name="address">Of row 0, when there is no array; else 0.</param>
/// <param name="stride">From one row to the next, in bytes.</param>
/// <param name="memory">A <see cref="StrongBox{T}"/> of the Memory over the whole array; null for native memory.</param>
internal readonly unsafe struct TensorBlock(Array? array, nint address, nint stride, object? memory)
{
    // Of row 0: the address, or the offset in the array object. Where in it the data begins is noted here once, because asking an array for
    // its data reads its head, a cache line of its own: a third of the time that a sample of a cold table takes.
    private readonly nint _start = array is null
        ? address
        : ObjectMarshal.DangerousGetObjectDataByteOffset(array, ref MemoryMarshal.GetArrayDataReference(array));

    internal readonly Array? Array = array;
    internal readonly nint Stride = stride;
    internal readonly object? Memory = memory;

    private TensorBlock(in TensorBlock other, nint start, nint stride)
        : this(null, start, stride, other.Memory) => Array = other.Array;

    // Invariant: whoever holds a block holds what it points into (the array, or a core that has not given back its slab), and row
    // is one of the block's rows.
    internal ref byte Reference(nint row) => ref Array is null
        ? ref *(byte*)(_start + row * Stride)
        : ref ObjectMarshal.DangerousGetObjectDataReferenceAt<byte>(Array, _start + row * Stride);

    /// <summary>Asks for a row's first cache line, which will be read soon.</summary>
    internal void Prefetch(nint row)
    {
        if (Sse.IsSupported)
        {
            // Invariant: a hint that touches nothing. Should the array move meanwhile, some other line is fetched in vain.
            Sse.Prefetch0(Unsafe.AsPointer(ref Reference(row)));
        }
    }

    /// <summary>Asks for a row's first bytes, up to 8 cache lines, in native memory.</summary>
    internal void PrefetchLines(nint row)
    {
        if (Sse.IsSupported)
        {
            // Invariant: as above.
            byte* line = (byte*)(_start + row * Stride);
            byte* end = line + nint.Min(Stride, 8 * 64);
            for (; line < end; line += 64)
            {
                Sse.Prefetch0(line);
            }
        }
    }

    /// <summary>Of row 0, in native memory.</summary>
    internal nint Address => Array is null ? _start : throw new InvalidOperationException("An array has no address while it is not pinned.");

    /// <summary>The same memory, cut from a row on into rows of another length.</summary>
    internal TensorBlock CutFrom(nint row, nint stride) => new(this, _start + (row * Stride), stride);

    /// <summary>Pins a row; the handle also releases <paramref name="holder"/>, which the caller has made hold the memory.</summary>
    internal MemoryHandle Pin(nint row, IPinnable holder)
    {
        GCHandle pin = Array is null ? default : GCHandle.Alloc(Array, GCHandleType.Pinned);

        // Invariant: native memory does not move, and the array is pinned from here on.
        return new MemoryHandle(Unsafe.AsPointer(ref Reference(row)), pin, holder);
    }

    /// <summary>Copies <paramref name="lengthInBytes"/> bytes, also more than a span can hold.</summary>
    internal static void Copy(ref byte source, ref byte destination, nint lengthInBytes)
    {
        // Invariant: both ranges were checked against their specs by the caller; they never overlap (a batch is written only while
        // nobody else has it).
        const int Part = 1 << 30;
        while (lengthInBytes > Part)
        {
            MemoryMarshal.CreateReadOnlySpan(ref source, Part).CopyTo(MemoryMarshal.CreateSpan(ref destination, Part));
            source = ref Unsafe.AddByteOffset(ref source, Part);
            destination = ref Unsafe.AddByteOffset(ref destination, Part);
            lengthInBytes -= Part;
        }

        MemoryMarshal.CreateReadOnlySpan(ref source, (int)lengthInBytes).CopyTo(MemoryMarshal.CreateSpan(ref destination, (int)lengthInBytes));
    }
}
