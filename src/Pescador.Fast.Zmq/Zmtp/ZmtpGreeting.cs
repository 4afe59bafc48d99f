namespace Pescador.Fast;

/// <summary>What both sides say first.</summary>
/// <param name="Minor">Of version 3: 1 for a peer that knows heartbeats.</param>
/// <remarks>
/// <code>
/// 0    1          9    10      11      12             32           33        64
/// | FF | padding  | 7F | major | minor | mechanism, 0 | as-server | filler  |
/// </code>
/// </remarks>
internal readonly record struct ZmtpGreeting(int Minor)
{
    /// <summary>How many bytes it has.</summary>
    internal const int SizeInBytes = 64;

    /// <summary>How many of them tell whether this is ZMTP 3; older peers wait after fewer than all.</summary>
    internal const int SignatureBytes = 11;

    private const int MechanismOffset = 12;
    private const int MechanismBytes = 20;
    private const byte OldestMajor = 3;

    /// <summary>Whether the peer answers PING.</summary>
    internal bool HasHeartbeats => Minor >= 1;

    /// <summary>Writes ours: 3.1, NULL.</summary>
    internal static void Write(Span<byte> destination)
    {
        destination = destination[..SizeInBytes];
        destination.Clear();
        destination[0] = 0xff;
        destination[9] = 0x7f;
        destination[10] = OldestMajor;
        destination[11] = 1;
        "NULL"u8.CopyTo(destination[MechanismOffset..]);
    }

    /// <summary>Refuses what cannot become a greeting, by its first 11 bytes.</summary>
    /// <exception cref="ProtocolException">It cannot.</exception>
    internal static void CheckSignature(ReadOnlySpan<byte> bytes, string peer)
    {
        if (bytes[0] != 0xff || bytes[9] != 0x7f)
        {
            throw new ProtocolException($"{peer} does not speak ZMTP: its greeting begins with {Convert.ToHexString(bytes[..10])}, expected FF, 8 bytes, 7F.");
        }

        if (bytes[10] < OldestMajor)
        {
            throw new ProtocolException($"{peer} speaks ZMTP {bytes[10]}; 3.0 is the oldest that is spoken here (libzmq 4.0 and later).");
        }
    }

    /// <summary>Reads the peer's.</summary>
    /// <exception cref="ProtocolException">It cannot be talked to.</exception>
    internal static ZmtpGreeting Read(ReadOnlySpan<byte> bytes, string peer)
    {
        CheckSignature(bytes, peer);
        ReadOnlySpan<byte> field = bytes.Slice(MechanismOffset, MechanismBytes);
        int end = field.IndexOf((byte)0);
        ReadOnlySpan<byte> mechanism = end < 0 ? field : field[..end];
        if (!mechanism.SequenceEqual("NULL"u8) || field[mechanism.Length..].ContainsAnyExcept((byte)0))
        {
            throw new ProtocolException($"{peer} asks for the mechanism '{PeerText.Of(mechanism)}'; only NULL is spoken here.");
        }

        // A later version speaks ours to us.
        return new ZmtpGreeting(bytes[10] > OldestMajor ? 1 : bytes[11]);
    }
}
