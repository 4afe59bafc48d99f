using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// One activation of a streamer, running: it has a seed, a position, and activations of its own below it. Used by one thread at a time.
/// After it has closed it waits on its streamer's idle stack and is begun again.
/// </summary>
internal abstract class Activation<T>(Streamer<T> recipe)
{
    private static readonly StreamScope Nowhere = new(SlabAllocator.Native, null, SlabPool.DefaultTimeout);

    private ulong _childActivations;
    private bool _isOpen;

    internal Activation<T>? NextIdle { get; set; }

    internal ulong Seed { get; private set; }

    internal StreamScope Scope { get; private set; } = Nowhere;

    /// <summary>Gives the next sample.</summary>
    /// <returns>False at the end; then it is not called again.</returns>
    internal abstract bool TryNext([MaybeNullWhen(false)] out T item);

    /// <summary>Puts the next samples into rows; only of streams of samples.</summary>
    /// <returns>How many; fewer than <paramref name="count"/> only at the end.</returns>
    internal virtual int Fill(RowWriter rows, int count)
    {
        int filled = 0;
        while (filled < count && TryNext(out T? item))
        {
            using var sample = (Sample)(object)item!; // T is Sample: no boxing is left after compilation
            rows.Append(sample);
            filled++;
        }

        return filled;
    }

    /// <summary>Takes its start position; opens nothing yet.</summary>
    protected abstract void Begin();

    /// <summary>Closes what it opened and gives back what it rented.</summary>
    protected abstract void End();

    /// <summary>Writes its position, and what is open below.</summary>
    protected abstract void SaveState(StateWriter writer);

    /// <summary>Takes the written position; called right after <see cref="Begin"/>.</summary>
    protected abstract void LoadState(StateReader reader);

    /// <summary>Adds the counters of its own pools and those below.</summary>
    internal virtual void AddBatchCounters(ref PoolCounters sum)
    {
    }

    /// <summary>Adds the counters of the nearest Prefetch on each way down.</summary>
    internal virtual void AddPrefetchCounters(ref PrefetchCounters sum)
    {
    }

    /// <summary>Releases memory that it keeps between activations.</summary>
    internal virtual void ReleaseMemory()
    {
    }

    internal void Open(StreamScope scope, ulong seed)
    {
        Scope = scope;
        Seed = seed;
        _childActivations = 0;
        _isOpen = true;
        Begin();
    }

    /// <summary>Ends the activation and makes it available for another. Again: does nothing.</summary>
    internal void Close()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        try
        {
            End();
        }
        catch
        {
            recipe.Discard(); // only one that has ended well is begun again
            ReleaseMemory();
            throw;
        }

        recipe.Recycle(this);
    }

    internal void Save(StateWriter writer)
    {
        writer.Write(Seed);
        writer.Write(_childActivations);
        SaveState(writer);
    }

    internal void Load(StreamScope scope, StateReader reader)
    {
        _isOpen = true; // from here on it is to be closed, also when the state turns out to be damaged
        ulong seed = reader.ReadUInt64();
        ulong childActivations = reader.ReadUInt64();
        Open(scope, seed);
        LoadState(reader);
        _childActivations = childActivations;
    }

    /// <summary>Opens a stream below this one.</summary>
    /// <param name="streamer">What to open.</param>
    /// <param name="index">Which child it is.</param>
    protected Activation<TChild> OpenChild<TChild>(Streamer<TChild> streamer, int index) => streamer.Activate(Scope, NextChildSeed(index));

    /// <summary>Restores a stream that was open below this one.</summary>
    protected Activation<TChild> LoadChild<TChild>(Streamer<TChild> streamer, StateReader reader) => streamer.Load(Scope, reader);

    internal ulong NextChildSeed(int index) => RandomGenerator.Derive(Seed, (ulong)index, _childActivations++);
}
