namespace Pescador.Fast;

/// <summary>A field of a structured array, or the only one of a plain array.</summary>
/// <param name="Name">Its name; null in a plain array.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="Shape">Of the array that each record has there; none for a single element.</param>
/// <param name="OffsetInBytes">In the record.</param>
internal sealed record NpyField(string? Name, NpyType Type, nint[] Shape, nint OffsetInBytes);
