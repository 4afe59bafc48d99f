namespace Pescador.Fast;

/// <summary>What a producer has told its consumer of its memory; tells what is new. Used by the thread that sends.</summary>
/// <param name="allocator">Whose memory it is.</param>
internal sealed class SharedCatalogue(SharedSlabAllocator allocator)
{
    // So that what goes with one announcement stays small.
    private const int MostGoneAtOnce = 8;

    private readonly StateWriter _writer = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly Stack<int> _freeSegments = new();
    private readonly SharedForm?[] _forms = new SharedForm?[SharedForm.MaxCount];
    private int _segments;
    private int _nextForm;

    /// <summary>How many slots there ever were at once; their numbers are below.</summary>
    internal int Slots { get; private set; }

    /// <summary>How many messages were sent that belong to the next announcement.</summary>
    internal int Untold { get; set; }

    /// <summary>Sends what the consumer must know to find a sample.</summary>
    /// <returns>Its form.</returns>
    internal SharedForm Tell(ControlSocket control, SharedPlace place, SampleSpec spec, SlabLayout layout, CancellationToken cancellation)
    {
        TellGone(control, cancellation);
        if (place.Slot < 0)
        {
            TellPlace(control, place, cancellation);
        }

        if (place.Form is { Number: >= 0 } last && last.IsOf(spec, layout))
        {
            return last;
        }

        return place.Form = Find(spec, layout) ?? TellForm(control, SharedForm.Of(spec, layout), cancellation);
    }

    /// <summary>Sends a message that belongs to the next announcement.</summary>
    internal void Tell(ControlSocket control, ControlKind kind, ReadOnlySpan<byte> body, CancellationToken cancellation)
    {
        control.Send(kind, body, null, cancellation);
        Untold++;
    }

    private void TellGone(ControlSocket control, CancellationToken cancellation)
    {
        for (int i = 0; i < MostGoneAtOnce && allocator.TryTakeGone(out int slot, out int segment); i++)
        {
            _writer.Clear();
            _writer.Write(slot >= 0 ? slot : segment);
            Tell(control, slot >= 0 ? ControlKind.SlotGone : ControlKind.SegmentGone, _writer.Written, cancellation);
            (slot >= 0 ? _freeSlots : _freeSegments).Push(slot >= 0 ? slot : segment);
        }
    }

    private void TellPlace(ControlSocket control, SharedPlace place, CancellationToken cancellation)
    {
        SharedSegment memory = place.Block.Segment;
        if (memory.Number < 0)
        {
            int number = _freeSegments.TryPop(out int free) ? free : _segments++;
            _writer.Clear();
            _writer.Write(number);
            _writer.Write(memory.LengthInBytes);
            control.Send(ControlKind.Segment, _writer.Written, memory.File, cancellation);
            Untold++;
            memory.Number = number;
        }

        int slot = _freeSlots.TryPop(out int freeSlot) ? freeSlot : Slots++;
        if (slot >= SharedDirectory.MaxCount)
        {
            throw new PescadorException($"There are more than {SharedDirectory.MaxCount} slabs to share; use fewer, larger ones.");
        }

        _writer.Clear();
        _writer.Write(slot);
        _writer.Write(memory.Number);
        _writer.Write(place.OffsetInBytes);
        _writer.Write(place.LengthInBytes);
        Tell(control, ControlKind.Slot, _writer.Written, cancellation);
        place.Slot = slot;
    }

    private SharedForm? Find(SampleSpec spec, SlabLayout layout)
    {
        foreach (SharedForm? form in _forms)
        {
            if (form is null)
            {
                return null;
            }

            if (form.IsOf(spec, layout))
            {
                return form;
            }
        }

        return null;
    }

    private SharedForm TellForm(ControlSocket control, SharedForm form, CancellationToken cancellation)
    {
        _writer.Clear();
        _writer.Write(_nextForm);
        form.Write(_writer);
        Tell(control, ControlKind.Form, _writer.Written, cancellation);
        if (_forms[_nextForm] is { } old)
        {
            old.Number = -1;
        }

        form.Number = _nextForm;
        _forms[_nextForm] = form;
        _nextForm = (_nextForm + 1) % SharedForm.MaxCount;
        return form;
    }
}
