using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pescador.Fast;

/// <summary>Writes the part of MessagePack that headers use.</summary>
internal readonly ref struct MessagePackWriter(ArrayBufferWriter<byte> buffer)
{
    /// <summary>Bytes written so far.</summary>
    internal int Position => buffer.WrittenCount;

    internal void WriteArrayHeader(int count) => WriteCount(count, 0x90, 0x0f, 0xdc);

    internal void WriteMapHeader(int count) => WriteCount(count, 0x80, 0x0f, 0xde);

    internal void WriteBoolean(bool value) => WriteByte((byte)(value ? 0xc3 : 0xc2));

    internal void WriteString(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length is > 31 and <= byte.MaxValue)
        {
            WriteByte(0xd9);
            WriteByte((byte)length);
        }
        else
        {
            WriteCount(length, 0xa0, 0x1f, 0xda);
        }

        buffer.Advance(Encoding.UTF8.GetBytes(value, buffer.GetSpan(length)));
    }

    /// <summary>A number in as few bytes as it takes, as Python writes it.</summary>
    internal void WriteNumber(ulong value)
    {
        switch (value)
        {
            case <= 0x7f:
                WriteByte((byte)value);
                break;
            case <= byte.MaxValue:
                WriteByte(0xcc);
                WriteByte((byte)value);
                break;
            case <= ushort.MaxValue:
                WriteByte(0xcd);
                WriteUInt16((ushort)value);
                break;
            case <= uint.MaxValue:
                WriteFixed((uint)value);
                break;
            default:
                WriteFixed(value);
                break;
        }
    }

    /// <summary>A number that always takes 8 bytes after its first.</summary>
    /// <returns>Where those 8 begin.</returns>
    internal int WriteFixed(ulong value)
    {
        WriteByte(0xcf);
        BinaryPrimitives.WriteUInt64BigEndian(buffer.GetSpan(sizeof(ulong)), value);
        buffer.Advance(sizeof(ulong));
        return Position - sizeof(ulong);
    }

    /// <summary>A number that always takes 4 bytes after its first.</summary>
    /// <returns>Where those 4 begin.</returns>
    internal int WriteFixed(uint value)
    {
        WriteByte(0xce);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.GetSpan(sizeof(uint)), value);
        buffer.Advance(sizeof(uint));
        return Position - sizeof(uint);
    }

    // Codes of 16 and 32 bits stand next to each other.
    private void WriteCount(int count, byte shortCode, int shortLimit, byte code16)
    {
        if (count <= shortLimit)
        {
            WriteByte((byte)(shortCode | count));
        }
        else if (count <= ushort.MaxValue)
        {
            WriteByte(code16);
            WriteUInt16((ushort)count);
        }
        else
        {
            WriteByte((byte)(code16 + 1));
            BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), count);
            buffer.Advance(sizeof(int));
        }
    }

    private void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(sizeof(ushort)), value);
        buffer.Advance(sizeof(ushort));
    }

    private void WriteByte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }
}
