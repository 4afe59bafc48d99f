using System.Globalization;
using System.Text;

namespace Pescador.Fast;

/// <summary>A mapped file for TarReader, which takes memory for long names and pax attributes as their headers ask: refuses headers that ask
/// for more than a name needs, or the file has.</summary>
internal sealed class TarGuard(Stream file) : Stream
{
    internal const int BlockLength = 512;

    private const int MaxNameLength = 1 << 20;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = file.Read(buffer);
        if (read == BlockLength && (file.Position - read) % BlockLength == 0)
        {
            Check(buffer[..read]);
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Type: L and K are GNU's long names, x and g are pax attributes. Size: 12 octal digits, or binary where the first bit is set.
    private void Check(ReadOnlySpan<byte> block)
    {
        if (block[156] is not ((byte)'L' or (byte)'K' or (byte)'x' or (byte)'g') || !block.Slice(257, 5).SequenceEqual("ustar"u8))
        {
            return;
        }

        ReadOnlySpan<byte> field = block.Slice(124, 12);
        string digits = Encoding.Latin1.GetString(field).Trim(' ', '\0');
        long size = 0;
        foreach (char digit in digits)
        {
            size = char.IsBetween(digit, '0', '7') && size <= MaxNameLength ? (size * 8) + (digit - '0') : long.MaxValue >> 1;
        }

        if (field[0] >= 128 || size > MaxNameLength || size > file.Length - file.Position)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"a name or attributes of '{digits}' (octal) bytes, where {MaxNameLength} are accepted and {file.Length - file.Position} follow"));
        }
    }
}
