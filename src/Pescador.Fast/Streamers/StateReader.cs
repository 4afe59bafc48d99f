using System.Buffers.Binary;
using System.Text;

namespace Pescador.Fast;

/// <summary>Reads what <see cref="StateWriter"/> wrote. Every length is checked against what is there before it is believed.</summary>
internal sealed class StateReader(ReadOnlyMemory<byte> state)
{
    private int _position;

    internal bool ReadBoolean() => ReadByte() switch
    {
        0 => false,
        1 => true,
        byte other => throw Damaged($"expected 0 or 1, got {other}"),
    };

    internal byte ReadByte() => Take(1)[0];

    internal int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    internal long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    internal ulong ReadUInt64() => (ulong)ReadInt64();

    internal double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    internal string ReadString() => Encoding.UTF8.GetString(Take(ReadInt32()));

    internal ReadOnlySpan<byte> ReadBytes(int length) => Take(length);

    internal RandomGenerator ReadGenerator() => RandomGenerator.Restore(Take(RandomGenerator.StateSizeInBytes));

    /// <summary>A number that must lie in 0 to <paramref name="limit"/>.</summary>
    internal int ReadIndex(int limit)
    {
        int value = ReadInt32();
        return (uint)value <= (uint)limit ? value : throw Damaged($"expected 0 to {limit}, got {value}");
    }

    /// <summary>A count of things of at least one byte each, so at most the bytes that are left.</summary>
    internal int ReadCount() => ReadIndex(state.Length - _position - sizeof(int));

    internal SampleSpec ReadSpec()
    {
        var tensors = new TensorSpec[ReadCount()];
        for (int i = 0; i < tensors.Length; i++)
        {
            string name = ReadString();
            var type = (ElementType)ReadIndexByte((byte)ElementType.Bool);
            var shape = new nint[ReadCount()];
            for (int axis = 0; axis < shape.Length; axis++)
            {
                long length = ReadInt64();
                shape[axis] = length >= 0 ? (nint)length : throw Damaged($"axis {axis} of tensor '{name}' has the length {length}");
            }

            tensors[i] = new TensorSpec(name, type, shape);
        }

        return new SampleSpec(tensors);
    }

    /// <summary>A sample with its content, rented from the scope.</summary>
    internal Sample ReadSample(StreamScope scope)
    {
        SampleSpec spec = ReadSpec();
        long length = 0;
        foreach (TensorSpec tensor in spec.Tensors)
        {
            length = checked(length + tensor.LengthInBytes);
        }

        if (length > state.Length - _position)
        {
            throw Damaged($"a sample {spec} of {length} bytes, where {state.Length - _position} are left");
        }

        var sample = new Sample(scope.LooseOf(spec).Rent());
        for (int i = 0; i < spec.Count; i++)
        {
            nint bytes = spec[i].LengthInBytes;
            for (nint start = 0; start < bytes; start += StateWriter.PartLength)
            {
                int part = (int)Math.Min(StateWriter.PartLength, bytes - start);
                Take(part).CopyTo(sample[i].Bytes(start, part));
            }
        }

        return sample;
    }

    internal void ExpectEnd()
    {
        if (_position != state.Length)
        {
            throw Damaged($"expected the end, got {state.Length - _position} bytes more");
        }
    }

    internal PescadorException Damaged(string what) => new($"The state is not one of this tree: at byte {_position} {what}.");

    private byte ReadIndexByte(byte limit)
    {
        byte value = ReadByte();
        return value <= limit ? value : throw Damaged($"expected 0 to {limit}, got {value}");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)(state.Length - _position))
        {
            throw Damaged($"expected {length} bytes, got {state.Length - _position}");
        }

        ReadOnlySpan<byte> taken = state.Span.Slice(_position, length);
        _position += length;
        return taken;
    }
}
