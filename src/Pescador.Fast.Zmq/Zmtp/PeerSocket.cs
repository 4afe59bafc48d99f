using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>What is set on, and asked of, each socket that was connected, before anything is said over it.</summary>
internal static class PeerSocket
{
    private const int ProbesUntilLost = 5;

    // A sender that waits for room is woken only when three quarters of the kernel's buffer are free again: with the usual 208 KiB it sleeps every few
    // blocks of a large sample. The kernel gives less where net.core.wmem_max says so.
    private const int IpcSendBufferBytes = 1 << 20;

    /// <summary>Prepares a connected socket.</summary>
    /// <returns>Who is at the other end, for messages.</returns>
    /// <exception cref="PescadorException">Another user is.</exception>
    internal static string Prepare(Socket socket, ZmqEndpoint endpoint, ZmqOptions options)
    {
        if (endpoint.Scheme != ZmqScheme.Tcp)
        {
            return PrepareIpc(socket, endpoint);
        }

        socket.NoDelay = true;

        // Of a host that vanished nothing comes, not even the end: probes find out about peers that know no heartbeats. TCP_USER_TIMEOUT would be
        // quicker, but also ends connections whose peer is there and merely does not read for that long.
        int seconds = (int)Math.Clamp(options.HeartbeatTimeout.TotalSeconds / ProbesUntilLost, 1, short.MaxValue);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, ProbesUntilLost);
        return socket.RemoteEndPoint is IPEndPoint address ? $"tcp://{address}" : endpoint.ToString(); // one that the kernel's call has connected does not know it
    }

    /// <summary>Refuses another user; root, too, who has no reason to come by a name that anybody could have taken.</summary>
    /// <exception cref="PescadorException">It is another.</exception>
    internal static void CheckUser(uint peer, uint own, ZmqEndpoint endpoint)
    {
        if (peer != own)
        {
            throw new PescadorException(
                $"The peer at '{endpoint}' belongs to the user with the number {peer}, this process to {own}. Only the same user is spoken with over an abstract name.");
        }
    }

    private static string PrepareIpc(Socket socket, ZmqEndpoint endpoint)
    {
        socket.SendBufferSize = IpcSendBufferBytes;
        if (!OperatingSystem.IsLinux())
        {
            return endpoint.ToString();
        }

        (int process, uint user) = LinuxCalls.PeerOf(socket);
        if (endpoint.IsAbstract)
        {
            CheckUser(user, LinuxCalls.EffectiveUser(), endpoint);
        }

        return $"{endpoint} (process {process})";
    }
}
