namespace Pescador.Fast;

/// <summary>What shards are written as.</summary>
public enum ShardFormat
{
    /// <summary>An <c>.npy</c> file per tensor: <c>shard-00000.X.npy</c>, <c>shard-00000.Y.npy</c>.</summary>
    Npy,

    /// <summary>A file with all tensors: <c>shard-00000.safetensors</c>.</summary>
    SafeTensors,
}
