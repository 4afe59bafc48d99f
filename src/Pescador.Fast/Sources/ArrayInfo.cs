using System.Globalization;

namespace Pescador.Fast;

/// <summary>What a source's headers say of one of its arrays.</summary>
public sealed class ArrayInfo
{
    private readonly nint[] _shape;

    internal ArrayInfo(string name, ElementType elementType, ReadOnlySpan<nint> shape, long lengthInBytes)
    {
        Name = name;
        ElementType = elementType;
        _shape = shape.ToArray();
        LengthInBytes = lengthInBytes;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>Of its elements as a stream gives them.</summary>
    public ElementType ElementType { get; }

    /// <summary>Length of each axis; the first is that of the rows. −1 where it is known only by reading everything.</summary>
    public ReadOnlySpan<nint> Shape => _shape;

    /// <summary>Of its elements in the file, inflated, in bytes.</summary>
    public long LengthInBytes { get; }

    /// <summary>Of its first element in the file, in bytes; null where it is compressed or text.</summary>
    public long? OffsetInBytes { get; init; }

    /// <summary>Whether it must be inflated before a row can be read.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Whether a row's elements lie scattered over the file, each to be gathered.</summary>
    public bool IsFortranOrder { get; init; }

    /// <summary>Whether a row's elements lie apart for another reason: they are a field of a structured array.</summary>
    public bool IsInterleaved { get; init; }

    /// <summary>Whether elements are converted: their bytes swapped, or widened.</summary>
    public bool IsConverted { get; init; }

    /// <summary>Whether its first element lies on a multiple of 64 bytes; a row that does not is given as a copy, not as a view, where it
    /// is not even aligned to its elements.</summary>
    public bool IsAligned => OffsetInBytes is { } offset && offset % SlabLayout.TensorAlignmentInBytes == 0;

    /// <summary>As in <c>X float32[4096,128]</c>.</summary>
    public override string ToString() =>
        $"{Name} {ElementType.Name()}[{string.Join(',', _shape.Select(length => length < 0 ? "?" : length.ToString(CultureInfo.InvariantCulture)))}]";
}
