using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>A connected socket, by the runtime's calls: where there are no others, with some more system calls.</summary>
internal sealed class PlainSocket : VectoredSocket
{
    private readonly Socket _socket;
    private int _timeout = -1; // microseconds

    internal PlainSocket(Socket socket, string peer)
        : base(socket, peer)
    {
        _socket = socket;
        socket.Blocking = false;
    }

    internal override unsafe int TrySend(ReadOnlySpan<ByteBlock> blocks, bool isMoreComing = false)
    {
        int total = 0;
        foreach (ByteBlock block in blocks)
        {
            int length = (int)Math.Min(block.LengthInBytes, int.MaxValue);

            // Invariant: as LinuxSocket.TrySend's; the length is not longer than the block.
            int sent = Send(new ReadOnlySpan<byte>((void*)block.Address, length));
            total += sent;
            if (sent < block.LengthInBytes || total > int.MaxValue / 2)
            {
                break;
            }
        }

        return total;
    }

    internal override int Receive(Span<byte> first, Span<byte> second)
    {
        try
        {
            while (true)
            {
                int received = _socket.Receive(first, SocketFlags.None, out SocketError error);
                if (error == SocketError.Success)
                {
                    return received;
                }

                if (error != SocketError.WouldBlock)
                {
                    throw Lost(new SocketException((int)error).Message);
                }

                if (!_socket.Poll(_timeout, SelectMode.SelectRead))
                {
                    return TimedOut;
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Lost(error.Message, error);
        }
    }

    internal override void SetReceiveTimeout(TimeSpan timeout) =>
        _timeout = timeout == TimeSpan.Zero ? -1 : (int)Math.Min(int.MaxValue, timeout.TotalMicroseconds);

    internal override bool WaitWritable(TimeSpan timeout)
    {
        try
        {
            return _socket.Poll((int)Math.Min(int.MaxValue, timeout.TotalMicroseconds), SelectMode.SelectWrite);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
            return error switch
            {
                SocketError.Success => sent,
                SocketError.WouldBlock => 0,
                _ => throw Lost(new SocketException((int)error).Message),
            };
        }
        catch (ObjectDisposedException error)
        {
            throw Lost(error.Message, error);
        }
    }
}
