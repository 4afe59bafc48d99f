namespace Pescador.Fast.Bench;

/// <summary>Rows {X float32[n], Y float32[1]} that can be recognised: Y and the first element of X are the row's number.</summary>
internal sealed class CodedRows
{
    internal CodedRows(int count, int width, int firstCode = 0)
    {
        Width = width;
        FirstCode = firstCode;
        Spec = new SampleSpec(TensorSpec.Of<float>("X", width), TensorSpec.Of<float>("Y", 1));
        X = GC.AllocateUninitializedArray<float>(count * width);
        Y = new float[count];
        for (int row = 0; row < count; row++)
        {
            Span<float> x = XOf(row);
            for (int i = 0; i < width; i++)
            {
                x[i] = firstCode + row + i;
            }

            Y[row] = firstCode + row;
        }

        Rows = new TensorRows([new("X", new TensorData(X, count, width)), new("Y", new TensorData(Y, count, 1))]);
    }

    internal SampleSpec Spec { get; }

    internal TensorRows Rows { get; }

    internal float[] X { get; }

    internal float[] Y { get; }

    internal int Width { get; }

    internal int Count => Y.Length;

    internal int FirstCode { get; }

    internal Span<float> XOf(int row) => X.AsSpan(row * Width, Width);

    /// <summary>Checks that every row of a batch is one of these.</summary>
    internal void Recognise(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            if (!x.Slice(i * Width, Width).SequenceEqual(XOf((int)y[i] - FirstCode)))
            {
                throw new InvalidOperationException($"Row {i} of the batch is not the row {y[i]} that it says it is.");
            }
        }
    }
}
