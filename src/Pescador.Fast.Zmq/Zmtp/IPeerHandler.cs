namespace Pescador.Fast;

/// <summary>What is done with the connections of an endpoint.</summary>
internal interface IPeerHandler
{
    /// <summary>Whether messages come to this side, and none go out. Then nothing is sent to a peer that does not ask for it: one that has sent all and closed
    /// its socket would lose what is still on its way.</summary>
    bool IsTaking { get; }

    /// <summary>Uses a connection, on a thread of its own, until it returns or throws; then the connection is closed, and on the connecting side
    /// made anew. A sender's handler reads too, so that commands are answered and the end is seen.</summary>
    void Serve(ZmtpConnection connection);

    /// <summary>Told why a connection could not be made, or how one ended that <see cref="Serve"/> used. Connecting is tried again all the
    /// same.</summary>
    void OnLost(string peer, Exception error);
}
