namespace Pescador.Fast;

/// <summary>The socket types that are spoken here. PAIR meets PAIR, PUSH meets PULL.</summary>
internal enum ZmtpSocketType
{
    /// <summary>One peer, both ways.</summary>
    Pair,

    /// <summary>Sends only, spreading over its peers.</summary>
    Push,

    /// <summary>Receives only, gathering from its peers.</summary>
    Pull,
}
