namespace Pescador.Fast;

/// <summary>What a peer may announce. Everything received is checked against this before memory is rented for it.</summary>
public sealed record ZmqLimits
{
    /// <summary>The limits used unless others are given.</summary>
    public static ZmqLimits Default { get; } = new();

    /// <summary>Bytes of one frame, and of all tensors of one sample together; 4 GiB by default.</summary>
    public long MaxSampleBytes { get; init; } = 4L << 30;

    /// <summary>Bytes of a sample's header; 1 MiB by default.</summary>
    public int MaxHeaderBytes { get; init; } = 1 << 20;

    /// <summary>Tensors in a sample; 256 by default.</summary>
    public int MaxTensors { get; init; } = 256;

    /// <summary>Axes of a tensor; 32 by default, as many as NumPy has.</summary>
    public int MaxDimensions { get; init; } = 32;

    /// <summary>Bytes of a saved state that travels with a sample; 256 MiB by default.</summary>
    public int MaxStateBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of a command: READY, ERROR, PING, PONG; 64 KiB by default.</summary>
    public int MaxCommandBytes { get; init; } = 64 << 10;

    /// <summary>Connections at once on one bound endpoint; 1,024 by default. Those beyond are closed.</summary>
    public int MaxPeers { get; init; } = 1024;
}
