namespace Pescador.Fast;

/// <summary>How many samples streamers' activations gave: m_j, by which weights are divided where streams end before their count.</summary>
/// <remarks>m_j = (S_j + M) / (n_j + 1), over the n_j closed activations of j that gave anything, S_j samples in all; M is the mean over all
/// closed activations, as it was when j was last closed. A pure function of what is saved.</remarks>
/// <param name="count">Number of streamers.</param>
internal sealed class ActivationLengths(int count)
{
    private Entry[]? _entries;
    private double _samples;
    private long _activations;

    private struct Entry
    {
        internal double Samples;
        internal long Activations;
        internal double MeanAtLast;
    }

    /// <summary>Whether some activation has ended before its count.</summary>
    internal bool HasEarlyEnd { get; private set; }

    /// <summary>M, as it is now; of closed activations, if there are any.</summary>
    internal double Mean => _samples / _activations;

    /// <summary>Whether some activation of this streamer was closed and had given anything.</summary>
    internal bool Has(int index) => _entries is not null && _entries[index].Activations > 0;

    /// <summary>m_j of a streamer that has been closed.</summary>
    internal double this[int index]
    {
        get
        {
            ref Entry entry = ref _entries![index]; // there are some: see Has
            return (entry.Samples + entry.MeanAtLast) / (entry.Activations + 1);
        }
    }

    internal void Clear()
    {
        _samples = 0;
        _activations = 0;
        HasEarlyEnd = false;
        if (_entries is not null)
        {
            Array.Clear(_entries);
        }
    }

    /// <summary>Counts a closed activation.</summary>
    /// <returns>Whether it is the first that ended early.</returns>
    internal bool Count(int index, long samples, bool isEarly)
    {
        _entries ??= new Entry[count];
        _samples += samples;
        _activations++;
        ref Entry entry = ref _entries[index];
        entry.Samples += samples;
        entry.Activations++;
        entry.MeanAtLast = Mean;
        bool isFirst = isEarly && !HasEarlyEnd;
        HasEarlyEnd |= isEarly;
        return isFirst;
    }

    internal void Save(StateWriter writer)
    {
        writer.Write(HasEarlyEnd);
        for (int i = 0; i < count && _entries is not null; i++)
        {
            if (_entries[i].Activations > 0)
            {
                writer.Write(i);
                writer.Write(_entries[i].Samples);
                writer.Write(_entries[i].Activations);
                writer.Write(_entries[i].MeanAtLast);
            }
        }

        writer.Write(count);
    }

    internal void Load(StateReader reader)
    {
        Clear();
        HasEarlyEnd = reader.ReadBoolean();
        for (int i = reader.ReadIndex(count); i < count; i = reader.ReadIndex(count))
        {
            _entries ??= new Entry[count];
            _entries[i] = new Entry { Samples = reader.ReadDouble(), Activations = reader.ReadInt64(), MeanAtLast = reader.ReadDouble() };
            _samples += _entries[i].Samples;
            _activations += _entries[i].Activations;
        }
    }
}
