using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>A bound endpoint, on which peers are accepted. Owned by <see cref="ZmtpPeers"/>.</summary>
internal sealed class EndpointListener : IDisposable
{
    private const int Backlog = 128;

    private readonly Socket _socket;
    private readonly BoundPath? _path;
    private int _isDisposed;

    private EndpointListener(Socket socket, ZmqEndpoint endpoint, BoundPath? path = null)
    {
        _socket = socket;
        _path = path;
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

        _path?.Dispose();
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
        if (OperatingSystem.IsLinux())
        {
            (Socket listener, BoundPath? path) = BoundPath.Bind(endpoint, SocketType.Stream, Backlog);
            return new EndpointListener(listener, endpoint, path);
        }

        Socket socket = PathAddress.MakeSocket();
        try
        {
            socket.Bind(PathAddress.Of(endpoint)); // deletes the path at the end
            PathAddress.Protect(endpoint.Address);
            socket.Listen(Backlog);
            return new EndpointListener(socket, endpoint);
        }
        catch (Exception error)
        {
            socket.Dispose();
            throw error is IOException or UnauthorizedAccessException
                ? new PescadorException($"The endpoint '{endpoint}' cannot be bound: {error.Message}", error)
                : error;
        }
    }
}
