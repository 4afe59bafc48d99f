using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>The producer's end over tcp or ipc. The thread that gives the samples sends them; each connection has a thread that reads what the
/// consumer may say, and sees it leave.</summary>
internal sealed class ZmtpOutlet : Outlet, IPeerHandler
{
    private readonly ZmtpPeers _peers;
    private readonly SendWaiter _waiter = SendWaiter.Make();
    private readonly SampleWriter _writer;
    private readonly OutletConsumers _consumers;
    private readonly ManualResetEventSlim _isEnding = new();
    private readonly ZmqOptions _options;
    private readonly bool _isBinding;
    private readonly object _pump = new(); // held by the thread that sends
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private long _waited;
    private bool _hasEnded;
    private int _disposing;
    private volatile bool _isDisposed;

    /// <summary>Binds at once, or begins to connect.</summary>
    /// <param name="endpoint">tcp or ipc.</param>
    /// <param name="isBinding">Whether it is bound here; else it is connected to.</param>
    /// <param name="pattern">As the other side's.</param>
    /// <param name="options">Time-outs and limits.</param>
    /// <param name="worker">The name under which its samples are numbered: another for every stream.</param>
    internal ZmtpOutlet(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions options, string worker)
    {
        _options = options;
        _isBinding = isBinding;
        _writer = new SampleWriter(worker, options.Limits);
        _consumers = new OutletConsumers(pattern == ZmqPattern.Pair, options.ReconnectTimeout, _waiter);
        try
        {
            _peers = new ZmtpPeers(endpoint, isBinding, pattern == ZmqPattern.Pair ? ZmtpSocketType.Pair : ZmtpSocketType.Push, options, this);
        }
        catch
        {
            _waiter.Dispose();
            throw;
        }

        _peers.Start();
    }

    internal override TimeSpan Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    internal override string Endpoint => _peers.Endpoint;

    internal override void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation)
    {
        lock (_pump)
        {
            bool isGiven = false;
            try
            {
                Check(cancellation);
                _ = _writer.FormOf(sample.Spec); // refuses what has no tensors, before anybody waits for a consumer
                while (true)
                {
                    SendBusy();
                    if (!isGiven && _consumers.TakeFree() is { } peer)
                    {
                        peer.Give(sample, checkpoint, unsaved);
                        isGiven = true;
                        TrySend(peer);
                    }

                    // What is on its way to one goes on there while the next sample is made, if there is another who can have it.
                    if (isGiven && (!_consumers.AreBusy || _consumers.HasFree))
                    {
                        return;
                    }

                    WaitForRoom(cancellation);
                }
            }
            catch
            {
                _consumers.DropStranded();
                if (!isGiven)
                {
                    sample.Dispose();
                }

                throw;
            }
        }
    }

    internal override void Complete(CancellationToken cancellation)
    {
        lock (_pump)
        {
            while (_consumers.AreBusy)
            {
                WaitForRoom(cancellation);
                SendBusy();
            }

            // However slow a consumer is, it must be told: without an end it would see a loss.
            TellEnd(null);
            while (!_consumers.AreTold)
            {
                WaitForRoom(cancellation);
                TellEnd(null);
            }

            WaitUntilClosed(null, Stopwatch.GetTimestamp(), cancellation);
        }
    }

    internal override void Fail(Exception error)
    {
        lock (_pump)
        {
            long began = Stopwatch.GetTimestamp();
            while (_options.Timeout - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left && !_isDisposed)
            {
                SendBusy(); // the failure cannot stand in the middle of a message
                TellEnd(error);
                if (_consumers.AreTold)
                {
                    WaitUntilClosed(error, began, CancellationToken.None);
                    return;
                }

                TimeSpan back = _consumers.UntilLoss();
                if (back == TimeSpan.Zero)
                {
                    return; // nobody is left to be told
                }

                _waiter.Wait(_consumers.Sending(), back > TimeSpan.Zero && back < left ? back : left);
            }
        }
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposing, 1) == 0)
        {
            _isDisposed = true;
            _isEnding.Set();
            _waiter.Wake();
            _peers.Dispose();
            lock (_pump)
            {
                _registration.Dispose();
                _consumers.DropAll();
                _waiter.Dispose();
            }
        }
    }

    bool IPeerHandler.IsTaking => false;

    void IPeerHandler.Serve(ZmtpConnection connection)
    {
        OutletPeer peer = _consumers.Enter(connection);
        try
        {
            while (true)
            {
                FrameHead head = connection.ReadHead(); // commands are answered below; a consumer has nothing else to say
                throw new ProtocolException($"{connection.Peer} sent a message of {head.LengthInBytes} bytes, where a consumer should only receive.");
            }
        }
        finally
        {
            _consumers.Leave(peer, connection);
            if (Volatile.Read(ref _hasEnded) && !_isBinding)
            {
                connection.Dispose();
                _isEnding.Wait(); // not connected anew, to a consumer that waits for another stream by then
            }
        }
    }

    void IPeerHandler.OnLost(string peer, Exception error) => _consumers.LastError = error;

    private void SendBusy()
    {
        foreach (OutletPeer peer in _consumers.Known)
        {
            if (peer.IsBusy)
            {
                TrySend(peer);
            }
        }
    }

    private void TrySend(OutletPeer peer)
    {
        if (peer.Connection is not { } connection)
        {
            _consumers.PassOn(peer);
            return;
        }

        try
        {
            peer.TrySend(connection, _writer, Waited);
        }
        catch (LinkLostException error)
        {
            _consumers.LastError = error;
            _consumers.Leave(peer, connection);
        }
    }

    // It has all by then.
    private void WaitUntilClosed(Exception? error, long began, CancellationToken cancellation)
    {
        while (!_consumers.HaveAllClosed && _options.Timeout - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left)
        {
            Check(cancellation);
            _waiter.Wait([], left);
            TellEnd(error); // who comes now has at least not missed that it is over
        }
    }

    private void TellEnd(Exception? error)
    {
        foreach (OutletPeer peer in _consumers.Known)
        {
            if (peer.IsBusy || peer.HasEnd || peer.Connection is not { } connection)
            {
                continue;
            }

            try
            {
                if (peer.TrySendEnd(connection, _writer, Waited, error))
                {
                    Volatile.Write(ref _hasEnded, true);
                    connection.EndSending();
                }
            }
            catch (LinkLostException lost)
            {
                _consumers.LastError = lost;
                _consumers.Leave(peer, connection);
            }
        }
    }

    private void WaitForRoom(CancellationToken cancellation)
    {
        Check(cancellation);
        if (_token != cancellation)
        {
            // Once for a run, not once for a sample.
            _registration.Dispose();
            _registration = cancellation.UnsafeRegister(static waiter => ((SendWaiter)waiter!).Wake(), _waiter);
            _token = cancellation;
        }

        bool isForRoom = _consumers.HadAny; // and not for the first consumer to come
        long began = Stopwatch.GetTimestamp();
        _waiter.Wait(_consumers.Sending(), _consumers.UntilLossIsError());
        if (isForRoom)
        {
            Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - began);
        }

        Check(cancellation);
    }

    private void Check(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
    }
}
