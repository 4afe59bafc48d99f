using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>Connects to an endpoint, with an end to every try. Owned by <see cref="ZmtpPeers"/>, and used by one thread but for
/// <see cref="Dispose"/>.</summary>
internal sealed class EndpointDialer(ZmqEndpoint endpoint, ZmqOptions options) : IDisposable
{
    private readonly object _gate = new();
    private Socket? _trying;
    private bool _isDisposed;

    /// <summary>Connects.</summary>
    /// <returns>The caller's, from now on.</returns>
    /// <exception cref="LinkLostException">Nobody is there, or the peer is not to be trusted.</exception>
    /// <exception cref="PescadorException">It may not be connected to.</exception>
    internal Socket Connect()
    {
        try
        {
            if (endpoint.Scheme != ZmqScheme.Tcp)
            {
                return Try(PathAddress.MakeSocket(), PathAddress.Of(endpoint));
            }

            SocketException? last = null;
            foreach (IPAddress address in TcpAddresses.Find(endpoint, options))
            {
                try
                {
                    var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    return Try(socket, new IPEndPoint(address, endpoint.FirstPort));
                }
                catch (SocketException error)
                {
                    last = error;
                }
            }

            throw last ?? new SocketException((int)SocketError.HostNotFound);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new LinkLostException($"{endpoint} cannot be connected to: {error.Message}.", error);
        }
    }

    /// <summary>Ends the try that goes on, and all later ones. From any thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _trying?.Dispose();
        }
    }

    private Socket Try(Socket socket, EndPoint address)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                socket.Dispose();
                throw new ObjectDisposedException(nameof(EndpointDialer));
            }

            _trying = socket;
        }

        bool isConnected = false;
        try
        {
            if (OperatingSystem.IsLinux())
            {
                socket.SendTimeout = (int)Math.Min(int.MaxValue, options.HandshakeTimeout.TotalMilliseconds); // ends connecting, too
                LinuxCalls.Connect(socket, address);
            }
            else
            {
                socket.Connect(address);
            }

            isConnected = true;
            return socket;
        }
        finally
        {
            lock (_gate)
            {
                _trying = null;
            }

            if (!isConnected)
            {
                socket.Dispose();
            }
        }
    }
}
