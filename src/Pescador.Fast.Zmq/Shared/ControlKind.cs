namespace Pescador.Fast;

/// <summary>What a message on the control socket is.</summary>
internal enum ControlKind : byte
{
    /// <summary>No message.</summary>
    None,

    /// <summary>The first of each side: version, role; with the rings of the producer, the doorbell of the consumer.</summary>
    Hello,

    /// <summary>A segment: number, length; with its file.</summary>
    Segment,

    /// <summary>A slot: number, segment, offset, length.</summary>
    Slot,

    /// <summary>A form: number, spec, offsets.</summary>
    Form,

    /// <summary>A slot that is no more.</summary>
    SlotGone,

    /// <summary>A segment that is no more; its slots went before.</summary>
    SegmentGone,

    /// <summary>The stream's state after the sample that is announced with it.</summary>
    Checkpoint,

    /// <summary>Why there will be no states.</summary>
    Unsaved,

    /// <summary>The type, message and stack of what ended the stream.</summary>
    Failure,

    /// <summary>Nothing but a wake.</summary>
    Wake,
}
