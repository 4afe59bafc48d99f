using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Throughput;

/// <summary>
/// What the transport's workloads send, {X float32[n]}: what the producer writes is what the consumer expects. Elements are told by their
/// bits.
/// </summary>
internal static class Payload
{
    private const int Alignment = 64;

    internal static SampleSpec SpecOf(long lengthInBytes) => new(TensorSpec.Of<float>("X", (nint)(lengthInBytes / sizeof(float))));

    /// <summary>Writes what stays for ever: 0, 1, 2 ...</summary>
    internal static void WriteOnce(Span<float> x)
    {
        Span<uint> bits = BitsOf(x);
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (uint)i;
        }
    }

    /// <summary>Writes a sample's number.</summary>
    internal static void Write(Span<float> x, Filling filling, uint number)
    {
        Span<uint> bits = BitsOf(x);
        if (filling == Filling.Whole)
        {
            bits.Fill(number);
        }
        else
        {
            bits[0] = number;
        }
    }

    /// <summary>Reads as much of a sample as was written of it.</summary>
    /// <param name="x">Received.</param>
    /// <param name="filling">How it was written.</param>
    /// <param name="number">Its place in the stream, from 0.</param>
    /// <exception cref="VerificationException">It is not what was sent in that place, or not aligned.</exception>
    internal static void Check(ReadOnlySpan<float> x, Filling filling, uint number)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        nint address = Unsafe.ByteOffset(in Unsafe.NullRef<uint>(), in bits[0]);
        if (address % Alignment != 0)
        {
            throw new VerificationException($"A sample lies at {address}, which is no multiple of {Alignment}.");
        }

        bool isRight = filling switch
        {
            Filling.Once => bits[0] == 0 && bits[bits.Length / 2] == bits.Length / 2 && bits[^1] == bits.Length - 1,
            Filling.Whole => bits[0] == number && Sum(bits) == unchecked(number * (uint)bits.Length),
            _ => bits[0] == number,
        };
        if (!isRight)
        {
            throw new VerificationException($"Sample {number}, which begins with {bits[0]}, is not what was sent.");
        }
    }

    // Four sums at once: one would wait for its own addition, not for memory.
    private static uint Sum(ReadOnlySpan<uint> elements)
    {
        ReadOnlySpan<Vector<uint>> vectors = MemoryMarshal.Cast<uint, Vector<uint>>(elements);
        Vector<uint> first = default, second = default, third = default, fourth = default;
        int i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
        {
            first += vectors[i];
            second += vectors[i + 1];
            third += vectors[i + 2];
            fourth += vectors[i + 3];
        }

        for (; i < vectors.Length; i++)
        {
            first += vectors[i];
        }

        uint sum = Vector.Sum(first + second + third + fourth);
        foreach (uint element in elements[(vectors.Length * Vector<uint>.Count)..])
        {
            sum += element;
        }

        return sum;
    }

    private static Span<uint> BitsOf(Span<float> x) => MemoryMarshal.Cast<float, uint>(x);
}
