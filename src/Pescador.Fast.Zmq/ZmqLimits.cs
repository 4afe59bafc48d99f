namespace Pescador.Fast;

/// <summary>What a peer may announce. Everything received is checked against this before memory is rented for it.</summary>
public sealed record ZmqLimits
{
    /// <summary>The limits used unless others are given.</summary>
    public static ZmqLimits Default { get; } = new();

    private const int LeastMessageBytes = 512; // of an end, or of a READY with the longest identity

    /// <summary>Bytes of one frame, and of all tensors of one sample together; 4 GiB by default.</summary>
    public long MaxSampleBytes { get; init; } = 4L << 30;

    /// <summary>Bytes of a sample's header; at least 512, 1 MiB by default.</summary>
    public int MaxHeaderBytes { get; init; } = 1 << 20;

    /// <summary>Tensors in a sample; 256 by default.</summary>
    public int MaxTensors { get; init; } = 256;

    /// <summary>Axes of a tensor; 32 by default, as many as NumPy has.</summary>
    public int MaxDimensions { get; init; } = 32;

    /// <summary>Bytes of a saved state that travels with a sample; 256 MiB by default.</summary>
    public int MaxStateBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of a command: READY, ERROR, PING, PONG; at least 512, 64 KiB by default.</summary>
    public int MaxCommandBytes { get; init; } = 64 << 10;

    /// <summary>Connections at once on one bound endpoint; 1,024 by default. Those beyond are closed.</summary>
    public int MaxPeers { get; init; } = 1024;

    /// <exception cref="ArgumentOutOfRangeException">Something is not in its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSampleBytes, 1, nameof(MaxSampleBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHeaderBytes, LeastMessageBytes, nameof(MaxHeaderBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTensors, 1, nameof(MaxTensors));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDimensions, nameof(MaxDimensions));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxStateBytes, nameof(MaxStateBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCommandBytes, LeastMessageBytes, nameof(MaxCommandBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPeers, 1, nameof(MaxPeers));
    }
}
