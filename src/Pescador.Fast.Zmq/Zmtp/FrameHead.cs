using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>A frame of a message: how long it is, and whether the message goes on after it.</summary>
/// <param name="LengthInBytes">Of its body.</param>
/// <param name="HasMore">Whether another frame of the same message follows.</param>
/// <remarks>
/// On the wire, length big-endian, flags being 1 more, 2 long, 4 command, all others 0:
/// <code>
/// | flags | length, 1 byte |                         of up to 255 bytes
/// | flags | length, 8 bytes                       | with the flag long
/// </code>
/// </remarks>
internal readonly record struct FrameHead(long LengthInBytes, bool HasMore)
{
    /// <summary>The longest head.</summary>
    internal const int MaxBytes = 9;

    private const int ShortBytes = 2;
    private const byte More = 1;
    private const byte Long = 2;
    private const byte Command = 4;

    /// <summary>How many bytes the head has on the wire.</summary>
    internal int SizeInBytes => LengthInBytes <= byte.MaxValue ? ShortBytes : MaxBytes;

    /// <summary>Reads a head from the beginning of what has come.</summary>
    /// <param name="bytes">What has come so far.</param>
    /// <param name="peer">Who sent it, for messages.</param>
    /// <param name="head">The head.</param>
    /// <param name="isCommand">Whether it is a command's.</param>
    /// <param name="needed">How many bytes the head has, as far as is known; a short length may stand in a long head.</param>
    /// <returns>Whether all of it is there.</returns>
    /// <exception cref="ProtocolException">It is none.</exception>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, string peer, out FrameHead head, out bool isCommand, out int needed)
    {
        head = default;
        isCommand = false;
        needed = ShortBytes;
        if (bytes.IsEmpty)
        {
            return false;
        }

        byte flags = bytes[0];
        isCommand = (flags & Command) != 0;
        if ((flags & ~(More | Long | Command)) != 0 || (isCommand && (flags & More) != 0))
        {
            throw new ProtocolException($"{peer} sent a frame with the flags 0x{flags:x2}; 00 to 04, and 06, are known.");
        }

        bool isLong = (flags & Long) != 0;
        needed = isLong ? MaxBytes : ShortBytes;
        if (bytes.Length < needed)
        {
            return false;
        }

        long length = isLong ? BinaryPrimitives.ReadInt64BigEndian(bytes[1..]) : bytes[1];
        if (length < 0)
        {
            throw new ProtocolException($"{peer} announced a frame of {(ulong)length} bytes; the highest bit must be 0.");
        }

        head = new FrameHead(length, (flags & More) != 0);
        return true;
    }

    /// <summary>Writes the head.</summary>
    /// <returns>How many bytes it has: <see cref="SizeInBytes"/>.</returns>
    internal int Write(Span<byte> destination) => Write(destination, HasMore ? More : (byte)0);

    /// <summary>Writes the head as a command's.</summary>
    internal int WriteAsCommand(Span<byte> destination) => Write(destination, Command);

    private int Write(Span<byte> destination, byte flags)
    {
        if (LengthInBytes <= byte.MaxValue)
        {
            destination[0] = flags;
            destination[1] = (byte)LengthInBytes;
            return ShortBytes;
        }

        destination[0] = (byte)(flags | Long);
        BinaryPrimitives.WriteInt64BigEndian(destination[1..], LengthInBytes);
        return MaxBytes;
    }
}
