namespace Pescador.Fast;

/// <summary>A connection to one peer, after the handshake. One thread reads, another may send.</summary>
/// <remarks>Answers PING while it reads. Once the peer has promised a sign of life in a PING, waiting longer than that for its bytes ends the
/// connection; a peer that promised nothing may be silent for ever.</remarks>
internal sealed class ZmtpConnection : FrameSource, IDisposable
{
    private readonly VectoredSocket _socket;
    private readonly ReadAhead _ahead;
    private readonly MessageSender _sender;
    private readonly ZmqLimits _limits;
    private readonly bool _hasHeartbeats;
    private byte[] _command = [];
    private long _left; // of the body that is being read
    private bool _isInMessage;
    private volatile bool _hasPinged;

    private ZmtpConnection(VectoredSocket socket, ReadAhead ahead, ZmqLimits limits, ZmtpHandshake handshake)
    {
        _socket = socket;
        _ahead = ahead;
        _limits = limits;
        _sender = new MessageSender(socket);
        _hasHeartbeats = handshake.HasHeartbeats;
        PeerIdentity = handshake.Identity;
    }

    internal override string Peer => _socket.Peer;

    /// <summary>The identity that the peer gave in its handshake; empty when it gave none.</summary>
    internal string PeerIdentity { get; }

    internal override bool HasData => _ahead.Count > 0;

    /// <summary>Whether the peer has sent a PING, and so wants to be told that this side lives.</summary>
    internal bool HasPinged => _hasPinged;

    internal VectoredSocket Socket => _socket;

    /// <summary>Shakes hands over a socket.</summary>
    /// <param name="socket">Connected; the caller's still if this fails.</param>
    /// <param name="type">What this side is.</param>
    /// <param name="identity">This side's: 1 to 255 ASCII characters.</param>
    /// <param name="options">Its limits, and how long this may take.</param>
    /// <exception cref="ProtocolException">The peer cannot be talked to.</exception>
    /// <exception cref="LinkLostException">It took too long, or went away.</exception>
    internal static ZmtpConnection ShakeHands(VectoredSocket socket, ZmtpSocketType type, string identity, ZmqOptions options)
    {
        var ahead = new ReadAhead(socket);
        ahead.SetDeadline(options.HandshakeTimeout);
        ZmtpHandshake handshake = ZmtpHandshake.Run(socket, ahead, type, identity, options);
        ahead.SetDeadline(null);
        return new ZmtpConnection(socket, ahead, options.Limits, handshake);
    }

    internal override FrameHead ReadHead()
    {
        if (_left != 0)
        {
            throw new InvalidOperationException($"{_left} bytes of the frame before are not read yet.");
        }

        if (!_isInMessage)
        {
            _ahead.Forecast.EndMessage();
        }

        while (true)
        {
            // Commands may stand between the frames of a message, too: libzmq sends its PING whenever the time has come.
            FrameHead head = ReadFrameHead(_ahead, Peer, _limits, out bool isCommand);
            if (!isCommand)
            {
                _ahead.BeginBody(head.LengthInBytes);
                _left = head.LengthInBytes;
                _isInMessage = head.HasMore;
                return head;
            }

            Handle(ReadCommand((int)head.LengthInBytes)); // limited to MaxCommandBytes
        }
    }

    internal override void Read(Span<byte> destination)
    {
        if (destination.Length > _left)
        {
            throw new ArgumentException($"{destination.Length} bytes were asked for where the frame has {_left} left.", nameof(destination));
        }

        _ahead.Read(destination, _left);
        _left -= destination.Length;
    }

    /// <summary>Sends as much of the message as goes without waiting.</summary>
    /// <returns>Whether all of it is on its way. If not, the same message is to be given again before any other, and must stay as it is until
    /// then, or until <see cref="Abandon"/>: heartbeats send more of it.</returns>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    internal bool TrySend(OutgoingMessage message) => _sender.TrySend(message);

    /// <summary>What of a message did not go yet never will: its memory is free once this returns. Nothing can be sent after it.</summary>
    internal void Abandon() => _sender.Abandon();

    /// <summary>Tells the peer that this side lives, unless a message on its way does; not at all one that knows no heartbeats.</summary>
    /// <param name="promise">After how long without a sign of life it may give this side up.</param>
    internal void SendHeartbeat(TimeSpan promise)
    {
        try
        {
            _sender.SendPing(_hasHeartbeats ? promise : null);
        }
        catch (LinkLostException)
        {
            // Whoever reads finds out, and says so.
        }
    }

    /// <summary>No more will be sent: the peer reads what is on its way, and then the end. Then it is to be read until the peer ends, too:
    /// closing a connection in which something is unread destroys what is on its way.</summary>
    internal void EndSending() => _socket.EndSending();

    /// <summary>Ends the connection; what waits in it fails with <see cref="LinkLostException"/>. From any thread.</summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>Reads a frame's head, a message's or a command's, and checks it against the limits.</summary>
    internal static FrameHead ReadFrameHead(ReadAhead ahead, string peer, ZmqLimits limits, out bool isCommand)
    {
        FrameHead head;
        int size;
        while (!FrameHead.TryRead(ahead.Bytes, peer, out head, out isCommand, out size))
        {
            ahead.Require(size);
        }

        long limit = isCommand ? limits.MaxCommandBytes : limits.MaxSampleBytes;
        if (head.LengthInBytes > limit)
        {
            throw new ProtocolException(isCommand
                ? $"{peer} announced a command of {head.LengthInBytes} bytes; {nameof(ZmqLimits)}.{nameof(ZmqLimits.MaxCommandBytes)} allows {limit}."
                : $"{peer} announced a frame of {head.LengthInBytes} bytes; {nameof(ZmqLimits)}.{nameof(ZmqLimits.MaxSampleBytes)} allows {limit}.");
        }

        ahead.Skip(size);
        return head;
    }

    private ReadOnlySpan<byte> ReadCommand(int length)
    {
        if (_command.Length < length)
        {
            _command = new byte[Math.Max(length, 64)];
        }

        Span<byte> body = _command.AsSpan(0, length);
        _ahead.Read(body, length);
        return body;
    }

    private void Handle(ReadOnlySpan<byte> body)
    {
        ZmtpCommand command = ZmtpCommand.Read(body, Peer);
        switch (command.Kind)
        {
            case ZmtpCommandKind.Ping:
                _hasPinged = true;
                _ahead.SetPatience(command.ReadPing(Peer, out ReadOnlySpan<byte> context));
                _sender.SendPong(context);
                break;
            case ZmtpCommandKind.Error:
                throw new ProtocolException($"{Peer} ended the connection with the error '{command.ReadReason(Peer)}'.");
            case ZmtpCommandKind.Ready:
                throw new ProtocolException($"{Peer} sent READY again, after the handshake.");
        }
    }
}
