using System.Net.Sockets;
using System.Security.Cryptography;

namespace Pescador.Fast;

/// <summary>The connections of one endpoint, bound or connected: accepts, connects, shakes hands, connects anew. Owned by an inlet or outlet.</summary>
/// <remarks>One thread accepts or connects; each accepted peer has a thread of its own, a connected one that of connecting. A timer sends the
/// heartbeats of all.</remarks>
internal sealed class ZmtpPeers : IDisposable
{
    private readonly ZmqEndpoint _endpoint;
    private readonly ZmtpSocketType _type;
    private readonly ZmqOptions _options;
    private readonly IPeerHandler _handler;
    private readonly EndpointListener? _listener;
    private readonly EndpointDialer? _dialer;
    private readonly ManualResetEventSlim _isEnding = new();
    private readonly string _identity = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly LivePeers _live;
    private Thread? _thread;
    private Timer? _heart;
    private int _isDisposed;

    /// <summary>Binds at once; connecting begins with <see cref="Start"/>.</summary>
    /// <exception cref="ArgumentException">The endpoint cannot be used so.</exception>
    /// <exception cref="PescadorException">It cannot be bound, or it reaches beyond this host and that was not allowed.</exception>
    internal ZmtpPeers(ZmqEndpoint endpoint, bool isBinding, ZmtpSocketType type, ZmqOptions options, IPeerHandler handler)
    {
        if (endpoint.Scheme is not (ZmqScheme.Tcp or ZmqScheme.Ipc))
        {
            throw new ArgumentException($"'{endpoint}' is not reached over ZMTP; tcp and ipc are.", nameof(endpoint));
        }

        _type = type;
        _options = options;
        _handler = handler;
        _live = new LivePeers(type == ZmtpSocketType.Pair ? 1 : options.Limits.MaxPeers, options.Limits.MaxPeers);
        if (isBinding)
        {
            _listener = EndpointListener.Bind(endpoint, options);
            _endpoint = _listener.Endpoint;
            options.Bound?.Invoke(Endpoint);
        }
        else
        {
            endpoint.CheckConnectable();
            CheckReach(endpoint, options);
            _endpoint = endpoint;
            _dialer = new EndpointDialer(endpoint, options);
        }
    }

    /// <summary>Where it is bound, with the port that was found; or what it connects to.</summary>
    internal string Endpoint => _endpoint.ToString();

    /// <summary>How often a connection was made anew: where there is one peer only, all but the first; otherwise those with a peer that was here
    /// before, as its identity tells.</summary>
    internal long Reconnects => _live.Reconnects;

    /// <summary>Begins to accept, or to connect.</summary>
    internal void Start()
    {
        ObjectDisposedException.ThrowIf(_isEnding.IsSet, this);
        _thread = new Thread(_listener is null ? ConnectAgainAndAgain : Accept) { IsBackground = true, Name = $"zmtp {Endpoint}" };
        _thread.Start();
        if (_options.HeartbeatInterval > TimeSpan.Zero)
        {
            _heart = new Timer(_ => _live.SendHeartbeats(_options.HeartbeatTimeout, onlyToThoseThatPing: _handler.IsTaking), null, _options.HeartbeatInterval, _options.HeartbeatInterval);
        }
    }

    /// <summary>Ends all connections and joins their threads, but for the one that calls this. What a handler waits for besides its connection
    /// must have ended before.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _isEnding.Set();
        _heart?.Dispose(); // a beat that goes on finds its connections closed, and waits for nothing
        _listener?.Dispose();
        _dialer?.Dispose();
        _live.Dispose();
        if (_thread is { } thread && thread != Thread.CurrentThread)
        {
            thread.Join();
        }

        _live.Join();
    }

    // A name that is not known yet may be later; then it is checked again, by the dialer.
    private static void CheckReach(ZmqEndpoint endpoint, ZmqOptions options)
    {
        if (endpoint.Scheme == ZmqScheme.Tcp)
        {
            try
            {
                TcpAddresses.Find(endpoint, options);
            }
            catch (SocketException)
            {
            }
        }
    }

    private void Accept()
    {
        var pause = new Backoff(_options);
        while (!_isEnding.IsSet)
        {
            try
            {
                Serve(_listener!.Accept()); // it binds, so there is one
                pause.Reset();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OutOfMemoryException)
            {
                Tell(Endpoint, error);
                _isEnding.Wait(pause.Next()); // where the system has no more sockets, or threads, trying at once would not help
            }
        }
    }

    private void Serve(Socket socket)
    {
        var thread = new Thread(() => Use(socket)) { IsBackground = true, Name = $"zmtp peer at {Endpoint}" };
        bool isServed = false;
        try
        {
            if (_live.TryAdmit(thread))
            {
                thread.Start();
                isServed = true;
            }
        }
        finally
        {
            if (!isServed)
            {
                _live.Remove(thread);
                socket.Dispose();
            }
        }
    }

    private void ConnectAgainAndAgain()
    {
        var pause = new Backoff(_options);
        while (!_isEnding.IsSet)
        {
            long begun = Environment.TickCount64;
            try
            {
                Use(_dialer!.Connect()); // it connects, so there is one
            }
            catch (PescadorException error)
            {
                Tell(Endpoint, error);
            }

            if (Environment.TickCount64 - begun > _options.LongestReconnectDelay.TotalMilliseconds)
            {
                pause.Reset(); // it held for a while
            }

            _isEnding.Wait(pause.Next());
        }
    }

    private void Use(Socket connected)
    {
        string peer = Endpoint;
        VectoredSocket? socket = null;
        ZmtpConnection? connection = null;
        try
        {
            peer = PeerSocket.Prepare(connected, _endpoint, _options);
            socket = VectoredSocket.Over(connected, peer);
            if (!_live.TryAdd(socket))
            {
                return;
            }

            connection = ZmtpConnection.ShakeHands(socket, _type, _identity, _options);
            if (_live.TryAdd(connection, isOnlyPeer: _dialer is not null || _type == ZmtpSocketType.Pair))
            {
                _handler.Serve(connection);
            }
        }
        catch (Exception error)
        {
            Tell(peer, error); // whatever a handler fails with: a thread of its own must not end the process
        }
        finally
        {
            socket?.Dispose();
            connected.Dispose();
            _live.Remove(socket, connection);
        }
    }

    private void Tell(string peer, Exception error)
    {
        if (!_isEnding.IsSet)
        {
            _handler.OnLost(peer, error);
        }
    }
}
