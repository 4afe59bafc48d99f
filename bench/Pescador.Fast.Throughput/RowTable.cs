using System.Runtime.InteropServices;

namespace Pescador.Fast.Throughput;

/// <summary>
/// Rows {X float32[..], Y float32[1]} that can be recognised: Y and the first element of X carry the row's code, the other elements
/// follow from code and place alone.
/// </summary>
internal sealed class RowTable
{
    private const int MostCodes = 1 << 24; // float32 counts no further

    /// <summary>A table of rows.</summary>
    /// <param name="count">How many.</param>
    /// <param name="firstCode">The first row's code; the others follow.</param>
    /// <param name="shape">Of each row's X.</param>
    internal RowTable(int count, int firstCode, params ReadOnlySpan<nint> shape)
        : this(count, firstCode, null, shape)
    {
    }

    /// <summary>The same in an array that serves again.</summary>
    internal RowTable(int count, int firstCode, float[]? memory, params ReadOnlySpan<nint> shape)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstCode + count, MostCodes, nameof(count));
        Spec = new SampleSpec(TensorSpec.Of<float>("X", shape), TensorSpec.Of<float>("Y", 1));
        Width = (int)Spec[0].ElementCount;
        Count = count;
        FirstCode = firstCode;
        X = memory ?? GC.AllocateUninitializedArray<float>(checked(count * Width));
        Y = new float[count];
        for (int row = 0; row < count; row++)
        {
            Fill(XOf(row), firstCode + row);
            Y[row] = firstCode + row;
        }

        Rows = new TensorRows([new("X", new TensorData(X, [count, .. shape])), new("Y", new TensorData(Y, count, 1))]);
    }

    internal SampleSpec Spec { get; }

    internal TensorRows Rows { get; }

    internal int Count { get; }

    internal int FirstCode { get; }

    internal float[] X { get; }

    internal float[] Y { get; }

    /// <summary>Elements of a row's X.</summary>
    internal int Width { get; }

    internal long RowLengthInBytes => (Width + 1L) * sizeof(float);

    internal Span<float> XOf(int row) => X.AsSpan(row * Width, Width);

    /// <summary>The row that a code means.</summary>
    internal int RowOf(float code)
    {
        int row = (int)code - FirstCode;
        return (uint)row < (uint)Count && row + FirstCode == code
            ? row
            : throw new VerificationException($"{code} is the code of no row; there are {FirstCode} to {FirstCode + Count - 1}.");
    }

    /// <summary>Checks that some memory is one of the rows, bit for bit.</summary>
    /// <returns>Which one.</returns>
    internal int Recognise(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        int row = RowOf(y[0]);
        return y.Length == 1 && AsBytes(x).SequenceEqual(AsBytes(XOf(row)))
            ? row
            : throw new VerificationException($"A sample with the code of row {row} is not that row.");
    }

    private static ReadOnlySpan<byte> AsBytes(ReadOnlySpan<float> elements) => MemoryMarshal.AsBytes(elements);

    private static void Fill(Span<float> x, int code)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(x);
        uint hash = (uint)code * 0x9E3779B9;
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = 0x3F800000 | (hash >> 9); // 1 ≤ x < 2
            hash += 0x85EBCA6B;
        }

        x[0] = code;
    }
}
