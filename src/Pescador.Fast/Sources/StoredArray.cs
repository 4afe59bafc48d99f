namespace Pescador.Fast;

/// <summary>One array of a file, as the file's headers describe it; checked against the file's length already.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">Of its elements as they are given: complex numbers as pairs along a last axis of 2, bfloat16 as float32.</param>
/// <param name="Stored">How they stand in the file.</param>
/// <param name="Shape">Length of each axis, the rows' first.</param>
/// <param name="OffsetInBytes">Of its first element in the file, or in the inflated member.</param>
internal sealed record StoredArray(string Name, ElementType ElementType, StoredElement Stored, nint[] Shape, long OffsetInBytes)
{
    /// <summary>From one index to the next along each axis, in stored bytes; null where the elements lie dense and row-major.</summary>
    internal nint[]? Strides { get; init; }

    /// <summary>The deflated member that holds it; null where it lies in the file as it is.</summary>
    internal ZipMember? Deflated { get; init; }

    /// <summary>Whether Fortran's order is why it has strides.</summary>
    internal bool IsFortranOrder { get; init; }

    /// <summary>Size of one stored element, in bytes.</summary>
    internal int StoredElementLength => Stored == StoredElement.BFloat16 ? 2 : ElementType.SizeInBytes();
}
