using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>What a connection sends: messages, from where the last call stopped, and commands between them. From any thread.</summary>
internal sealed class MessageSender(VectoredSocket socket)
{
    private const long LargestHeld = 64 << 10; // bytes of a message; beyond, a segment is full anyway

    // Of messages that follow each other faster than this, the next one is believed to come at once.
    private static readonly long FastTicks = Stopwatch.Frequency / 20_000; // 50 µs

    private const int BlocksAtOnce = 256; // 4 KiB of stack; a sample of more than 127 tensors takes a call more

    private readonly object _gate = new();

    // Holds the command that goes now; a PONG that cannot go yet waits behind it.
    private readonly byte[] _command = new byte[ZmtpCommand.MaxHeartbeatBytes];
    private readonly byte[] _pong = new byte[ZmtpCommand.MaxHeartbeatBytes];
    private int _commandStart;
    private int _commandEnd;
    private int _pongLength;
    private OutgoingMessage? _message; // that is being sent, until its sender was told that it went
    private long _sent; // of it
    private long _lastBegun; // when the last message was begun
    private bool _isFast;
    private bool _isCut;

    // Commands may go then.
    private bool IsBetweenMessages => !_isCut && (_message is null || _sent == _message.LengthInBytes);

    /// <summary>Sends as much of the message as goes without waiting.</summary>
    /// <returns>Whether all of it went. If not, <see cref="SendPing"/> sends more of it: it must stay as it is until this returns true, or
    /// <see cref="Abandon"/> was called.</returns>
    internal bool TrySend(OutgoingMessage message)
    {
        lock (_gate)
        {
            if (_isCut)
            {
                throw new LinkLostException($"The connection to {socket.Peer} was given up in the middle of a message.");
            }

            if (_message is null)
            {
                if (!TrySendCommands())
                {
                    return false;
                }

                long now = Stopwatch.GetTimestamp();
                _isFast = now - _lastBegun < FastTicks && message.LengthInBytes <= LargestHeld;
                _lastBegun = now;
                _message = message;
            }

            while (_sent < message.LengthInBytes)
            {
                if (!TrySendSome(message))
                {
                    return false;
                }
            }

            _message = null;
            _sent = 0;
            TrySendCommands();
            return true;
        }
    }

    /// <summary>The message that is being sent, if one is, is not to be read any more: nothing can be sent after it.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            _isCut |= _message is not null;
            _message = null;
        }
    }

    /// <summary>Sends a PING, and what commands wait. Where a message is on its way some more of it is as good a sign of life: whoever gives the
    /// messages may be busy elsewhere for longer than the peer waits.</summary>
    /// <param name="timeToLive">What it promises; null to send only what waits.</param>
    internal void SendPing(TimeSpan? timeToLive)
    {
        if (!Monitor.TryEnter(_gate))
        {
            return;
        }

        try
        {
            if (_message is { } message && _sent < message.LengthInBytes)
            {
                TrySendSome(message);
            }
            else if (IsBetweenMessages && TrySendCommands() && timeToLive is { } promise)
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
            if (IsBetweenMessages)
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

    private bool TrySendSome(OutgoingMessage message)
    {
        Span<ByteBlock> blocks = stackalloc ByteBlock[BlocksAtOnce];
        int count = message.Gather(_sent, blocks);
        int sent = socket.TrySend(blocks[..count], _isFast);
        GC.KeepAlive(message); // its buffer was given to the kernel by address
        _sent += sent;
        return sent > 0;
    }
}
