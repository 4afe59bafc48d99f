using System.Buffers;
using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>A sample's header, ready but for its stamp, which is patched in where it is sent.</summary>
internal sealed class HeaderTemplate
{
    private readonly byte[] _bytes;
    private int _sequenceAt;
    private int _waitedAt;
    private int _stateAt = -1;

    /// <summary>The header of samples of a form.</summary>
    /// <param name="spec">The form.</param>
    /// <param name="order">The tensors' places in the spec, in the wire's order.</param>
    /// <param name="worker">Who sends.</param>
    /// <param name="hasState">Whether a state travels along.</param>
    /// <param name="unsaved">Why there are no states any more, where that is to be told.</param>
    internal HeaderTemplate(SampleSpec spec, ReadOnlySpan<int> order, string worker, bool hasState, string? unsaved)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(spec.Count);
        for (int i = 0; i < order.Length; i++)
        {
            const int PescadorKeys = 4;
            const int OurKeys = 4;
            int ours = i == 0 ? OurKeys + (hasState ? 1 : 0) + (unsaved is null ? 0 : 1) : 0;
            writer.WriteMapHeader(PescadorKeys + ours);
            WriteTensor(writer, spec[order[i]]);
            if (i == 0)
            {
                WriteOurs(writer, worker, hasState, unsaved);
            }
        }

        _bytes = buffer.WrittenSpan.ToArray();
    }

    internal int Length => _bytes.Length;

    /// <summary>Writes the header with its stamp.</summary>
    internal void CopyTo(Span<byte> destination, in WireStamp stamp)
    {
        _bytes.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[_sequenceAt..], stamp.Sequence);
        BinaryPrimitives.WriteUInt64BigEndian(destination[_waitedAt..], stamp.WaitedMicroseconds);
        if (_stateAt >= 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[_stateAt..], stamp.StateLength);
        }
    }

    private static void WriteTensor(MessagePackWriter writer, TensorSpec tensor)
    {
        writer.WriteString(WireKeys.ElementType);
        writer.WriteString(tensor.ElementType.Name());
        writer.WriteString(WireKeys.Shape);
        writer.WriteArrayHeader(tensor.Shape.Length);
        foreach (nint length in tensor.Shape)
        {
            writer.WriteNumber((ulong)length);
        }

        writer.WriteString(WireKeys.Name);
        writer.WriteString(tensor.Name);
        writer.WriteString(WireKeys.Aligned);
        writer.WriteBoolean(true);
    }

    private void WriteOurs(MessagePackWriter writer, string worker, bool hasState, string? unsaved)
    {
        writer.WriteString(WireKeys.FormatVersion);
        writer.WriteNumber(WireKeys.Version);
        writer.WriteString(WireKeys.Worker);
        writer.WriteString(worker);
        writer.WriteString(WireKeys.Sequence);
        _sequenceAt = writer.WriteFixed(0UL);
        writer.WriteString(WireKeys.Waited);
        _waitedAt = writer.WriteFixed(0UL);
        if (hasState)
        {
            writer.WriteString(WireKeys.State);
            _stateAt = writer.WriteFixed(0U);
        }

        if (unsaved is not null)
        {
            writer.WriteString(WireKeys.Unsaved);
            writer.WriteString(unsaved);
        }
    }
}
