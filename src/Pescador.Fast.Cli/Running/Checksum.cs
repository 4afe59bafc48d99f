using System.Numerics;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Cli.Running;

/// <summary>A checksum of what samples hold, to compare two hosts; no protection against intent.</summary>
/// <remarks>
/// Of a sample: h = 14695981039346656037; then for each tensor, in the order of their names' UTF-16 (as they travel), for each 8 bytes of its
/// elements, dense and row-major, as a little-endian word w (the last one filled with zeros): h = rotate_left((h xor w) · 1099511628211, 29). Of a
/// stream: the sum of its samples' checksums modulo 2⁶⁴, so that those of several consumers add up to the producer's, whatever their order.
/// </remarks>
internal static class Checksum
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const int Rotation = 29;
    private const int PartLength = 1 << 20; // elements; a multiple of a word whatever their size

    internal static ulong Of(Sample sample)
    {
        ulong hash = Offset;
        if (IsSorted(sample.Spec))
        {
            for (int i = 0; i < sample.Count; i++)
            {
                hash = Add(hash, sample[i]);
            }

            return hash;
        }

        foreach (TensorSpec tensor in sample.Spec.Tensors.ToArray().OrderBy(static tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash = Add(hash, sample[tensor.Name]);
        }

        return hash;
    }

    /// <summary>As it is shown: 16 hexadecimal digits.</summary>
    internal static string Show(ulong checksum) => checksum.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsSorted(SampleSpec spec)
    {
        for (int i = 1; i < spec.Count; i++)
        {
            if (string.CompareOrdinal(spec[i - 1].Name, spec[i].Name) > 0)
            {
                return false;
            }
        }

        return true;
    }

    private static ulong Add(ulong hash, TensorView tensor) => tensor.ElementType switch
    {
        ElementType.Float32 => Add<float>(hash, tensor),
        ElementType.Float64 => Add<double>(hash, tensor),
        ElementType.Float16 => Add<Half>(hash, tensor),
        ElementType.Int8 => Add<sbyte>(hash, tensor),
        ElementType.UInt8 => Add<byte>(hash, tensor),
        ElementType.Int16 => Add<short>(hash, tensor),
        ElementType.UInt16 => Add<ushort>(hash, tensor),
        ElementType.Int32 => Add<int>(hash, tensor),
        ElementType.UInt32 => Add<uint>(hash, tensor),
        ElementType.Int64 => Add<long>(hash, tensor),
        ElementType.UInt64 => Add<ulong>(hash, tensor),
        _ => Add<bool>(hash, tensor),
    };

    private static ulong Add<T>(ulong hash, TensorView tensor) where T : unmanaged
    {
        nint left = tensor.ElementCount;
        for (nint start = 0; left > 0; start += PartLength)
        {
            int length = (int)Math.Min(PartLength, left);
            hash = Add(hash, MemoryMarshal.AsBytes(tensor.SpanPart<T>(start, length)));
            left -= length;
        }

        return hash;
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            hash = Add(hash, word);
        }

        ReadOnlySpan<byte> rest = bytes[(bytes.Length & ~(sizeof(ulong) - 1))..];
        if (rest.IsEmpty)
        {
            return hash;
        }

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        last.Clear();
        rest.CopyTo(last);
        return Add(hash, MemoryMarshal.Read<ulong>(last));
    }

    private static ulong Add(ulong hash, ulong word) => BitOperations.RotateLeft((hash ^ word) * Prime, Rotation);
}
