namespace Pescador.Fast;

/// <summary>What a reader accepts of a file before it takes memory for it. A file that asks for more is refused with both numbers.</summary>
public sealed record SourceLimits
{
    /// <summary>The limits that hold unless others are given.</summary>
    public static SourceLimits Default { get; } = new();

    /// <summary>Of an <c>.npy</c> header, in bytes: 1 MiB.</summary>
    public int MaxNpyHeaderInBytes { get; init; } = 1 << 20;

    /// <summary>Of a safetensors header, in bytes: 100 MB, as the format says.</summary>
    public int MaxJsonHeaderInBytes { get; init; } = 100_000_000;

    /// <summary>Arrays in a file, and fields in a record or sample: 65,536.</summary>
    public int MaxArrays { get; init; } = 65_536;

    /// <summary>Of the name of an array, field or member, in bytes or characters: 4,096.</summary>
    public int MaxNameLength { get; init; } = 4_096;

    /// <summary>Axes of an array: 64, as in NumPy 2.</summary>
    public int MaxAxes { get; init; } = 64;

    /// <summary>Of a line of a <c>.csv</c>, in bytes: 16 MiB.</summary>
    public int MaxLineInBytes { get; init; } = 16 << 20;

    /// <summary>Columns of a <c>.csv</c>: 1,048,576.</summary>
    public int MaxColumns { get; init; } = 1 << 20;
}
