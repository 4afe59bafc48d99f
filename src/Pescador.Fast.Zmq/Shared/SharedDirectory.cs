namespace Pescador.Fast;

/// <summary>
/// What a consumer knows of its producer's memory: segments, slots, forms. Everything said is checked before it is believed. Samples may
/// come back from any thread, also after it was closed.
/// </summary>
/// <param name="limits">What the producer may say.</param>
/// <param name="peer">For messages.</param>
/// <param name="release">Tells the producer that a slot is free; one call at a time, none after <see cref="Close"/>.</param>
internal sealed class SharedDirectory(ZmqLimits limits, string peer, Action<int> release)
{
    /// <summary>Slots, and segments, that there may be.</summary>
    internal const int MaxCount = 65_536;

    private readonly object _gate = new();
    private readonly List<SharedSegment?> _segments = [];
    private readonly List<SharedSlot?> _slots = [];
    private readonly SharedForm?[] _forms = new SharedForm?[SharedForm.MaxCount];
    private bool _isClosed;

    /// <summary>Learns what a message says; its file is taken over.</summary>
    /// <exception cref="ProtocolException">It says what cannot be.</exception>
    internal void Apply(ControlMessage message)
    {
        var reader = new StateReader(message.Body);
        try
        {
            lock (_gate)
            {
                Apply(message, reader);
            }

            reader.ExpectEnd();
        }
        catch (PescadorException error) when (error is not ProtocolException)
        {
            throw new ProtocolException($"{peer} sent a message {message.Kind} that cannot be used: {error.Message}", error);
        }
        finally
        {
            message.File?.Dispose();
        }
    }

    /// <summary>The sample that was announced.</summary>
    /// <exception cref="ProtocolException">There is no such slot or form, they do not fit, or the slot's last sample is not back.</exception>
    internal Sample Lend(int slotNumber, int formNumber)
    {
        lock (_gate)
        {
            SharedSlot slot = Known(_slots, slotNumber, "slot");
            SharedForm form = (uint)formNumber < SharedForm.MaxCount && _forms[formNumber] is { } known
                ? known
                : throw new ProtocolException($"{peer} announced the form {formNumber}, which it never described.");
            if (slot.IsOut)
            {
                throw new ProtocolException($"{peer} announced the slot {slotNumber} again before it was given back.");
            }

            return form.LengthInBytes <= slot.LengthInBytes
                ? slot.Lend(form)
                : throw new ProtocolException($"{peer} announced {form.Spec} of {form.LengthInBytes} bytes in a slot of {slot.LengthInBytes}.");
        }
    }

    /// <summary>Takes a sample back.</summary>
    /// <param name="slot">Whose.</param>
    /// <param name="core">Of the sample; null when it was not disposed but found by the finalizer.</param>
    internal void TakeBack(SharedSlot slot, SampleCore? core)
    {
        lock (_gate)
        {
            slot.TakeBack(core);
            if (_isClosed)
            {
                slot.Retire();
            }
            else
            {
                release(slot.Number);
            }
        }
    }

    /// <summary>Unmaps what nobody has; the rest as it comes back.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (SharedSlot? slot in _slots)
            {
                if (slot is { IsOut: false })
                {
                    slot.Retire();
                }
            }

            foreach (SharedSegment? segment in _segments)
            {
                segment?.Dispose();
            }
        }
    }

    private void Apply(ControlMessage message, StateReader reader)
    {
        switch (message.Kind)
        {
            case ControlKind.Segment:
                AddSegment(message, reader);
                break;
            case ControlKind.Slot:
                AddSlot(reader);
                break;
            case ControlKind.Form:
                int form = reader.ReadIndex(SharedForm.MaxCount - 1);
                _forms[form] = SharedForm.Read(reader, limits);
                break;
            case ControlKind.SlotGone:
                RemoveSlot(reader.ReadInt32());
                break;
            case ControlKind.SegmentGone:
                RemoveSegment(reader.ReadInt32());
                break;
            default:
                throw new ProtocolException($"{peer} sent a message {message.Kind} where memory is described.");
        }
    }

    private void AddSegment(ControlMessage message, StateReader reader)
    {
        int number = Free(_segments, reader.ReadInt32(), "segment");
        long length = reader.ReadInt64();
        long limit = Math.Max(limits.MaxSampleBytes, 1 << 20);
        if (length <= 0 || length - Environment.SystemPageSize > limit || message.File is null)
        {
            throw new ProtocolException($"{peer} announced a segment of {length} bytes; expected 1 to {limit}, and its file.");
        }

        Put(_segments, number, SharedSegment.Open(message.File, length, peer));
    }

    private void AddSlot(StateReader reader)
    {
        int number = Free(_slots, reader.ReadInt32(), "slot");
        SharedSegment segment = Known(_segments, reader.ReadInt32(), "segment");
        long offset = reader.ReadInt64();
        long length = reader.ReadInt64();
        if ((ulong)offset > (ulong)segment.LengthInBytes || (ulong)length > (ulong)(segment.LengthInBytes - offset)
            || offset % SlabLayout.TensorAlignmentInBytes != 0)
        {
            throw new ProtocolException(
                $"{peer} announced a slot at byte {offset} with {length} bytes in a segment of {segment.LengthInBytes}; expected a multiple of "
                + $"{SlabLayout.TensorAlignmentInBytes} and an end within it.");
        }

        Put(_slots, number, new SharedSlot(this, number, segment, offset, length));
    }

    private void RemoveSlot(int number)
    {
        SharedSlot slot = Known(_slots, number, "slot");
        if (slot.IsOut)
        {
            throw new ProtocolException($"{peer} ended the slot {number}, whose sample is not back.");
        }

        slot.Retire();
        _slots[number] = null;
    }

    private void RemoveSegment(int number)
    {
        SharedSegment segment = Known(_segments, number, "segment");
        if (_slots.Exists(slot => slot is not null && ReferenceEquals(slot.Segment, segment)))
        {
            throw new ProtocolException($"{peer} ended the segment {number}, which still has slots.");
        }

        segment.Dispose();
        _segments[number] = null;
    }

    private T Known<T>(List<T?> known, int number, string what) where T : class => (uint)number < (uint)known.Count && known[number] is { } found
        ? found
        : throw new ProtocolException($"{peer} named the {what} {number}, which it never described.");

    // Numbers are given out without gaps, so that none makes the table large.
    private int Free<T>(List<T?> known, int number, string what) where T : class =>
        (uint)number <= (uint)known.Count && number < MaxCount && (number == known.Count || known[number] is null)
            ? number
            : throw new ProtocolException($"{peer} described the {what} {number}; expected one that is free, {known.Count} at most.");

    private static void Put<T>(List<T?> known, int number, T item) where T : class
    {
        if (number == known.Count)
        {
            known.Add(item);
        }
        else
        {
            known[number] = item;
        }
    }
}
