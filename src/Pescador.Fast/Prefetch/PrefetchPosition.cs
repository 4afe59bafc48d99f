using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>
/// Where the consumer stands in one worker's stream: the state that came with the last checkpoint delivered, or the seed when none was,
/// and how many items were delivered since. The worker reads it once, when it begins.
/// </summary>
internal sealed class PrefetchPosition
{
    private StateWriter _checkpoint = new();
    private long _takenAtCheckpoint;

    internal ulong Seed { get; private set; }

    internal bool HasCheckpoint { get; private set; }

    internal ReadOnlyMemory<byte> Checkpoint => _checkpoint.WrittenMemory;

    /// <summary>How many items had been delivered since the checkpoint when the state was saved that this began with.</summary>
    internal long CountAtStart { get; private set; }

    /// <summary>Whether the end was delivered.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>Why there is no checkpoint any more.</summary>
    internal ExceptionDispatchInfo? Unsaved { get; set; }

    internal void Begin(ulong seed)
    {
        Seed = seed;
        HasCheckpoint = false;
        CountAtStart = 0;
        _takenAtCheckpoint = 0;
        HasEnded = false;
        Unsaved = null;
    }

    /// <summary>Takes the checkpoint that came with an item.</summary>
    /// <param name="checkpoint">Stays here.</param>
    /// <param name="taken">How many items were taken, this one included.</param>
    /// <returns>The one before, whose memory can be written again.</returns>
    internal StateWriter Exchange(StateWriter checkpoint, long taken)
    {
        StateWriter before = _checkpoint;
        _checkpoint = checkpoint;
        _takenAtCheckpoint = taken;
        HasCheckpoint = true;
        return before;
    }

    /// <param name="writer">Where to.</param>
    /// <param name="taken">How many items were taken.</param>
    internal void Save(StateWriter writer, long taken)
    {
        writer.Write(HasEnded);
        if (HasEnded)
        {
            return;
        }

        Unsaved?.Throw();
        writer.Write(Seed);
        writer.Write(taken - _takenAtCheckpoint);
        writer.Write(HasCheckpoint);
        if (HasCheckpoint)
        {
            ReadOnlySpan<byte> bytes = _checkpoint.Written;
            writer.Write(bytes.Length);
            writer.Write(bytes);
        }
    }

    internal void Load(StateReader reader)
    {
        HasEnded = reader.ReadBoolean();
        if (HasEnded)
        {
            return;
        }

        Seed = reader.ReadUInt64();
        long count = reader.ReadInt64();
        CountAtStart = count >= 0 ? count : throw reader.Damaged($"{count} items after a checkpoint");
        _takenAtCheckpoint = -count;
        HasCheckpoint = reader.ReadBoolean();
        if (HasCheckpoint)
        {
            _checkpoint.Clear();
            _checkpoint.Write(reader.ReadBytes(reader.ReadCount()));
        }
    }
}
