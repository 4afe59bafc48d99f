namespace Pescador.Fast;

/// <summary>What a source's headers say of it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Format">As in <c>npy</c>, <c>npz</c>, <c>safetensors</c>, <c>tar</c>, <c>csv</c>.</param>
/// <param name="Arrays">Its arrays.</param>
/// <param name="Rows">How many rows there are; null where the arrays disagree, so that there are none.</param>
/// <param name="LengthInBytes">Of the file or files.</param>
public sealed record SourceInfo(string Path, string Format, IReadOnlyList<ArrayInfo> Arrays, long? Rows, long LengthInBytes)
{
    /// <summary>What else is to be said of it: members that are left out, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
