using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>Deflated data in a mapped file as a gzip stream would have it: a head before, checksum and length behind. Read once, forwards.</summary>
internal sealed class GzipFrame : Stream
{
    private const int TailLength = 8;

    private readonly FileMapping _file;
    private readonly long _offset;
    private readonly long _length;
    private readonly byte[] _tail = new byte[TailLength];
    private long _position;

    internal GzipFrame(FileMapping file, long offset, long length, uint crc32, uint inflatedLength)
    {
        _file = file;
        _offset = offset;
        _length = length;
        BinaryPrimitives.WriteUInt32LittleEndian(_tail, crc32);
        BinaryPrimitives.WriteUInt32LittleEndian(_tail.AsSpan(4), inflatedLength);
    }

    // No name, no time; from an unknown system.
    private static ReadOnlySpan<byte> Head => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => Head.Length + _length + TailLength;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = 0;
        while (read < buffer.Length && _position < Length)
        {
            ReadOnlySpan<byte> next = Next(buffer.Length - read);
            next.CopyTo(buffer[read..]);
            read += next.Length;
            _position += next.Length;
        }

        return read;
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
        if (_position < Head.Length)
        {
            return First(Head[(int)_position..], most);
        }

        long inData = _position - Head.Length;
        return inData < _length
            ? _file.Bytes(_offset + inData, (int)Math.Min(most, _length - inData))
            : First(_tail.AsSpan((int)(inData - _length)), most);
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> bytes, int most) => bytes[..Math.Min(most, bytes.Length)];
}
