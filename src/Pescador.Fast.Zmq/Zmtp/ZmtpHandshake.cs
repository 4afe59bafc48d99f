using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>How a connection begins: both sides send their greeting, then READY, neither waiting for the other's READY.</summary>
/// <param name="HasHeartbeats">Whether the peer answers PING.</param>
/// <param name="Identity">The peer's; empty when it gave none.</param>
internal readonly record struct ZmtpHandshake(bool HasHeartbeats, string Identity)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Shakes hands.</summary>
    /// <exception cref="ProtocolException">The peer cannot be talked to; it is told why where the protocol has a way to.</exception>
    /// <exception cref="LinkLostException">It took too long, or went away.</exception>
    internal static ZmtpHandshake Run(VectoredSocket socket, ReadAhead ahead, ZmtpSocketType type, string identity, ZmqOptions options)
    {
        byte[] hello = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(hello);
        Send(socket, hello, options.HandshakeTimeout);
        ZmtpGreeting greeting = ReadGreeting(ahead, socket.Peer);
        Send(socket, ZmtpReady.Make(type, identity), options.HandshakeTimeout);

        ZmtpReady theirs = default;
        string? refusal;
        try
        {
            refusal = ReadReady(ahead, socket.Peer, options.Limits, ref theirs);
            if (refusal is null)
            {
                theirs.CheckMeets(type, socket.Peer);
            }
        }
        catch (ProtocolException error)
        {
            Refuse(socket, error.Message);
            throw;
        }

        return refusal is null
            ? new ZmtpHandshake(greeting.HasHeartbeats, theirs.Identity)
            : throw new ProtocolException($"{socket.Peer} refused the connection: '{refusal}'.");
    }

    private static ZmtpGreeting ReadGreeting(ReadAhead ahead, string peer)
    {
        // What is no ZMTP 3 may never send 64 bytes.
        ahead.Require(ZmtpGreeting.SignatureBytes);
        ZmtpGreeting.CheckSignature(ahead.Bytes, peer);
        ahead.Require(ZmtpGreeting.SizeInBytes);
        ZmtpGreeting greeting = ZmtpGreeting.Read(ahead.Bytes, peer);
        ahead.Skip(ZmtpGreeting.SizeInBytes);
        return greeting;
    }

    // Returns why the peer refused, if it did.
    private static string? ReadReady(ReadAhead ahead, string peer, ZmqLimits limits, ref ZmtpReady ready)
    {
        FrameHead head = ZmtpConnection.ReadFrameHead(ahead, peer, limits, out bool isCommand);
        if (!isCommand)
        {
            throw new ProtocolException($"{peer} sent a frame of {head.LengthInBytes} bytes before its handshake; READY was expected.");
        }

        byte[] body = new byte[head.LengthInBytes];
        ahead.Read(body, body.Length);
        ZmtpCommand command = ZmtpCommand.Read(body, peer);
        switch (command.Kind)
        {
            case ZmtpCommandKind.Error:
                return command.ReadReason(peer);
            case ZmtpCommandKind.Ready:
                ready = ZmtpReady.Read(command.Data, peer);
                return null;
            default:
                throw new ProtocolException($"{peer} sent the command '{PeerText.Of(body.AsSpan(1, body[0]))}' in its handshake; READY was expected.");
        }
    }

    // The peer's bytes are read on, or closing the connection would destroy what it is told.
    private static void Refuse(VectoredSocket socket, string reason)
    {
        try
        {
            Send(socket, ZmtpCommand.MakeError(reason), Farewell);
            socket.EndSending();
            byte[] unread = new byte[4096];
            long begun = Stopwatch.GetTimestamp();
            socket.SetReceiveTimeout(Farewell);
            while (Stopwatch.GetElapsedTime(begun) < Farewell && socket.Receive(unread, default) > 0)
            {
            }
        }
        catch (LinkLostException)
        {
            // It will see that the connection ends.
        }
    }

    private static void Send(VectoredSocket socket, byte[] bytes, TimeSpan timeout)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int now = socket.TrySend(bytes.AsSpan(sent));
            if (now == 0 && !socket.WaitWritable(timeout))
            {
                throw new LinkLostException($"{socket.Peer} took no byte of the handshake in {timeout.TotalSeconds:0.#} s.");
            }

            sent += now;
        }
    }
}
