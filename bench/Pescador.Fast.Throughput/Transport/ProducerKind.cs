namespace Pescador.Fast.Throughput;

/// <summary>What sends.</summary>
internal enum ProducerKind
{
    /// <summary>A streamer that is served.</summary>
    Streamer,

    /// <summary>The reference.</summary>
    Libzmq,
}
