namespace Pescador.Fast;

/// <summary>The sockets, connections and threads of an endpoint that are in use.</summary>
/// <param name="maxConnections">How many connections may be served at once.</param>
/// <param name="maxSockets">How many sockets may be open at once.</param>
internal sealed class LivePeers(int maxConnections, int maxSockets) : IDisposable
{
    private const int MaxRemembered = 4096;

    private readonly object _gate = new();
    private readonly List<VectoredSocket> _sockets = [];
    private readonly List<ZmtpConnection> _connections = [];
    private readonly List<Thread> _threads = [];
    private readonly HashSet<string> _seen = [];
    private long _reconnects;
    private bool _isEnding;

    /// <summary>How often a peer was here before.</summary>
    internal long Reconnects => Interlocked.Read(ref _reconnects);

    /// <summary>Takes in the thread that will use a socket.</summary>
    /// <returns>Whether there is room for another peer.</returns>
    internal bool TryAdmit(Thread thread)
    {
        lock (_gate)
        {
            _threads.RemoveAll(other => other.ThreadState == ThreadState.Stopped);
            bool hasRoom = !_isEnding && _connections.Count < maxConnections && _threads.Count < maxSockets;
            if (hasRoom)
            {
                _threads.Add(thread);
            }

            return hasRoom;
        }
    }

    /// <summary>Lets go of a thread that could not be started.</summary>
    internal void Remove(Thread thread)
    {
        lock (_gate)
        {
            _threads.Remove(thread);
        }
    }

    /// <summary>Takes in a socket, to be closed at the end.</summary>
    /// <returns>Whether it is still wanted.</returns>
    internal bool TryAdd(VectoredSocket socket)
    {
        lock (_gate)
        {
            if (!_isEnding)
            {
                _sockets.Add(socket);
            }

            return !_isEnding;
        }
    }

    /// <summary>Takes in a connection that has shaken hands.</summary>
    /// <param name="connection">To be sent heartbeats.</param>
    /// <param name="isOnlyPeer">Whether it can only be with the peer that was here before, whatever its identity.</param>
    /// <returns>Whether it may be served: over PAIR only one may.</returns>
    internal bool TryAdd(ZmtpConnection connection, bool isOnlyPeer)
    {
        lock (_gate)
        {
            if (_isEnding || _connections.Count >= maxConnections)
            {
                return false;
            }

            _connections.Add(connection);
            string who = isOnlyPeer ? "" : connection.PeerIdentity;
            bool isKnown = _seen.Contains(who);
            if (isKnown)
            {
                Interlocked.Increment(ref _reconnects);
            }
            else if ((isOnlyPeer || who.Length > 0) && _seen.Count < MaxRemembered)
            {
                _seen.Add(who);
            }

            return true;
        }
    }

    /// <summary>Lets go of what has ended.</summary>
    internal void Remove(VectoredSocket? socket, ZmtpConnection? connection)
    {
        lock (_gate)
        {
            if (socket is not null)
            {
                _sockets.Remove(socket);
            }

            if (connection is not null)
            {
                _connections.Remove(connection);
            }
        }
    }

    /// <summary>Tells peers that this side lives.</summary>
    /// <param name="promise">After how long without a sign of life they may give it up.</param>
    /// <param name="onlyToThoseThatPing">Whether others are left in peace.</param>
    internal void SendHeartbeats(TimeSpan promise, bool onlyToThoseThatPing)
    {
        lock (_gate)
        {
            foreach (ZmtpConnection connection in _connections)
            {
                if (connection.HasPinged || !onlyToThoseThatPing)
                {
                    connection.SendHeartbeat(promise);
                }
            }
        }
    }

    /// <summary>Closes all sockets; no more are taken in.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnding = true;
            foreach (VectoredSocket socket in _sockets)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Waits until all threads have ended, but for the one that calls this.</summary>
    internal void Join()
    {
        Thread[] threads;
        lock (_gate)
        {
            threads = [.. _threads];
        }

        foreach (Thread thread in threads)
        {
            if (thread != Thread.CurrentThread)
            {
                thread.Join();
            }
        }
    }
}
