using System.Buffers;
using System.Text;

namespace Pescador.Fast;

/// <summary>Writes one message of Protocol Buffers: fields one after another, each a tag and a value.</summary>
/// <remarks>Source: "Protocol Buffers Encoding", protobuf.dev/programming-guides/encoding.</remarks>
internal sealed class ProtoWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal ProtoWriter Number(int field, long value)
    {
        Tag(field, Varint);
        WriteVarint((ulong)value);
        return this;
    }

    internal ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal ProtoWriter Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    internal ProtoWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthDelimited);
        WriteVarint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void Tag(int field, int kind) => WriteVarint((ulong)((field << 3) | kind));

    // Seven bits a byte, the lowest first; the eighth says that more follow.
    private void WriteVarint(ulong value)
    {
        Span<byte> bytes = _bytes.GetSpan(10);
        int length = 0;
        while (value > 0x7f)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
