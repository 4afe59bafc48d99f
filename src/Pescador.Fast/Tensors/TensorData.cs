using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>An array and the shape it is read with: data that a stream or sample shows without copying it.</summary>
public sealed class TensorData
{
    private readonly Array _array;
    private readonly nint[] _shape;
    private readonly object _memory;

    /// <summary>An array, row-major, in a shape.</summary>
    /// <param name="array">Of any rank; its elements of a tensor element type.</param>
    /// <param name="shape">Its product is the number of elements; none means the array's own shape.</param>
    /// <exception cref="NotSupportedException">No tensor has such elements.</exception>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public TensorData(Array array, params ReadOnlySpan<nint> shape)
    {
        ArgumentNullException.ThrowIfNull(array);
        ElementType = ElementTypes.Of(array);
        _array = array;
        _shape = shape.IsEmpty ? [.. Enumerable.Range(0, array.Rank).Select(axis => (nint)array.GetLength(axis))] : shape.ToArray();
        _memory = ElementTypes.MemoryOver(array);
        TensorSpec spec = SpecOf("data");
        if (spec.ElementCount != array.LongLength)
        {
            throw new ArgumentException($"An array of {array.LongLength} elements cannot have the form {spec.Form}.", nameof(shape));
        }
    }

    private TensorData(Array scalar)
    {
        ElementType = ElementTypes.Of(scalar);
        _array = scalar;
        _shape = [];
        _memory = ElementTypes.MemoryOver(scalar);
    }

    /// <summary>Of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Length of each axis; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Shape => _shape;

    /// <summary>One element, without an axis.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "What NumPy calls a scalar.")]
    public static TensorData Scalar<T>(T value) where T : unmanaged => new(new[] { value });

    /// <summary>An array in its own shape.</summary>
    public static TensorData FromArray(Array array) => new(array);

    /// <summary>An array in its own shape.</summary>
    public static implicit operator TensorData(Array array) => new(array, []);

    internal TensorSpec SpecOf(string name) => new(name, ElementType, _shape);

    internal TensorBlock Block(nint stride) => new(_array, 0, stride, _memory);
}
