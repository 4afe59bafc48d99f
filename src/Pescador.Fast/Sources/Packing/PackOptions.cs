namespace Pescador.Fast;

/// <summary>How <see cref="ShardPacker"/> packs.</summary>
public sealed record PackOptions
{
    /// <summary>How much a shard takes at most, unless another size is given: 256 MB.</summary>
    public const long DefaultShardSizeInBytes = 256_000_000;

    /// <summary>What the shards are written as.</summary>
    public ShardFormat Format { get; init; }

    /// <summary>The most that a shard takes, its files together, in bytes: 256 MB. A row that is longer makes a shard of its own.</summary>
    public long ShardSizeInBytes { get; init; } = DefaultShardSizeInBytes;

    /// <summary>Whether the rows are written in an order drawn by chance, each once. The rows of one file are then permuted; of several files up to
    /// 64 are open at once, and each row is drawn from one of these with a probability in proportion to the file's rows.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Decides the order, where it is drawn.</summary>
    public long Seed { get; init; }

    /// <summary>How many rows that cannot be read are left out, a file that cannot be read counting as one; one more is an error.</summary>
    public int MaxBadRows { get; init; }

    /// <summary>Whether shards that lie in the folder are replaced; otherwise the folder must be empty or not there. Other files stay.</summary>
    public bool Replace { get; init; }
}
