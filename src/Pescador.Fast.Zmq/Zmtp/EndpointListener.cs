using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>A bound endpoint, on which peers are accepted. Owned by <see cref="ZmtpPeers"/>.</summary>
internal sealed class EndpointListener : IDisposable
{
    private const int Backlog = 128;

    private readonly Socket _socket;
    private readonly string? _path; // to be deleted at the end
    private readonly ulong _pathNumber;
    private int _isDisposed;

    private EndpointListener(Socket socket, ZmqEndpoint endpoint, string? path = null, ulong pathNumber = 0)
    {
        _socket = socket;
        _path = path;
        _pathNumber = pathNumber;
        Endpoint = endpoint;
    }

    /// <summary>Where it is bound, with the port that was found.</summary>
    internal ZmqEndpoint Endpoint { get; }

    /// <summary>Binds.</summary>
    /// <exception cref="PescadorException">It cannot be; the message says why, and what was tried.</exception>
    internal static EndpointListener Bind(ZmqEndpoint endpoint, ZmqOptions options)
    {
        try
        {
            return endpoint.Scheme == ZmqScheme.Tcp ? BindTcp(endpoint, options) : BindPath(endpoint);
        }
        catch (SocketException error)
        {
            string why = error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "it is in use" : error.Message;
            throw new PescadorException($"The endpoint '{endpoint}' cannot be bound: {why}.", error);
        }
    }

    /// <summary>Waits for the next peer.</summary>
    /// <exception cref="SocketException">It was disposed, or the system has no more sockets.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    internal Socket Accept() => _socket.Accept();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // Before the socket ends, so that its number cannot have become another's.
        if (_path is not null && LinuxCalls.Look(_path) is { IsSocket: true } now && now.Number == _pathNumber)
        {
            File.Delete(_path);
        }

        _socket.Dispose();
    }

    private static EndpointListener BindTcp(ZmqEndpoint endpoint, ZmqOptions options)
    {
        IPAddress[] addresses = TcpAddresses.Find(endpoint, options);
        IPAddress address = Array.Find(addresses, found => found.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        int[] ports = [.. Enumerable.Range(endpoint.FirstPort, endpoint.LastPort - endpoint.FirstPort + 1)];
        new Random().Shuffle(ports);
        int tries = Math.Min(ports.Length, options.MaxTries);
        foreach (int port in ports.AsSpan(0, tries))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(Backlog);
                int bound = ((IPEndPoint)socket.LocalEndPoint!).Port; // bound, so not null
                return new EndpointListener(socket, endpoint with { FirstPort = bound, LastPort = bound });
            }
            catch (SocketException error)
            {
                socket.Dispose();
                bool isNext = ports.Length > 1 && error.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
                if (!isNext)
                {
                    throw;
                }
            }
        }

        throw new PescadorException(
            $"The endpoint '{endpoint}' cannot be bound: of its {ports.Length} ports {tries} were tried, and all are in use "
            + $"({nameof(ZmqOptions)}.{nameof(ZmqOptions.MaxTries)} is {options.MaxTries}).");
    }

    private static EndpointListener BindPath(ZmqEndpoint endpoint)
    {
        if (!endpoint.IsAbstract)
        {
            PathAddress.ClearStale(endpoint);
        }

        EndpointListener? listener = null;
        try
        {
            listener = OperatingSystem.IsLinux() ? BindOnLinux(endpoint) : BindAnywhere(endpoint);
            listener._socket.Listen(Backlog);
            return listener;
        }
        catch (Exception error)
        {
            listener?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new PescadorException($"The endpoint '{endpoint}' cannot be bound: {error.Message}", error);
            }

            throw;
        }
    }

    private static EndpointListener BindOnLinux(ZmqEndpoint endpoint)
    {
        Socket socket = LinuxCalls.BindPath(PathAddress.Of(endpoint));
        if (endpoint.IsAbstract)
        {
            return new EndpointListener(socket, endpoint);
        }

        // Nobody can connect before it listens, so there is no moment at which others could.
        var listener = new EndpointListener(socket, endpoint, endpoint.Address, LinuxCalls.Look(endpoint.Address)?.Number ?? 0);
        PathAddress.Protect(endpoint.Address);
        return listener;
    }

    private static EndpointListener BindAnywhere(ZmqEndpoint endpoint)
    {
        Socket socket = PathAddress.MakeSocket();
        try
        {
            socket.Bind(PathAddress.Of(endpoint)); // deletes the path at the end
            PathAddress.Protect(endpoint.Address);
            return new EndpointListener(socket, endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
