using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace Pescador.Fast;

/// <summary>Reads labels of whatever type as whole numbers.</summary>
internal static class ClassLabels
{
    /// <summary>The labels of a batch.</summary>
    /// <param name="tensor">[rows] or [rows, 1], integers or whole float32 or float64.</param>
    /// <param name="rows">How many there must be.</param>
    /// <param name="features">For the message: whose rows these are.</param>
    /// <param name="buffer">Grows where it is too small; the result lies in it.</param>
    /// <exception cref="DataException">There are not as many, or they are no whole numbers.</exception>
    internal static Span<int> Read(TensorView tensor, int rows, string features, ref int[] buffer)
    {
        if (tensor.ElementCount != rows)
        {
            throw new DataException($"Tensor '{tensor.Name}': expected {rows} labels, one for each row of '{features}', got {tensor.Spec.Form}.");
        }

        if (buffer.Length < rows)
        {
            buffer = new int[rows];
        }

        Span<int> labels = buffer.AsSpan(0, rows);
        switch (tensor.ElementType)
        {
            case ElementType.Float32: ReadWhole(tensor.Span<float>(), labels, tensor); break;
            case ElementType.Float64: ReadWhole(tensor.Span<double>(), labels, tensor); break;
            case ElementType.Int8: TensorPrimitives.ConvertSaturating<sbyte, int>(tensor.Span<sbyte>(), labels); break;
            case ElementType.UInt8: TensorPrimitives.ConvertSaturating<byte, int>(tensor.Span<byte>(), labels); break;
            case ElementType.Int16: TensorPrimitives.ConvertSaturating<short, int>(tensor.Span<short>(), labels); break;
            case ElementType.UInt16: TensorPrimitives.ConvertSaturating<ushort, int>(tensor.Span<ushort>(), labels); break;
            case ElementType.Int32: tensor.Span<int>().CopyTo(labels); break;
            case ElementType.UInt32: TensorPrimitives.ConvertSaturating<uint, int>(tensor.Span<uint>(), labels); break;
            case ElementType.Int64: TensorPrimitives.ConvertSaturating<long, int>(tensor.Span<long>(), labels); break;
            case ElementType.UInt64: TensorPrimitives.ConvertSaturating<ulong, int>(tensor.Span<ulong>(), labels); break;
            default: throw new DataException($"Tensor '{tensor.Name}': labels are integers or whole numbers, got {tensor.Spec.Form}.");
        }

        return labels;
    }

    /// <summary>A label that was read, for messages: what is beyond int32 stands at its ends.</summary>
    internal static string Said(int label) => string.Create(
        CultureInfo.InvariantCulture, $"{label}{(label == int.MaxValue ? " or more" : label == int.MinValue ? " or less" : "")}");

    private static void ReadWhole<T>(ReadOnlySpan<T> values, Span<int> labels, TensorView tensor)
        where T : struct, IFloatingPoint<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            labels[i] = int.CreateSaturating(values[i]);
            if (T.CreateSaturating(labels[i]) != values[i])
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"Tensor '{tensor.Name}', row {i}: expected a class, got {values[i]}."));
            }
        }
    }
}
