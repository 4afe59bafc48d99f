using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>A peer that sends just the bytes it is told to. Every call ends after a while.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    internal RawPeer(string endpoint)
    {
        ZmqEndpoint parsed = ZmqEndpoint.Parse(endpoint);
        bool isTcp = parsed.Scheme == ZmqScheme.Tcp;
        _socket = isTcp ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) : PathAddress.MakeSocket();
        _socket.SendTimeout = _socket.ReceiveTimeout = (int)RecordingHandler.Patience.TotalMilliseconds;
        _socket.Connect(isTcp ? new IPEndPoint(IPAddress.Loopback, parsed.FirstPort) : PathAddress.Of(parsed));
    }

    /// <summary>A greeting and READY.</summary>
    internal static byte[] Handshake(ZmtpSocketType type, int minor = 1)
    {
        byte[] greeting = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(greeting);
        greeting[11] = (byte)minor;
        return [.. greeting, .. ZmtpReady.Make(type, "raw")];
    }

    public void Dispose() => _socket.Dispose();

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Reads so many bytes.</summary>
    internal byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int now = _socket.Receive(bytes.AsSpan(read));
            read += now > 0 ? now : throw new EndOfStreamException($"{read} of {count} bytes came.");
        }

        return bytes;
    }

    /// <summary>Passes the other side's greeting and READY by.</summary>
    internal void ReadHandshake() => Read(ZmtpGreeting.SizeInBytes + ZmtpReady.Make(ZmtpSocketType.Pair, new string('0', 32)).Length);

    /// <summary>Reads until the other side ends.</summary>
    internal byte[] ReadToEnd()
    {
        using var bytes = new MemoryStream();
        byte[] piece = new byte[4096];
        try
        {
            for (int now; (now = _socket.Receive(piece)) > 0;)
            {
                bytes.Write(piece, 0, now);
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It closed before it had read everything.
        }

        return bytes.ToArray();
    }

    internal void EndSending() => _socket.Shutdown(SocketShutdown.Send);
}
