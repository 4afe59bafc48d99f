using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pescador.Fast;

/// <summary>Writes the state of an active tree: little-endian numbers, strings with their length before them.</summary>
internal sealed class StateWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    internal ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    internal ReadOnlyMemory<byte> WrittenMemory => _buffer.WrittenMemory;

    /// <summary>Begins again in the same memory.</summary>
    internal void Clear() => _buffer.ResetWrittenCount();

    internal void Write(bool value) => Write((byte)(value ? 1 : 0));

    internal void Write(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    internal void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
    }

    internal void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    internal void Write(ulong value) => Write((long)value);

    internal void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    internal void Write(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Write(length);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(length));
        _buffer.Advance(length);
    }

    internal void Write(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    internal void Write(in RandomGenerator generator)
    {
        generator.Save(_buffer.GetSpan(RandomGenerator.StateSizeInBytes));
        _buffer.Advance(RandomGenerator.StateSizeInBytes);
    }

    internal void Write(SampleSpec spec)
    {
        Write(spec.Count);
        foreach (TensorSpec tensor in spec.Tensors)
        {
            Write(tensor.Name);
            Write((byte)tensor.ElementType);
            Write(tensor.Shape.Length);
            foreach (nint length in tensor.Shape)
            {
                Write((long)length);
            }
        }
    }

    /// <summary>Writes a sample with its content.</summary>
    internal void Write(Sample sample)
    {
        Write(sample.Spec);
        for (int i = 0; i < sample.Count; i++)
        {
            TensorView tensor = sample[i];
            for (nint start = 0; start < tensor.Spec.LengthInBytes; start += PartLength)
            {
                Write(tensor.Bytes(start, (int)Math.Min(PartLength, tensor.Spec.LengthInBytes - start)));
            }
        }
    }

    internal const int PartLength = 1 << 20;
}
