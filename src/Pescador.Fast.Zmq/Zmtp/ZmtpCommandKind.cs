namespace Pescador.Fast;

/// <summary>The commands that are understood; others are passed over.</summary>
internal enum ZmtpCommandKind
{
    /// <summary>One that is not known here.</summary>
    Unknown,

    /// <summary>Ends the handshake; see <see cref="ZmtpReady"/>.</summary>
    Ready,

    /// <summary>Refuses the connection, with a reason.</summary>
    Error,

    /// <summary>Asks for a sign of life, and promises one.</summary>
    Ping,

    /// <summary>Is that sign.</summary>
    Pong,
}
