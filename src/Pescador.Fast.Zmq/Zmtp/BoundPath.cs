using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>The path that a socket of this process is bound to, on Linux; removed on dispose, if it still is the one that was bound. Disposed before
/// the socket, so that its number cannot have become another's.</summary>
internal sealed class BoundPath : IDisposable
{
    private readonly string _path;
    private readonly ulong _number;
    private int _isDisposed;

    private BoundPath(string path)
    {
        _path = path;
        _number = LinuxCalls.Look(path)?.Number ?? 0;
    }

    /// <summary>Binds a path for this user alone, and listens; of an abstract name, which leaves nothing behind, there is no path. What a binder that is
    /// no more has left there is replaced.</summary>
    /// <exception cref="PescadorException">Somebody listens there, something else is there, or it cannot be bound.</exception>
    internal static (Socket Listener, BoundPath? Path) Bind(ZmqEndpoint endpoint, SocketType type, int backlog)
    {
        if (!endpoint.IsAbstract)
        {
            PathAddress.ClearStale(endpoint, type);
        }

        Socket? listener = null;
        BoundPath? path = null;
        try
        {
            listener = LinuxCalls.BindPath(PathAddress.Of(endpoint), type);
            if (!endpoint.IsAbstract)
            {
                // Nobody can connect before it listens, so there is no moment at which others could.
                path = new BoundPath(endpoint.Address);
                PathAddress.Protect(endpoint.Address);
            }

            listener.Listen(backlog);
            return (listener, path);
        }
        catch (Exception error)
        {
            path?.Dispose();
            listener?.Dispose();
            string why = error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? "it is in use." : error.Message;
            throw error is SocketException or IOException or UnauthorizedAccessException
                ? new PescadorException($"The endpoint '{endpoint}' cannot be bound: {why}", error)
                : error;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0 && LinuxCalls.Look(_path) is { IsSocket: true } now && now.Number == _number)
        {
            File.Delete(_path);
        }
    }
}
