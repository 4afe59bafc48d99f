namespace Pescador.Fast;

/// <summary>How the samples of worker processes come here.</summary>
public enum WorkerTransport
{
    /// <summary>The fastest that the platform has: shared memory on Linux, else sockets.</summary>
    Fastest,

    /// <summary>Batches are built in memory that both processes map; only an index crosses. Linux.</summary>
    SharedMemory,

    /// <summary>ZeroMQ's protocol over a Unix socket.</summary>
    Ipc,

    /// <summary>ZeroMQ's protocol over the loopback.</summary>
    Tcp,
}
