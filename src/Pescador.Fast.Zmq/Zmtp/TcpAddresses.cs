using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>The addresses of a tcp endpoint's host, and whether it may be used unprotected.</summary>
internal static class TcpAddresses
{
    /// <summary>Finds the addresses.</summary>
    /// <returns>One at least.</returns>
    /// <exception cref="PescadorException">One is beyond this host, and that was not allowed.</exception>
    /// <exception cref="SocketException">The name is not known.</exception>
    internal static IPAddress[] Find(ZmqEndpoint endpoint, ZmqOptions options)
    {
        IPAddress[] addresses = endpoint.IsEverywhere ? [IPAddress.Any]
            : IPAddress.TryParse(endpoint.Address, out IPAddress? address) ? [address]
            : Dns.GetHostAddresses(endpoint.Address);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        if (!options.AllowPlaintext && Array.Find(addresses, found => !IPAddress.IsLoopback(found)) is { } beyond)
        {
            throw new PescadorException(
                $"The endpoint '{endpoint}' reaches beyond this host ({beyond}), where anybody can read, change and send what travels: there is no "
                + $"encryption and no password. Where the network is trusted, set {nameof(ZmqOptions)}.{nameof(ZmqOptions.AllowPlaintext)}; "
                + "otherwise use a loopback address or ipc, through an ssh tunnel where it must be.");
        }

        return addresses;
    }
}
