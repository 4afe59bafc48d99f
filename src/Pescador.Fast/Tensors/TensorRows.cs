namespace Pescador.Fast;

/// <summary>In-memory arrays by name, with equal first dimensions: a table whose rows are samples. Nothing is copied.</summary>
public sealed class TensorRows
{
    internal readonly TensorBlock[] Blocks;

    /// <summary>A table of the given arrays.</summary>
    /// <param name="tensors">At least one; each at least one axis, the first of equal length.</param>
    /// <exception cref="ArgumentException">There are none, one is a scalar, or the first dimensions differ.</exception>
    public TensorRows(IEnumerable<KeyValuePair<string, TensorData>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, TensorData>[] given = [.. tensors];
        if (given.Length == 0)
        {
            throw new ArgumentException("There are no tensors, so there are no rows.", nameof(tensors));
        }

        var specs = new TensorSpec[given.Length];
        Blocks = new TensorBlock[given.Length];
        for (int i = 0; i < given.Length; i++)
        {
            (string name, TensorData data) = given[i];
            ArgumentNullException.ThrowIfNull(data, $"tensors[{i}]");
            if (data.Shape.IsEmpty)
            {
                throw new ArgumentException($"Tensor '{name}' is a scalar and has no rows.", nameof(tensors));
            }

            if (data.Shape[0] != given[0].Value.Shape[0])
            {
                throw new ArgumentException(
                    $"Tensor '{name}' has {data.Shape[0]} rows where '{given[0].Key}' has {given[0].Value.Shape[0]}.", nameof(tensors));
            }

            specs[i] = new TensorSpec(name, data.ElementType, data.Shape[1..]);
            Blocks[i] = data.Block(specs[i].LengthInBytes);
        }

        RowSpec = new SampleSpec(specs).Share();
        Count = given[0].Value.Shape[0];
    }

    /// <summary>The form of one row.</summary>
    public SampleSpec RowSpec { get; }

    /// <summary>Number of rows; may be 0.</summary>
    public nint Count { get; }
}
