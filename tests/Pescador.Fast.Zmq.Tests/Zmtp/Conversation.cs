namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>A connection whose peer has said everything already.</summary>
internal sealed class Conversation : IDisposable
{
    private readonly ZmtpConnection _connection;
    private readonly int[][] _messages;
    private readonly byte[] _pattern;
    private readonly byte[] _body;
    private int _next;

    internal Conversation(IEnumerable<int[]> messages, Func<int>? piece = null)
    {
        _messages = [.. messages];
        int longest = _messages.Max(message => message.Max());
        _pattern = PeerEnd.Pattern(longest, 1);
        _body = new byte[longest];
        using var wire = new MemoryStream();
        byte[] head = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(head);
        wire.Write(head);
        wire.Write(ZmtpReady.Make(ZmtpSocketType.Push, "peer"));
        foreach (int[] message in _messages)
        {
            for (int index = 0; index < message.Length; index++)
            {
                int size = new FrameHead(message[index], index < message.Length - 1).Write(head);
                wire.Write(head.AsSpan(0, size));
                wire.Write(_pattern.AsSpan(0, message[index]));
            }
        }

        Socket.Load(wire.ToArray(), (int)wire.Length, piece ?? (() => int.MaxValue));
        _connection = ZmtpConnection.ShakeHands(Socket, ZmtpSocketType.Pull, "0123", ZmqOptions.Default);
    }

    internal MemorySocket Socket { get; } = new();

    internal ZmtpConnection Connection => _connection;

    /// <summary>Reads messages, and compares them.</summary>
    internal void Read(int count)
    {
        for (; count > 0; count--)
        {
            int[] message = _messages[_next++];
            for (int index = 0; index < message.Length; index++)
            {
                FrameHead head = _connection.ReadHead();
                if (head.LengthInBytes != message[index] || head.HasMore != index < message.Length - 1)
                {
                    throw new InvalidDataException($"frame {index} of message {_next - 1} is {head}");
                }

                Span<byte> body = _body.AsSpan(0, message[index]);
                _connection.Read(body);
                if (!body.SequenceEqual(_pattern.AsSpan(0, message[index])))
                {
                    throw new InvalidDataException($"frame {index} of message {_next - 1} differs");
                }
            }
        }
    }

    public void Dispose() => _connection.Dispose();
}
