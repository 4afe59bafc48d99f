using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Makes elements native: swaps their bytes, or widens them.</summary>
internal static class StoredElements
{
    private const int PartLength = 1 << 30;

    /// <summary>Copies elements that lie together.</summary>
    /// <param name="stored">How they stand.</param>
    /// <param name="elementLength">Of one as it stands, in bytes.</param>
    /// <param name="source">The first one.</param>
    /// <param name="lengthInBytes">Of all as they stand.</param>
    /// <param name="destination">Room for them all; may be where they stand, if they keep their length.</param>
    internal static void Copy(StoredElement stored, int elementLength, ref byte source, nint lengthInBytes, ref byte destination)
    {
        if (stored == StoredElement.Native)
        {
            TensorBlock.Copy(ref source, ref destination, lengthInBytes);
            return;
        }

        int widening = stored == StoredElement.BFloat16 ? 2 : 1;
        while (lengthInBytes > 0)
        {
            int part = (int)nint.Min(lengthInBytes, PartLength / widening);
            Convert(
                stored,
                elementLength,
                MemoryMarshal.CreateReadOnlySpan(ref source, part),
                MemoryMarshal.CreateSpan(ref destination, part * widening));
            source = ref Unsafe.AddByteOffset(ref source, part);
            destination = ref Unsafe.AddByteOffset(ref destination, part * widening);
            lengthInBytes -= part;
        }
    }

    private static void Convert(StoredElement stored, int elementLength, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (stored == StoredElement.BFloat16)
        {
            Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, uint>(destination));
            return;
        }

        switch (elementLength)
        {
            case 2:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(destination));
                break;
            case 4:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, uint>(destination));
                break;
            case 8:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(source), MemoryMarshal.Cast<byte, ulong>(destination));
                break;
            default:
                throw new UnreachableException($"elements of {elementLength} bytes are not swapped");
        }
    }

    private static void Widen(ReadOnlySpan<ushort> source, Span<uint> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(destination[i..]);
            (high << 16).CopyTo(destination[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = (uint)source[i] << 16;
        }
    }
}
