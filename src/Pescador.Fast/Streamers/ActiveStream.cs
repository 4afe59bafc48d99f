using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// One activation of a streamer: an enumerator with a position, which can be saved. Whoever opened it disposes it; that closes
/// everything below. Used by one thread at a time. Every copy of this handle is the same stream.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "A stream is used, not compared.")]
public readonly struct ActiveStream<T> : IEnumerator<T>
{
    private readonly Run<T>? _run;
    private readonly long _ticket;

    internal ActiveStream(Run<T> run, long ticket)
    {
        _run = run;
        _ticket = ticket;
    }

    /// <summary>The sample that the last <see cref="MoveNext"/> gave. It is the caller's to dispose, once.</summary>
    public T Current => Run.Current!; // a T after each MoveNext that gave true; before, whatever enumerators give

    /// <summary>Asks for the next sample.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    /// <exception cref="PescadorException">A mux or map cannot go on; a user's exception passes through unchanged.</exception>
    public bool MoveNext() => Run.MoveNext();

    /// <summary>The seed of this activation, as derived.</summary>
    public long Seed => (long)Run.Seed;

    /// <summary>The batches' slabs of the whole tree below.</summary>
    public PoolCounters Batches => Run.BatchCounters();

    /// <summary>The loose samples of this run.</summary>
    public PoolCounters LooseSamples => Run.Scope.LooseCounters;

    /// <summary>The views of this run, which hold no memory.</summary>
    public PoolCounters Views => Run.Scope.Views.Counters;

    /// <summary>The sources that this run has open; those of <see cref="Streamer{T}.With"/> are counted by the set given there.</summary>
    public WorkingSetCounters WorkingSet => Run.Scope.WorkingSet.Counters;

    /// <summary>How the Prefetch, or ParallelSelect, in the tree does, several of them together; also after the last sample. Of one below another the upper
    /// one is counted: what the lower one's consumer waits is the upper one's work.</summary>
    public PrefetchCounters Prefetch => Run.PrefetchCounters();

    /// <summary>The bad samples that <see cref="Streamer{T}.SkipBad"/> has skipped in this run, so far; of more than 10,000 the first ones.</summary>
    public IReadOnlyList<BadSample> Skipped => Run.Scope.Skipped.ToArray();

    /// <summary>How many bad samples were skipped in this run, also beyond those in <see cref="Skipped"/>.</summary>
    public long SkippedCount => Run.Scope.Skipped.Count;

    /// <summary>The stream's state, right after the last sample given; <see cref="Streamer{T}.Restore"/> goes on from there.</summary>
    /// <exception cref="PescadorException">Something below holds values that cannot be saved.</exception>
    public StreamState Save() => StreamState.Of(Run);

    /// <summary>Itself, so that a foreach can go through what is left of it and close it.</summary>
    public ActiveStream<T> GetEnumerator() => this;

    /// <summary>Closes the stream and everything below. Again: does nothing.</summary>
    public void Dispose() => _run?.CloseIf(_ticket);

    object? IEnumerator.Current => Current;

    void IEnumerator.Reset() => throw new NotSupportedException("An active stream does not go back; open its streamer again.");

    internal StreamScope Scope => Run.Scope;

    private Run<T> Run => _run is { } run && run.Ticket == _ticket ? run : ThrowStale();

    [DoesNotReturn]
    private static Run<T> ThrowStale() => throw new ObjectDisposedException("ActiveStream", "The stream was disposed.");
}
