namespace Pescador.Fast;

/// <summary>
/// The two rings between one producer and one consumer, in a segment of their own: announced samples one way, released slots back. Each side
/// writes its own cursors and keeps what it knows of them in its own memory; what it reads of the other's is read once, then checked.
/// </summary>
/// <remarks><code>
/// 0       64          128     192        256      320               384                 448              512
/// | magic | announced | taken | released | reaped | the pump's bell | the reaper's bell | producer's wait | announcements | slots |
/// </code></remarks>
internal sealed unsafe class SharedRing
{
    private const ulong Magic = 0x0001_6d68_7364_6570; // version 1
    private const int AnnouncedAt = 64;
    private const int TakenAt = 128;
    private const int ReleasedAt = 192;
    private const int ReapedAt = 256;
    private const int PumpBellAt = 320;
    private const int ReaperBellAt = 384;
    private const int WaitAt = 448;
    private const int AnnouncementsAt = 512;

    /// <summary>Announcements that fit in; a link's depth is less.</summary>
    internal const int Announcements = 1024;

    /// <summary>Slots that may be with the consumer at once.</summary>
    internal const int Slots = 4096;

    /// <summary>Of the segment.</summary>
    internal const long LengthInBytes = AnnouncementsAt + (Announcements * 32) + (Slots * sizeof(int));

    // Invariant of everything below: the segment has at least LengthInBytes, and is mapped until whoever owns this has no thread left in here;
    // indices are masked by the rings' sizes, which are powers of two.
    private readonly byte* _base;
    private readonly string _peer;
    private uint _announced;
    private uint _taken;
    private uint _released;
    private uint _reaped;
    private ulong _sequence;

    /// <summary>Over a new segment, as its producer; or over the peer's, which is checked.</summary>
    /// <exception cref="ProtocolException">It is no ring of ours.</exception>
    internal SharedRing(SharedSegment segment, bool isProducer, string peer)
    {
        _base = (byte*)segment.Address;
        _peer = peer;
        if (segment.LengthInBytes < LengthInBytes)
        {
            throw new ProtocolException($"{peer} sent rings of {segment.LengthInBytes} bytes; expected {LengthInBytes}.");
        }

        if (isProducer)
        {
            *(ulong*)_base = Magic;
        }
        else if (Volatile.Read(ref *(ulong*)_base) is ulong magic && magic != Magic)
        {
            throw new ProtocolException($"{peer} sent rings of another kind or version: 0x{magic:x}; expected 0x{Magic:x}.");
        }
    }

    /// <summary>Where the thread that sends waits for the consumer to take.</summary>
    internal nint PumpBell => (nint)(_base + PumpBellAt);

    /// <summary>Where the thread that reaps waits for releases.</summary>
    internal nint ReaperBell => (nint)(_base + ReaperBellAt);

    /// <summary>How long the producer has waited.</summary>
    internal TimeSpan ProducerWait
    {
        get => TimeSpan.FromTicks(Math.Max(0, Volatile.Read(ref *(long*)(_base + WaitAt))));
        set => Volatile.Write(ref *(long*)(_base + WaitAt), value.Ticks);
    }

    /// <summary>Producer: how many announcements were not taken yet.</summary>
    /// <exception cref="ProtocolException">More were taken than announced.</exception>
    internal int Untaken
    {
        get
        {
            uint untaken = _announced - Read(TakenAt);
            return untaken <= Announcements ? (int)untaken : throw new ProtocolException(
                $"{_peer} has taken {Read(TakenAt)} announcements where {_announced} were made.");
        }
    }

    /// <summary>Producer: whether slots came back.</summary>
    internal bool HasReleased => Read(ReleasedAt) != Volatile.Read(ref _reaped);

    /// <summary>Consumer: whether something was announced.</summary>
    internal bool HasAnnounced => Read(AnnouncedAt) != Volatile.Read(ref _taken);

    /// <summary>Consumer: how many were announced and not taken; whatever the peer says, for counters.</summary>
    internal int Ready => (int)Math.Min(Read(AnnouncedAt) - Volatile.Read(ref _taken), Announcements);

    /// <summary>Consumer: releases that the producer has not seen, and how many slots it has not got back in all. Hints: the peer can write anything.</summary>
    internal (uint Unreaped, uint Out) Behind
    {
        get
        {
            uint reaped = Read(ReapedAt);
            return (_released - reaped, Read(AnnouncedAt) - reaped);
        }
    }

    /// <summary>Producer: announces; there must be room.</summary>
    internal void Announce(AnnouncementKind kind, int slot, int form, int messages)
    {
        Announcement* entry = (Announcement*)(_base + AnnouncementsAt) + (_announced & (Announcements - 1));
        entry->Sequence = _sequence++;
        entry->Kind = kind;
        entry->Messages = messages;
        entry->Slot = slot;
        entry->Form = form;
        Write(AnnouncedAt, ++_announced); // after the entry, and after the sample's bytes
    }

    /// <summary>Consumer: reads the next announcement, which stays until <see cref="Take"/>.</summary>
    /// <exception cref="ProtocolException">It is out of order, or more were announced than fit in.</exception>
    internal bool TryPeek(out Announcement announcement)
    {
        uint ready = Read(AnnouncedAt) - _taken;
        if (ready == 0)
        {
            announcement = default;
            return false;
        }

        announcement = ((Announcement*)(_base + AnnouncementsAt))[_taken & (Announcements - 1)];
        if (ready > Announcements)
        {
            throw new ProtocolException($"{_peer} has announced {ready} samples at once; expected {Announcements} at most.");
        }

        if (announcement.Sequence != _sequence)
        {
            throw new ProtocolException($"{_peer} announced number {announcement.Sequence}; expected {_sequence}.");
        }

        return true;
    }

    /// <summary>Consumer: is done with the announcement.</summary>
    internal void Take()
    {
        _sequence++;
        uint taken = _taken + 1;
        Volatile.Write(ref _taken, taken);
        Write(TakenAt, taken);
    }

    /// <summary>Consumer: gives a slot back; one thread at a time. There is room: no more slots are out than fit in.</summary>
    internal void Release(int slot)
    {
        ((int*)(_base + AnnouncementsAt + (Announcements * sizeof(Announcement))))[_released & (Slots - 1)] = slot;
        Write(ReleasedAt, ++_released); // after all that was read from the slot
    }

    /// <summary>Producer: takes the next released slot; one thread at a time.</summary>
    /// <exception cref="ProtocolException">More were released than fit in.</exception>
    internal bool TryReap(out int slot)
    {
        uint released = Read(ReleasedAt) - _reaped;
        if (released == 0)
        {
            slot = -1;
            return false;
        }

        if (released > Slots)
        {
            throw new ProtocolException($"{_peer} has released {released} slots at once; expected {Slots} at most.");
        }

        slot = Volatile.Read(ref ((int*)(_base + AnnouncementsAt + (Announcements * sizeof(Announcement))))[_reaped & (Slots - 1)]);
        Volatile.Write(ref _reaped, _reaped + 1);
        Write(ReapedAt, _reaped);
        return true;
    }

    private uint Read(int at) => Volatile.Read(ref *(uint*)(_base + at));

    private void Write(int at, uint value) => Volatile.Write(ref *(uint*)(_base + at), value);
}
