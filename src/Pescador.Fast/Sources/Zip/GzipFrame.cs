using System.Buffers.Binary;
using System.IO.Compression;

namespace Pescador.Fast;

/// <summary>Bytes of a mapped file as a gzip stream that goes on with a member of our own, whose content is <see cref="EndMark"/>. Read once,
/// forwards.</summary>
/// <remarks>
/// GZipStream ends quietly where its input ends, be it in the middle, and where something follows that is no gzip. So only data that was read
/// whole, its checksum and length compared, is followed by the mark. <code>
/// .csv.gz:  | the file                         | the mark's member |
/// .zip:     | head | deflated | checksum, length | the mark's member |
/// </code></remarks>
internal sealed class GzipFrame : Stream
{
    private static readonly byte[] Mark = "\u0004 end of data \u0004"u8.ToArray();
    private static readonly byte[] MarkMember = Pack(Mark);

    private readonly FileMapping _file;
    private readonly long _offset;
    private readonly long _length;
    private readonly byte[] _before;
    private readonly byte[] _after;
    private long _position;

    private GzipFrame(FileMapping file, long offset, long length, byte[] before, byte[] after)
    {
        _file = file;
        _offset = offset;
        _length = length;
        _before = before;
        _after = after;
    }

    /// <summary>What comes inflated after the data if that was whole. Without a line end.</summary>
    internal static ReadOnlySpan<byte> EndMark => Mark;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _before.Length + _length + _after.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Inflates a whole gzip file.</summary>
    internal static GZipStream InflateFile(FileMapping file) =>
        new(new GzipFrame(file, 0, file.LengthInBytes, [], MarkMember), CompressionMode.Decompress);

    /// <summary>Inflates a deflated member of a ZIP file.</summary>
    internal static GZipStream InflateMember(FileMapping file, ZipMember member)
    {
        byte[] head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]; // without name and time, from an unknown system
        var tail = new byte[8 + MarkMember.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, member.Crc32);
        BinaryPrimitives.WriteUInt32LittleEndian(tail.AsSpan(4), (uint)member.LengthInBytes);
        MarkMember.CopyTo(tail, 8);
        return new GZipStream(
            new GzipFrame(file, member.OffsetInBytes, member.CompressedLengthInBytes, head, tail), CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> next = Next(buffer.Length);
        next.CopyTo(buffer);
        _position += next.Length;
        return next.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private ReadOnlySpan<byte> Next(int most)
    {
        if (_position < _before.Length)
        {
            return First(_before.AsSpan((int)_position), most);
        }

        long inData = _position - _before.Length;
        return inData < _length
            ? _file.Bytes(_offset + inData, (int)Math.Min(most, _length - inData))
            : First(_after.AsSpan((int)(inData - _length)), most);
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> bytes, int most) => bytes[..Math.Min(most, bytes.Length)];

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var writer = new GZipStream(packed, CompressionLevel.NoCompression))
        {
            writer.Write(content);
        }

        return packed.ToArray();
    }
}
