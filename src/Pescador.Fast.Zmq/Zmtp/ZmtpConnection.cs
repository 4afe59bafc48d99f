namespace Pescador.Fast;

/// <summary>A connection to one peer, after the handshake. One thread reads, another may send.</summary>
internal sealed class ZmtpConnection : FrameSource, IDisposable
{
    internal override string Peer => throw new NotImplementedException();

    /// <summary>The identity that the peer gave in its handshake; empty when it gave none.</summary>
    internal string PeerIdentity => throw new NotImplementedException();

    internal override FrameHead ReadHead() => throw new NotImplementedException();

    internal override void Read(Span<byte> destination) => throw new NotImplementedException();

    /// <summary>Sends as much of the message as goes without waiting.</summary>
    /// <returns>Whether all of it is on its way. If not, the same message is to be given again before any other.</returns>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    internal bool TrySend(OutgoingMessage message) => throw new NotImplementedException();

    /// <summary>No more will be sent: the peer reads what is on its way, and then the end.</summary>
    internal void EndSending() => throw new NotImplementedException();

    /// <summary>Ends the connection; what waits in it fails with <see cref="LinkLostException"/>. From any thread.</summary>
    public void Dispose() => throw new NotImplementedException();
}
