namespace Pescador.Fast;

/// <summary>Name, element type and shape of one tensor. Immutable.</summary>
public sealed class TensorSpec : IEquatable<TensorSpec>
{
    private readonly nint[] _shape;

    /// <summary>A spec of the given shape.</summary>
    /// <param name="name">Not empty.</param>
    /// <param name="elementType">Of its elements.</param>
    /// <param name="shape">Length of each axis, 0 included; none for a scalar.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    /// <exception cref="OverflowException">More bytes than can be addressed.</exception>
    public TensorSpec(string name, ElementType elementType, params ReadOnlySpan<nint> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        ElementType = elementType;
        _shape = shape.ToArray();
        bool isEmpty = false;
        foreach (nint length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            isEmpty |= length == 0;
        }

        int size = elementType.SizeInBytes();
        nint elements = 1;
        foreach (nint length in isEmpty ? [0] : shape)
        {
            elements = length <= nint.MaxValue / size / elements
                ? elements * length
                : throw new OverflowException($"Tensor '{name}' of the shape [{string.Join(',', _shape)}] has more bytes than can be addressed.");
        }

        ElementCount = elements;
        LengthInBytes = elements * size;
    }

    /// <summary>Its name; "X", "Y" by custom.</summary>
    public string Name { get; }

    /// <summary>Of its elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>Length of each axis; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Shape => _shape;

    /// <summary>Number of elements: the product of the shape, 1 for a scalar.</summary>
    public nint ElementCount { get; }

    /// <summary>Size of the elements, dense and row-major, in bytes.</summary>
    public nint LengthInBytes { get; }

    /// <summary>A spec with the element type that <typeparamref name="T"/> stands for.</summary>
    /// <inheritdoc cref="TensorSpec(string, ElementType, ReadOnlySpan{nint})"/>
    public static TensorSpec Of<T>(string name, params ReadOnlySpan<nint> shape) where T : unmanaged => new(name, ElementTypes.Of<T>(), shape);

    /// <summary>The same tensor with a leading axis of <paramref name="rows"/>.</summary>
    internal TensorSpec Stack(nint rows) => new(Name, ElementType, [rows, .. _shape]);

    /// <summary>The same tensor with another length along one axis.</summary>
    internal TensorSpec WithAxis(int axis, nint length)
    {
        nint[] shape = [.. _shape];
        shape[axis] = length;
        return new TensorSpec(Name, ElementType, shape);
    }

    /// <inheritdoc/>
    public bool Equals(TensorSpec? other) =>
        other is not null && (ReferenceEquals(this, other) || (Name == other.Name && HasFormOf(other)));

    /// <summary>Whether element type and shape are the same, whatever the names.</summary>
    internal bool HasFormOf(TensorSpec other) => ElementType == other.ElementType && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorSpec);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Name);
        hash.Add(ElementType);
        foreach (nint length in _shape)
        {
            hash.Add(length);
        }

        return hash.ToHashCode();
    }

    /// <summary>Element type and shape, as in <c>float32[64,64]</c>.</summary>
    internal string Form => $"{ElementType.Name()}[{string.Join(',', _shape)}]";

    /// <summary>As in <c>X float32[64,64]</c>.</summary>
    public override string ToString() => $"{Name} {Form}";
}
