namespace Pescador.Fast;

/// <summary>The connections of one endpoint, bound or connected: accepts, connects, shakes hands, connects anew. Owned by an inlet or outlet.</summary>
internal sealed class ZmtpPeers : IDisposable
{
    /// <summary>Binds at once; connecting begins with <see cref="Start"/>.</summary>
    internal ZmtpPeers(ZmqEndpoint endpoint, bool isBinding, ZmtpSocketType type, ZmqOptions options, IPeerHandler handler) =>
        throw new NotImplementedException($"{endpoint} {isBinding} {type} {options} {handler}");

    /// <summary>Where it is bound, with the port that was found; or what it connects to.</summary>
    internal string Endpoint => throw new NotImplementedException();

    /// <summary>How often a connection was made anew.</summary>
    internal long Reconnects => throw new NotImplementedException();

    /// <summary>Begins to accept, or to connect.</summary>
    internal void Start() => throw new NotImplementedException();

    /// <summary>Ends all connections and joins their threads.</summary>
    public void Dispose() => throw new NotImplementedException();
}
