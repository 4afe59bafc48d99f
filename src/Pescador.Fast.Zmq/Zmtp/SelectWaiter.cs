using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>Waits with the runtime's select, in short turns between which it looks whether it was woken: where there is no event file.</summary>
internal sealed class SelectWaiter : SendWaiter
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private readonly ManualResetEventSlim _isWoken = new();
    private readonly List<Socket> _sockets = [];

    internal override bool Wait(ReadOnlySpan<ZmtpConnection> connections, TimeSpan timeout)
    {
        DateTime end = timeout < TimeSpan.Zero ? DateTime.MaxValue : DateTime.UtcNow + timeout;
        while (!_isWoken.IsSet)
        {
            TimeSpan left = end - DateTime.UtcNow;
            TimeSpan turn = left < Turn ? left : Turn;
            if (turn <= TimeSpan.Zero)
            {
                return false;
            }

            if (connections.IsEmpty)
            {
                _isWoken.Wait(turn);
            }
            else if (HasRoom(connections, turn))
            {
                return true;
            }
        }

        _isWoken.Reset();
        return false;
    }

    internal override void Wake() => _isWoken.Set();

    public override void Dispose() => Wake();

    private bool HasRoom(ReadOnlySpan<ZmtpConnection> connections, TimeSpan turn)
    {
        _sockets.Clear();
        foreach (ZmtpConnection connection in connections)
        {
            _sockets.Add(connection.Socket.Socket ?? throw new InvalidOperationException("A connection without a socket cannot be waited for."));
        }

        try
        {
            Socket.Select(null, _sockets, null, turn);
            return _sockets.Count > 0;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return true; // one has ended
        }
    }
}
