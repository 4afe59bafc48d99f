using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast.Tests;

/// <summary>Streams of their own number, and whether they were told beforehand, but not long before, that they would be opened.</summary>
internal sealed class Foreseen
{
    private const int MostOpenedBetween = 40;

    private readonly int[] _told; // how many had been opened then
    private readonly int _shift;
    private int _openings;

    /// <param name="lengths">One per stream.</param>
    /// <param name="canForesee">What they say of themselves.</param>
    /// <param name="shift">Notes what is told to a stream as told to the one so many further: a wrong foreseeing.</param>
    internal Foreseen(int[] lengths, bool canForesee = true, int shift = 0)
    {
        _told = new int[lengths.Length];
        Array.Fill(_told, -2 * MostOpenedBetween);
        _shift = shift;
        Streams = [.. lengths.Select((length, i) => new Stream(this, i, length, canForesee))];
    }

    internal Streamer<int>[] Streams { get; }

    /// <summary>What happened, in order: a stream's number when it is told, −1 less the number when it is opened.</summary>
    internal List<int> Events { get; } = [];

    internal int Told { get; private set; }

    internal int Opened { get; private set; }

    /// <summary>Of the opened ones, those that were told since they were last opened, and before no more than 40 others.</summary>
    internal int Hits { get; private set; }

    internal bool KeepsEvents { get; set; } = true;

    /// <summary>Whether what is told is good for one opening. Not under maps, which open their source later, when they are pulled.</summary>
    internal bool IsForOne { get; set; } = true;

    internal double HitRate => (double)Hits / Opened;

    internal StreamScope? LastScope { get; private set; }

    /// <summary>Counts from here on.</summary>
    internal void Clear() => (Told, Opened, Hits) = (0, 0, 0);

    private void Tell(int index, StreamScope scope)
    {
        LastScope = scope;
        Told++;
        _told[(index + _shift) % _told.Length] = _openings;
        Note(index);
    }

    private void Open(int index)
    {
        Hits += _openings - _told[index] <= MostOpenedBetween ? 1 : 0;
        Opened++;
        _openings++;
        _told[index] = IsForOne ? -2 * MostOpenedBetween : _told[index];
        Note(-1 - index);
    }

    private void Note(int happening)
    {
        if (KeepsEvents)
        {
            Events.Add(happening);
        }
    }

    private sealed class Stream(Foreseen log, int index, int length, bool canForesee) : Streamer<int>(null)
    {
        internal override string Label => $"Foreseen({length})";

        internal override IEnumerable<IStreamerNode> Inputs => [];

        internal override bool CanForesee => canForesee;

        internal override void Foresee(StreamScope scope, bool isWanted)
        {
            if (isWanted)
            {
                log.Tell(index, scope);
            }
        }

        internal override Activation<int> Create() => new StreamActivation(this, log, index, length);
    }

    private sealed class StreamActivation(Stream recipe, Foreseen log, int index, int length) : Activation<int>(recipe)
    {
        private int _left;

        internal override bool TryNext([MaybeNullWhen(false)] out int item)
        {
            item = index;
            return --_left >= 0;
        }

        protected override void Begin()
        {
            _left = length;
            log.Open(index);
        }

        protected override void End()
        {
        }

        protected override void SaveState(StateWriter writer) => writer.Write(_left);

        protected override void LoadState(StateReader reader) => _left = reader.ReadInt32();
    }
}
