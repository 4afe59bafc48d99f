namespace Pescador.Fast;

/// <summary>Where a worker's stream begins.</summary>
/// <param name="Seed">Of its activation.</param>
/// <param name="Checkpoint">A state that it was in before, to go on from; null to begin anew.</param>
/// <param name="CountAfter">How many samples were delivered after that; they are made again and dropped.</param>
internal sealed record StreamStart(ulong Seed, byte[]? Checkpoint = null, long CountAfter = 0)
{
    /// <summary>After how many samples each checkpoint is taken; as they cost when null.</summary>
    internal int? CheckpointInterval { get; init; }

    /// <summary>The longest state that the consumer takes, in bytes.</summary>
    internal int MaxStateBytes { get; init; } = int.MaxValue;

    /// <summary>Whether checkpoints are taken at all: there must be somebody who can use them.</summary>
    internal bool HasCheckpoints { get; init; } = true;

    /// <summary>Whether the streamer's own seed is in <see cref="Seed"/> already, as in a root's.</summary>
    internal bool IsRoot { get; init; }
}
