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
    /// <exception cref="NotSupportedException">No tensor has such elements, or there are more than 2³¹ − 1.</exception>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public TensorData(Array array, params ReadOnlySpan<nint> shape)
        : this(TypeOf(array), array, shape.IsEmpty ? ShapeOf(array) : shape.ToArray())
    {
        TensorSpec spec = SpecOf("data");
        if (spec.ElementCount != array.Length)
        {
            throw new ArgumentException($"An array of {array.Length} elements cannot have the form {spec.Form}.", nameof(shape));
        }
    }

    private TensorData(ElementType elementType, Array array, nint[] shape)
    {
        ElementType = elementType;
        _array = array;
        _shape = shape;
        _memory = ElementTypes.MemoryOver(array);
    }

    /// <summary>Of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Length of each axis; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Shape => _shape;

    /// <summary>One element, without an axis.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "What NumPy calls a scalar.")]
    public static TensorData Scalar<T>(T value) where T : unmanaged => new(ElementTypes.Of<T>(), new[] { value }, []);

    /// <summary>An array in its own shape.</summary>
    public static TensorData FromArray(Array array) => new(array, []);

    /// <summary>An array in its own shape.</summary>
    public static implicit operator TensorData(Array array) => new(array, []);

    internal TensorSpec SpecOf(string name) => new(name, ElementType, _shape);

    internal TensorBlock Block(nint stride) => new(_array, 0, stride, _memory);

    private static ElementType TypeOf(Array array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array.LongLength <= int.MaxValue
            ? ElementTypes.Of(array)
            : throw new NotSupportedException($"An array of {array.LongLength} elements; Memory shows at most {int.MaxValue}. Use a slab.");
    }

    private static nint[] ShapeOf(Array array)
    {
        var shape = new nint[array.Rank];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = array.GetLength(axis);
        }

        return shape;
    }
}
