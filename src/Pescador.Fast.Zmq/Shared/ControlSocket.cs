using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>
/// The control socket between a producer and a consumer: messages of a kind byte and a body, in packets; a long body comes in a file of its own.
/// Disposed by the link that it belongs to. One thread receives; any may send.
/// </summary>
internal sealed class ControlSocket(Socket socket, string peer) : IDisposable
{
    // Small, so that the messages of one announcement always fit into a socket's buffer: they are sent before it is published, and nobody
    // reads them until then.
    private const int LongestInPacket = 2048;
    private const byte IsInFile = 0x80;
    private static readonly byte[] WakePacket = [(byte)ControlKind.Wake];

    private readonly byte[] _packet = new byte[LongestInPacket + 16];
    private readonly byte[] _outgoing = new byte[LongestInPacket + 16];
    private byte[] _long = [];

    /// <summary>For messages.</summary>
    internal string Peer => peer;

    internal SafeSocketHandle Handle => socket.SafeHandle;

    /// <summary>Whether the peer has ended; what it sent before can still be read.</summary>
    internal bool IsEnded => UnixPackets.Poll(socket.SafeHandle, forWriting: false, 0, out _);

    /// <summary>Wakes whoever waits for packets there.</summary>
    internal void SendWake()
    {
        try
        {
            _ = UnixPackets.TrySend(socket.SafeHandle, WakePacket, null); // no room: there is enough to wake it
        }
        catch (Exception error) when (error is LinkLostException or ObjectDisposedException)
        {
            // It is gone, and its end is seen elsewhere.
        }
    }

    /// <summary>Sends a message; waits for room.</summary>
    /// <exception cref="LinkLostException">The peer is gone.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    internal void Send(ControlKind kind, ReadOnlySpan<byte> body, SafeFileHandle? file, CancellationToken cancellation)
    {
        if (body.Length <= LongestInPacket)
        {
            _outgoing[0] = (byte)kind;
            body.CopyTo(_outgoing.AsSpan(1));
            SendPacket(_outgoing.AsSpan(0, 1 + body.Length), file, cancellation);
            return;
        }

        using SharedSegment payload = SharedSegment.Create(body.Length);
        RandomAccess.Write(payload.File, body, 0);
        _outgoing[0] = (byte)((byte)kind | IsInFile);
        BinaryPrimitives.WriteInt32LittleEndian(_outgoing.AsSpan(1), body.Length);
        SendPacket(_outgoing.AsSpan(0, 5), payload.File, cancellation);
    }

    /// <summary>Receives the next message but wakes, if it is there.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="LinkLostException">The peer is gone, and all was read.</exception>
    /// <exception cref="ProtocolException">It is no message, or passes a limit.</exception>
    internal bool TryReceive(ZmqLimits limits, out ControlMessage message)
    {
        do
        {
            if (!UnixPackets.TryReceive(socket.SafeHandle, _packet, out int length, out SafeFileHandle? file))
            {
                message = default;
                return false;
            }

            if (length == 0)
            {
                throw new LinkLostException($"{peer} is gone.");
            }

            message = Unpack(_packet.AsMemory(0, length), file, limits);
            if (message.Kind == ControlKind.Wake)
            {
                message.File?.Dispose();
            }
        }
        while (message.Kind == ControlKind.Wake);
        return true;
    }

    /// <summary>Receives a message; waits for it.</summary>
    /// <exception cref="LinkLostException">The peer is gone, or sent nothing in time.</exception>
    internal ControlMessage Receive(ZmqLimits limits, TimeSpan timeout, CancellationToken cancellation)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        ControlMessage message;
        while (!TryReceive(limits, out message))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Environment.TickCount64 > end)
            {
                throw new LinkLostException($"{peer} said nothing for {timeout.TotalSeconds:0.###} s.");
            }

            _ = UnixPackets.Poll(socket.SafeHandle, forWriting: false, SharedBell.TickInMilliseconds, out _);
        }

        return message;
    }

    /// <summary>Reads away wakes that nobody waits for any more.</summary>
    /// <returns>Whether there were any.</returns>
    internal bool DrainWakes()
    {
        Span<byte> first = stackalloc byte[1];
        bool wasThere = false;
        while (UnixPackets.TryReceive(socket.SafeHandle, first, out int length, out _, isPeeking: true) && length > 0
            && first[0] == (byte)ControlKind.Wake)
        {
            _ = UnixPackets.TryReceive(socket.SafeHandle, _packet, out _, out SafeFileHandle? file);
            file?.Dispose();
            wasThere = true;
        }

        return wasThere;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>The longest body of a kind.</summary>
    internal static int LongestBody(ControlKind kind, ZmqLimits limits) => kind switch
    {
        ControlKind.Checkpoint => limits.MaxStateBytes,
        ControlKind.Form or ControlKind.Unsaved or ControlKind.Failure => limits.MaxHeaderBytes,
        _ => LongestInPacket,
    };

    private void SendPacket(ReadOnlySpan<byte> packet, SafeFileHandle? file, CancellationToken cancellation)
    {
        while (!UnixPackets.TrySend(socket.SafeHandle, packet, file))
        {
            cancellation.ThrowIfCancellationRequested();
            if (UnixPackets.Poll(socket.SafeHandle, forWriting: true, SharedBell.TickInMilliseconds, out _))
            {
                throw new LinkLostException($"{peer} is gone.");
            }
        }
    }

    private ControlMessage Unpack(ReadOnlyMemory<byte> packet, SafeFileHandle? file, ZmqLimits limits)
    {
        try
        {
            byte first = packet.Span[0];
            var kind = (ControlKind)(first & ~IsInFile);
            if (kind is ControlKind.None or > ControlKind.Wake)
            {
                throw new ProtocolException($"{peer} sent a message of the unknown kind {first}.");
            }

            if ((first & IsInFile) == 0)
            {
                return new ControlMessage(kind, packet[1..], file);
            }

            if (packet.Length != 5 || file is null)
            {
                throw new ProtocolException($"{peer} announced a body in a file: expected 5 bytes and the file, got {packet.Length} bytes.");
            }

            return new ControlMessage(kind, ReadBody(kind, BinaryPrimitives.ReadInt32LittleEndian(packet.Span[1..]), file, limits), null);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    private ReadOnlyMemory<byte> ReadBody(ControlKind kind, int length, SafeFileHandle file, ZmqLimits limits)
    {
        int limit = LongestBody(kind, limits);
        if ((uint)length > (uint)limit)
        {
            throw new ProtocolException($"{peer} announced {length} bytes of {kind}; expected {limit} at most.");
        }

        SharedSegment.ThrowIfNoMemory(file, length, peer);
        if (_long.Length < length)
        {
            _long = new byte[length];
        }

        using (file)
        {
            int read = RandomAccess.Read(file, _long.AsSpan(0, length), 0);
            return read == length ? _long.AsMemory(0, length) : throw new ProtocolException($"{peer} sent {read} bytes of {kind}; expected {length}.");
        }
    }
}
