using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Pescador.Fast;

/// <summary>Reads MessagePack. Every length is checked against what is there before it is believed, and nothing is allocated but the strings
/// that are asked for.</summary>
/// <param name="data">What is read.</param>
/// <param name="place">What it is, for messages.</param>
internal ref struct MessagePackReader(ReadOnlySpan<byte> data, string place)
{
    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Bytes read so far.</summary>
    internal int Position { get; private set; }

    /// <summary>Whether an integer comes next whose value takes 8 bytes after its first: one that can be patched in place.</summary>
    internal readonly bool IsAtUInt64 => Position < _data.Length && _data[Position] == 0xcf;

    /// <summary>The same for 4 bytes.</summary>
    internal readonly bool IsAtUInt32 => Position < _data.Length && _data[Position] == 0xce;

    /// <summary>Begins an array.</summary>
    /// <returns>How many elements follow; at most as many as bytes are left.</returns>
    internal int ReadArrayHeader()
    {
        byte code = ReadByte();
        return code switch
        {
            >= 0x90 and <= 0x9f => Checked(code & 0x0f, 1),
            0xdc => Checked(ReadUInt16(), 1),
            0xdd => Checked(ReadUInt32(), 1),
            _ => ThrowUnexpected("an array", code),
        };
    }

    /// <summary>Begins a map.</summary>
    /// <returns>How many pairs follow; at most half as many as bytes are left.</returns>
    internal int ReadMapHeader()
    {
        byte code = ReadByte();
        return code switch
        {
            >= 0x80 and <= 0x8f => Checked(code & 0x0f, 2),
            0xde => Checked(ReadUInt16(), 2),
            0xdf => Checked(ReadUInt32(), 2),
            _ => ThrowUnexpected("a map", code),
        };
    }

    /// <summary>A string's bytes.</summary>
    internal ReadOnlySpan<byte> ReadText()
    {
        byte code = ReadByte();
        int length = code switch
        {
            >= 0xa0 and <= 0xbf => Checked(code & 0x1f, 1),
            0xd9 => Checked(ReadByte(), 1),
            0xda => Checked(ReadUInt16(), 1),
            0xdb => Checked(ReadUInt32(), 1),
            _ => ThrowUnexpected("a string", code),
        };
        return Take(length);
    }

    /// <summary>A string.</summary>
    internal string ReadString()
    {
        ReadOnlySpan<byte> text = ReadText();
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw Error($"a string of {text.Length} bytes is no UTF-8");
    }

    /// <summary>An integer of any width that is not negative.</summary>
    internal ulong ReadUnsigned()
    {
        byte code = ReadByte();
        long value = code switch
        {
            <= 0x7f => code,
            0xcc => ReadByte(),
            0xcd => ReadUInt16(),
            0xce => ReadUInt32(),
            0xcf => (long)ReadUInt64(),
            0xd0 => (sbyte)ReadByte(),
            0xd1 => (short)ReadUInt16(),
            0xd2 => (int)ReadUInt32(),
            0xd3 => (long)ReadUInt64(),
            >= 0xe0 => (sbyte)code,
            _ => ThrowUnexpected("an integer", code),
        };
        return value >= 0 || code == 0xcf ? (ulong)value : throw Error($"expected an integer of at least 0, got {value}");
    }

    /// <summary>Passes over one value of any kind.</summary>
    /// <remarks>A count of what is still to pass in place of recursion: no depth can overflow the stack, and no count can be above the bytes
    /// that are left.</remarks>
    internal void Skip()
    {
        for (long left = 1; left > 0; left--)
        {
            byte code = ReadByte();
            switch (code)
            {
                case <= 0x7f or >= 0xe0 or 0xc0 or 0xc2 or 0xc3:
                    break;
                case <= 0x8f:
                    left += 2 * Checked(code & 0x0f, 2);
                    break;
                case <= 0x9f:
                    left += Checked(code & 0x0f, 1);
                    break;
                case 0xdc:
                    left += Checked(ReadUInt16(), 1);
                    break;
                case 0xdd:
                    left += Checked(ReadUInt32(), 1);
                    break;
                case 0xde:
                    left += 2 * Checked(ReadUInt16(), 2);
                    break;
                case 0xdf:
                    left += 2 * Checked(ReadUInt32(), 2);
                    break;
                default:
                    Take(LengthAfter(code));
                    break;
            }
        }
    }

    /// <exception cref="ProtocolException">Bytes are left.</exception>
    internal readonly void ExpectEnd()
    {
        if (Position != _data.Length)
        {
            throw Error($"expected the end, got {_data.Length - Position} bytes more");
        }
    }

    internal readonly ProtocolException Error(string what) => new($"{place}, byte {Position}: {what}.");

    // Of what has no parts: strings, bytes, numbers, extensions.
    private int LengthAfter(byte code) => code switch
    {
        <= 0xbf => code & 0x1f,
        0xc4 or 0xd9 => ReadByte(),
        0xc5 or 0xda => ReadUInt16(),
        0xc6 or 0xdb => Checked(ReadUInt32(), 1),
        0xc7 => ReadByte() + 1,
        0xc8 => ReadUInt16() + 1,
        0xc9 => Checked(ReadUInt32() + 1L, 1),
        0xca or 0xce or 0xd2 => 4,
        0xcb or 0xcf or 0xd3 => 8,
        0xcc or 0xd0 => 1,
        0xcd or 0xd1 => 2,
        >= 0xd4 and <= 0xd8 => 1 + (1 << (code - 0xd4)),
        _ => ThrowUnexpected("a value", code),
    };

    private readonly int Checked(long count, int leastBytesEach) => count <= (_data.Length - Position) / leastBytesEach
        ? (int)count
        : throw Error($"expected {count} more of at least {leastBytesEach} bytes each, but {_data.Length - Position} bytes are left");

    private byte ReadByte() => Take(1)[0];

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)));

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)(_data.Length - Position))
        {
            throw Error($"expected {length} bytes, got {_data.Length - Position}");
        }

        ReadOnlySpan<byte> taken = _data.Slice(Position, length);
        Position += length;
        return taken;
    }

    [DoesNotReturn]
    private readonly int ThrowUnexpected(string expected, byte code) => throw Error($"expected {expected}, got the code 0x{code:x2}");
}
