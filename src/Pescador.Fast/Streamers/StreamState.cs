using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Pescador.Fast;

/// <summary>
/// Where an active tree stood: seeds, generators, positions; Cache and Shuffle add their samples. Good for a tree built in the
/// same way, in this process or another, and refused by every other.
/// </summary>
/// <remarks><code>
/// | "PESCSTAT" | u16 version | u32 length, outline (UTF-8) | u32 length, positions | SHA-256 of all before |    little-endian
/// </code>The outline is the tree's description, a line per streamer, indented; it is compared before anything else is read.</remarks>
public sealed class StreamState
{
    private const ushort CurrentVersion = 1;

    private readonly byte[] _positions;

    private StreamState(string outline, byte[] positions)
    {
        Outline = outline;
        _positions = positions;
    }

    private static ReadOnlySpan<byte> Magic => "PESCSTAT"u8;

    /// <summary>The tree that the state is of.</summary>
    public string Outline { get; }

    /// <summary>The state as bytes, for a file.</summary>
    public byte[] ToArray()
    {
        byte[] outline = Encoding.UTF8.GetBytes(Outline);
        var bytes = new byte[Magic.Length + sizeof(ushort) + sizeof(int) + outline.Length + sizeof(int) + _positions.Length + SHA256.HashSizeInBytes];
        Span<byte> rest = bytes;
        Magic.CopyTo(rest);
        rest = rest[Magic.Length..];
        BinaryPrimitives.WriteUInt16LittleEndian(rest, CurrentVersion);
        rest = WriteBlock(rest[sizeof(ushort)..], outline);
        rest = WriteBlock(rest, _positions);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), rest);
        return bytes;
    }

    /// <summary>A state from the bytes that <see cref="ToArray"/> gave.</summary>
    /// <exception cref="PescadorException">They are damaged, or of another version; the message says what was found.</exception>
    public static StreamState FromArray(ReadOnlySpan<byte> bytes)
    {
        int least = Magic.Length + sizeof(ushort) + sizeof(int) + sizeof(int) + SHA256.HashSizeInBytes;
        if (bytes.Length < least)
        {
            throw new PescadorException($"A saved state has at least {least} bytes; got {bytes.Length}.");
        }

        if (!bytes.StartsWith(Magic))
        {
            throw new PescadorException(
                $"A saved state begins with {Convert.ToHexString(Magic)}; got {Convert.ToHexString(bytes[..Magic.Length])}.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[Magic.Length..]);
        if (version != CurrentVersion)
        {
            throw new PescadorException($"The state has version {version}; this library reads {CurrentVersion}.");
        }

        ReadOnlySpan<byte> content = bytes[..^SHA256.HashSizeInBytes];
        ReadOnlySpan<byte> expected = bytes[^SHA256.HashSizeInBytes..];
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, actual);
        if (!actual.SequenceEqual(expected))
        {
            throw new PescadorException(
                $"The state is damaged: its checksum says {Convert.ToHexString(expected[..8])}..., its content {Convert.ToHexString(actual[..8])}....");
        }

        ReadOnlySpan<byte> rest = content[(Magic.Length + sizeof(ushort))..];
        ReadOnlySpan<byte> outline = ReadBlock(ref rest, "outline");
        ReadOnlySpan<byte> positions = ReadBlock(ref rest, "positions");
        return rest.IsEmpty
            ? new StreamState(Encoding.UTF8.GetString(outline), positions.ToArray())
            : throw new PescadorException($"The state has {rest.Length} bytes too many.");
    }

    internal static StreamState Of<T>(Run<T> run)
    {
        var writer = new StateWriter();
        run.Save(writer);
        return new StreamState(StreamOutline.Of(run.Streamer), writer.Written.ToArray());
    }

    internal StateReader ReaderFor(IStreamerNode tree)
    {
        string outline = StreamOutline.Of(tree);
        return outline == Outline
            ? new StateReader(_positions)
            : throw new PescadorException($"The state is of another tree: {StreamOutline.Difference(saved: Outline, here: outline)}");
    }

    private static Span<byte> WriteBlock(Span<byte> destination, ReadOnlySpan<byte> block)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, block.Length);
        block.CopyTo(destination[sizeof(int)..]);
        return destination[(sizeof(int) + block.Length)..];
    }

    private static ReadOnlySpan<byte> ReadBlock(ref ReadOnlySpan<byte> rest, string what)
    {
        int length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if ((uint)length > (uint)(rest.Length - sizeof(int)))
        {
            throw new PescadorException($"The state's {what} is cut: {length} bytes are announced, {rest.Length} are there.");
        }

        ReadOnlySpan<byte> block = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return block;
    }
}
