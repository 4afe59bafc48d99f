namespace Pescador.Fast;

/// <summary>What a connection sends: messages, from where the last call stopped, and commands between them. From any thread.</summary>
internal sealed class MessageSender(VectoredSocket socket)
{
    private const int BlocksAtOnce = 256; // 4 KiB of stack; a sample of more than 127 tensors takes a call more

    private readonly object _gate = new();

    // Holds the command that goes now; a PONG that cannot go yet waits behind it.
    private readonly byte[] _command = new byte[ZmtpCommand.MaxHeartbeatBytes];
    private readonly byte[] _pong = new byte[ZmtpCommand.MaxHeartbeatBytes];
    private int _commandStart;
    private int _commandEnd;
    private int _pongLength;
    private long _sent; // of the message that is being sent
    private bool _isInMessage;

    /// <summary>Sends as much of the message as goes without waiting.</summary>
    /// <returns>Whether all of it went.</returns>
    internal bool TrySend(OutgoingMessage message)
    {
        lock (_gate)
        {
            if (!_isInMessage && !TrySendCommands())
            {
                return false;
            }

            _isInMessage = true;
            while (_sent < message.LengthInBytes)
            {
                int sent = SendOnce(message);
                if (sent == 0)
                {
                    return false;
                }

                _sent += sent;
            }

            _isInMessage = false;
            _sent = 0;
            TrySendCommands();
            return true;
        }
    }

    /// <summary>Sends a PING, and what commands wait; passes it over when a message is on its way, which is as good a sign of life.</summary>
    /// <param name="timeToLive">What it promises; null to send only what waits.</param>
    internal void SendPing(TimeSpan? timeToLive)
    {
        if (!Monitor.TryEnter(_gate))
        {
            return;
        }

        try
        {
            if (!_isInMessage && TrySendCommands() && timeToLive is { } promise)
            {
                _commandStart = 0;
                _commandEnd = ZmtpCommand.WritePing(_command, promise);
                TrySendCommands();
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>Answers a PING, as soon as a message that is on its way has gone. Of several answers that wait the last one goes.</summary>
    internal void SendPong(ReadOnlySpan<byte> context)
    {
        lock (_gate)
        {
            _pongLength = ZmtpCommand.WritePong(_pong, context);
            if (!_isInMessage)
            {
                TrySendCommands();
            }
        }
    }

    private bool TrySendCommands()
    {
        while (true)
        {
            while (_commandStart < _commandEnd)
            {
                int sent = socket.TrySend(_command.AsSpan(_commandStart, _commandEnd - _commandStart));
                if (sent == 0)
                {
                    return false;
                }

                _commandStart += sent;
            }

            if (_pongLength == 0)
            {
                return true;
            }

            _pong.AsSpan(0, _pongLength).CopyTo(_command);
            _commandStart = 0;
            _commandEnd = _pongLength;
            _pongLength = 0;
        }
    }

    private int SendOnce(OutgoingMessage message)
    {
        Span<ByteBlock> blocks = stackalloc ByteBlock[BlocksAtOnce];
        int count = message.Gather(_sent, blocks);
        int sent = socket.TrySend(blocks[..count]);
        GC.KeepAlive(message); // its buffer was given to the kernel by address
        return sent;
    }
}
