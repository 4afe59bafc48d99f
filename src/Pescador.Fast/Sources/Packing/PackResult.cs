namespace Pescador.Fast;

/// <summary>What <see cref="ShardPacker"/> has written.</summary>
/// <param name="Files">The shards' files, in their order.</param>
/// <param name="Shards">How many shards they make.</param>
/// <param name="Rows">Rows in them.</param>
/// <param name="LengthInBytes">Of the files.</param>
/// <param name="RowSpec">The form of every row.</param>
public sealed record PackResult(IReadOnlyList<string> Files, int Shards, long Rows, long LengthInBytes, SampleSpec RowSpec)
{
    /// <summary>Rows and files that were left out; of more than 10,000 the first ones.</summary>
    public IReadOnlyList<BadSample> Skipped { get; init; } = [];

    /// <summary>How many were left out.</summary>
    public long SkippedCount { get; init; }

    /// <summary>What falls short: tensors that could not begin on a multiple of 64 bytes.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
