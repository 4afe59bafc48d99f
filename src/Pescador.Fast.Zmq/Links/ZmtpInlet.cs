namespace Pescador.Fast;

/// <summary>The consumer's end over tcp or ipc. Each connection has a reader's thread, each worker a lane of slabs of its own.</summary>
internal sealed class ZmtpInlet : Inlet, IPeerHandler
{
    private readonly Gathering _gathering;
    private readonly ZmtpPeers _peers;
    private readonly ZmqOptions _options;
    private readonly bool _isBinding;
    private readonly bool _isPair;
    private readonly ManualResetEventSlim _isEnding = new();
    private volatile bool _hasConnected;

    /// <summary>Binds at once, or begins to connect.</summary>
    /// <param name="endpoint">tcp or ipc.</param>
    /// <param name="isBinding">Whether it is bound here; else it is connected to.</param>
    /// <param name="pattern">As the other side's.</param>
    /// <param name="settings">Of how many workers.</param>
    /// <param name="doorbell">Rung when something can be taken.</param>
    /// <param name="scope">Where its slabs come from, and what they count against.</param>
    internal ZmtpInlet(
        ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, InletSettings settings, Doorbell doorbell, StreamScope scope)
    {
        _options = settings.Options;
        _isBinding = isBinding;
        _isPair = pattern == ZmqPattern.Pair;
        _gathering = new Gathering(doorbell, settings, scope);
        _peers = new ZmtpPeers(endpoint, isBinding, _isPair ? ZmtpSocketType.Pair : ZmtpSocketType.Pull, _options, this);
        _peers.Start();
    }

    internal override string Endpoint => _peers.Endpoint;

    internal override bool HasConnected => _hasConnected;

    internal override bool HasArrival => _gathering.HasArrival;

    internal override PescadorException? Starvation => _gathering.Starvation;

    internal ReadOnlySpan<InletLane> Lanes => _gathering.Lanes;

    internal override bool TryTake(out Arrival arrival) => _gathering.TryTake(out arrival);

    internal override void Recycle(StateWriter checkpoint) => _gathering.Recycle(checkpoint);

    internal override void AddBatchCounters(ref PoolCounters sum) => _gathering.AddBatchCounters(ref sum);

    internal override void AddCounters(ICollection<ZmqWorkerCounters> counters) => _gathering.AddCounters(counters);

    public override void Dispose()
    {
        _gathering.BeginEnding();
        _isEnding.Set();
        _peers.Dispose();
        _gathering.Dispose();
    }

    bool IPeerHandler.IsTaking => true;

    void IPeerHandler.Serve(ZmtpConnection connection)
    {
        _hasConnected = true;
        if (!_gathering.HasEnded)
        {
            new WorkerReader(connection, connection, AddressOf(connection), _gathering, _options.Limits).Run();
        }

        if (_gathering.HasEnded && !_isBinding)
        {
            // Closed, so that the worker sees that its end has come; but not connected anew, to a worker that serves somebody else by then.
            connection.Dispose();
            _isEnding.Wait();
        }
    }

    void IPeerHandler.OnLost(string peer, Exception error)
    {
        // What matters was told by the reader; who only failed to shake hands is no worker.
    }

    // Who gives no name of its own may come back under another port. On PAIR there is only one.
    private string AddressOf(ZmtpConnection connection) => _isPair ? "(peer)" : connection.Peer;
}
