namespace Pescador.Fast;

/// <summary>How much of a shard is held in memory.</summary>
internal static class ShardBuffers
{
    private const int TogetherInBytes = 16 << 20;

    /// <summary>Of the buffer of each of so many tensors, in bytes.</summary>
    internal static int LengthFor(int tensors) => Math.Clamp(TogetherInBytes / Math.Max(1, tensors), 4096, 1 << 20);
}
