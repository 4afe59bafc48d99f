using System.Buffers.Binary;
using System.Text;

namespace Pescador.Fast;

/// <summary>What a peer says of itself in READY.</summary>
/// <param name="SocketType">As it names it; empty when it names none.</param>
/// <param name="Identity">As text; empty when it gives none.</param>
/// <remarks>A list of properties, names in any case:
/// <code>
/// | length, 1 byte | name | length, 4 bytes big-endian | value |
/// </code>
/// </remarks>
internal readonly record struct ZmtpReady(string SocketType, string Identity)
{
    private const int MaxIdentityBytes = 255;

    /// <summary>Reads the properties; those that are not known are passed over.</summary>
    /// <exception cref="ProtocolException">They are cut, or too long.</exception>
    internal static ZmtpReady Read(ReadOnlySpan<byte> data, string peer)
    {
        string type = "";
        string identity = "";
        while (!data.IsEmpty)
        {
            int nameLength = data[0];
            if (nameLength == 0 || nameLength > data.Length - 5)
            {
                throw Cut(peer);
            }

            ReadOnlySpan<byte> name = data.Slice(1, nameLength);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(data[(1 + nameLength)..]);
            data = data[(5 + nameLength)..];
            if (length > (uint)data.Length)
            {
                throw Cut(peer);
            }

            ReadOnlySpan<byte> value = data[..(int)length];
            data = data[(int)length..];
            if (Ascii.EqualsIgnoreCase(name, "Socket-Type"u8))
            {
                type = PeerText.Of(value);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Identity"u8))
            {
                identity = value.Length <= MaxIdentityBytes
                    ? PeerText.Of(value)
                    : throw new ProtocolException($"{peer} gave an identity of {value.Length} bytes; {MaxIdentityBytes} are allowed.");
            }
        }

        return new ZmtpReady(type, identity);
    }

    /// <summary>Checks that the peer may meet a socket of this side.</summary>
    /// <exception cref="ProtocolException">It may not.</exception>
    internal void CheckMeets(ZmtpSocketType ours, string peer)
    {
        string expected = NameOf(PeerOf(ours));
        if (SocketType != expected)
        {
            throw new ProtocolException(
                SocketType.Length == 0
                    ? $"{peer} did not say what its socket is; {expected} may meet {NameOf(ours)}."
                    : $"{peer} is a socket of type {SocketType}; {expected} may meet {NameOf(ours)}.");
        }
    }

    /// <summary>The command, with its frame's head.</summary>
    internal static byte[] Make(ZmtpSocketType type, string identity)
    {
        byte[] properties = [.. Property("Socket-Type", NameOf(type)), .. Property("Identity", identity)];
        byte[] command = new byte[FrameHead.MaxBytes + 6 + properties.Length];
        int at = ZmtpCommand.WriteName(command, "READY"u8, properties.Length);
        properties.CopyTo(command.AsSpan(at));
        return command[..(at + properties.Length)];
    }

    private static ZmtpSocketType PeerOf(ZmtpSocketType type) => type switch
    {
        ZmtpSocketType.Push => ZmtpSocketType.Pull,
        ZmtpSocketType.Pull => ZmtpSocketType.Push,
        _ => ZmtpSocketType.Pair,
    };

    private static string NameOf(ZmtpSocketType type) => type switch
    {
        ZmtpSocketType.Push => "PUSH",
        ZmtpSocketType.Pull => "PULL",
        _ => "PAIR",
    };

    private static byte[] Property(string name, string value)
    {
        byte[] property = new byte[5 + name.Length + value.Length];
        property[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, property.AsSpan(1));
        BinaryPrimitives.WriteUInt32BigEndian(property.AsSpan(1 + name.Length), (uint)value.Length);
        Encoding.ASCII.GetBytes(value, property.AsSpan(5 + name.Length));
        return property;
    }

    private static ProtocolException Cut(string peer) => new($"{peer} sent a READY whose properties do not lie within it.");
}
