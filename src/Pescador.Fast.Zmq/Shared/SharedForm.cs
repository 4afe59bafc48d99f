namespace Pescador.Fast;

/// <summary>What lies in a slot: tensors, and where each begins. Sent once, then known by its number.</summary>
/// <param name="spec">Names, types, shapes.</param>
/// <param name="offsets">Of each tensor from the slot's start, in bytes; multiples of 64.</param>
/// <param name="lengthInBytes">From the slot's start to the end of the last tensor.</param>
internal sealed class SharedForm(SampleSpec spec, long[] offsets, long lengthInBytes)
{
    private const int MaxNameBytes = 4096;

    /// <summary>How many a link knows at once; then the oldest number stands for a new one.</summary>
    internal const int MaxCount = 256;

    internal SampleSpec Spec => spec;

    internal ReadOnlySpan<long> Offsets => offsets;

    internal long LengthInBytes => lengthInBytes;

    /// <summary>By what number the peer knows it; −1 once that stands for another.</summary>
    internal int Number { get; set; } = -1;

    /// <summary>The form of a sample in a slab of that layout, which may have been made for more rows.</summary>
    internal static SharedForm Of(SampleSpec spec, SlabLayout layout)
    {
        var offsets = new long[spec.Count];
        long length = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] = layout.Regions[i].OffsetInBytes;
            length = Math.Max(length, offsets[i] + spec[i].LengthInBytes);
        }

        return new SharedForm(spec, offsets, length);
    }

    /// <summary>Whether it is that of a sample in a slab of that layout.</summary>
    internal bool IsOf(SampleSpec other, SlabLayout layout)
    {
        if (!spec.Equals(other))
        {
            return false;
        }

        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] != layout.Regions[i].OffsetInBytes)
            {
                return false;
            }
        }

        return true;
    }

    internal void Write(StateWriter writer)
    {
        writer.Write(spec);
        foreach (long offset in offsets)
        {
            writer.Write(offset);
        }
    }

    /// <summary>Reads what a peer wrote.</summary>
    /// <exception cref="ProtocolException">It is no form, or passes a limit.</exception>
    internal static SharedForm Read(StateReader reader, ZmqLimits limits)
    {
        try
        {
            var tensors = new TensorSpec[reader.ReadIndex(limits.MaxTensors)];
            for (int i = 0; i < tensors.Length; i++)
            {
                tensors[i] = ReadTensor(reader, limits);
            }

            if (tensors.Length == 0)
            {
                throw new ProtocolException("A sample has one tensor at least, got a form without any.");
            }

            return ReadOffsets(reader, new SampleSpec(tensors), limits);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new ProtocolException($"A sample's form is none: {error.Message}", error);
        }
    }

    private static TensorSpec ReadTensor(StateReader reader, ZmqLimits limits)
    {
        int nameLength = reader.ReadIndex(MaxNameBytes);
        string name = System.Text.Encoding.UTF8.GetString(reader.ReadBytes(nameLength));
        var type = (ElementType)reader.ReadByte();
        var shape = new nint[reader.ReadIndex(limits.MaxDimensions)];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = (nint)reader.ReadInt64();
        }

        return new TensorSpec(name, type, shape); // checks the rest
    }

    private static SharedForm ReadOffsets(StateReader reader, SampleSpec spec, ZmqLimits limits)
    {
        var offsets = new long[spec.Count];
        long end = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            long offset = reader.ReadInt64();
            long length = spec[i].LengthInBytes;
            if ((ulong)offset > (ulong)limits.MaxSampleBytes || length > limits.MaxSampleBytes - offset
                || offset % SlabLayout.TensorAlignmentInBytes != 0)
            {
                throw new ProtocolException(
                    $"Tensor '{spec[i]}' at byte {offset}: expected a multiple of {SlabLayout.TensorAlignmentInBytes} and an end within {limits.MaxSampleBytes}.");
            }

            offsets[i] = offset;
            end = Math.Max(end, offset + length);
        }

        return new SharedForm(spec, offsets, end);
    }
}
