using System.Buffers.Binary;
using System.Text;

namespace Pescador.Fast;

/// <summary>A command: a frame's body that begins with a name, its length in one byte before it. What follows the name:</summary>
/// <remarks>
/// <code>
/// PING   | time to live, u16 big-endian, tenths of a second | context, 0..16 bytes |
/// PONG   | the same context |
/// ERROR  | length, 1 byte | reason |
/// </code>
/// </remarks>
internal readonly ref struct ZmtpCommand
{
    /// <summary>The longest PING and PONG, their frame's head included.</summary>
    internal const int MaxHeartbeatBytes = 2 + 5 + 2 + MaxContextBytes;

    private const int MaxContextBytes = 16;
    private const int TimeToLiveBytes = 2;

    private ZmtpCommand(ZmtpCommandKind kind, ReadOnlySpan<byte> data)
    {
        Kind = kind;
        Data = data;
    }

    internal ZmtpCommandKind Kind { get; }

    /// <summary>What follows the name.</summary>
    internal ReadOnlySpan<byte> Data { get; }

    /// <summary>Reads a command.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    internal static ZmtpCommand Read(ReadOnlySpan<byte> body, string peer)
    {
        int length = body.IsEmpty ? 0 : body[0];
        if (length == 0 || length > body.Length - 1)
        {
            throw new ProtocolException($"{peer} sent a command of {body.Length} bytes whose name should have {length}; it must have 1 at least, and lie within.");
        }

        ReadOnlySpan<byte> name = body.Slice(1, length);
        ZmtpCommandKind kind = name.SequenceEqual("READY"u8) ? ZmtpCommandKind.Ready
            : name.SequenceEqual("ERROR"u8) ? ZmtpCommandKind.Error
            : name.SequenceEqual("PING"u8) ? ZmtpCommandKind.Ping
            : name.SequenceEqual("PONG"u8) ? ZmtpCommandKind.Pong
            : ZmtpCommandKind.Unknown;
        return new ZmtpCommand(kind, body[(1 + length)..]);
    }

    /// <summary>What an ERROR says.</summary>
    /// <exception cref="ProtocolException">It is cut.</exception>
    internal string ReadReason(string peer) => Data.Length > 0 && Data[0] <= Data.Length - 1
        ? PeerText.Of(Data.Slice(1, Data[0]))
        : throw new ProtocolException($"{peer} sent an ERROR whose reason does not lie in its {Data.Length} bytes.");

    /// <summary>What a PING promises, and what its PONG repeats.</summary>
    /// <returns>After how long without a sign of life the peer may be given up; zero when it promises none.</returns>
    /// <exception cref="ProtocolException">It is cut, or too long.</exception>
    internal TimeSpan ReadPing(string peer, out ReadOnlySpan<byte> context)
    {
        if (Data.Length is < TimeToLiveBytes or > TimeToLiveBytes + MaxContextBytes)
        {
            throw new ProtocolException($"{peer} sent a PING with {Data.Length} bytes; there must be 2 to 18.");
        }

        context = Data[TimeToLiveBytes..];
        return TimeSpan.FromMilliseconds(100 * BinaryPrimitives.ReadUInt16BigEndian(Data));
    }

    /// <summary>Writes a PING without a context, with its frame's head.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="timeToLive">What it promises: a tenth of a second at least, 6,553.5 s at most.</param>
    /// <returns>How many bytes it has.</returns>
    internal static int WritePing(Span<byte> destination, TimeSpan timeToLive)
    {
        int at = WriteName(destination, "PING"u8, TimeToLiveBytes);
        ushort tenths = (ushort)Math.Clamp(timeToLive.TotalMilliseconds / 100, 1, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], tenths);
        return at + TimeToLiveBytes;
    }

    /// <summary>Writes a PONG, with its frame's head.</summary>
    /// <returns>How many bytes it has.</returns>
    internal static int WritePong(Span<byte> destination, ReadOnlySpan<byte> context)
    {
        int at = WriteName(destination, "PONG"u8, context.Length);
        context.CopyTo(destination[at..]);
        return at + context.Length;
    }

    /// <summary>An ERROR, with its frame's head.</summary>
    /// <param name="reason">Cut after 255 bytes.</param>
    internal static byte[] MakeError(string reason)
    {
        byte[] text = Encoding.ASCII.GetBytes(reason);
        int length = Math.Min(text.Length, byte.MaxValue);
        byte[] command = new byte[FrameHead.MaxBytes + 7 + length];
        int at = WriteName(command, "ERROR"u8, 1 + length);
        command[at++] = (byte)length;
        text.AsSpan(0, length).CopyTo(command.AsSpan(at));
        return command[..(at + length)];
    }

    /// <summary>Writes a frame's head and a command's name.</summary>
    /// <returns>Where its data begins.</returns>
    internal static int WriteName(Span<byte> destination, ReadOnlySpan<byte> name, int dataBytes)
    {
        int at = new FrameHead(1 + name.Length + dataBytes, HasMore: false).WriteAsCommand(destination);
        destination[at++] = (byte)name.Length;
        name.CopyTo(destination[at..]);
        return at + name.Length;
    }
}
