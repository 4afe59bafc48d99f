namespace Pescador.Fast;

/// <summary>Over what an endpoint is reached.</summary>
internal enum ZmqScheme
{
    /// <summary>tcp://HOST:PORT, also with a range of ports to bind one of.</summary>
    Tcp,

    /// <summary>ipc://PATH, or ipc://@NAME for an abstract socket.</summary>
    Ipc,

    /// <summary>inproc://NAME, within this process.</summary>
    Inproc,

    /// <summary>shm://PATH: memory shared between processes of this host; PATH is the control socket.</summary>
    Shm,
}
