using System.Collections;
using System.Globalization;

namespace Pescador.Fast;

/// <summary>
/// A recipe for a stream: cheap, immutable and shareable between threads. Nothing is opened, allocated or seeded until it is iterated,
/// and it can be iterated any number of times, at once or one after another. Muxes are streamers, and maps return streamers.
/// </summary>
/// <typeparam name="T">What it gives; usually <see cref="Sample"/>.</typeparam>
public abstract partial class Streamer<T> : IEnumerable<T>, IStreamerNode
{
    private const int Spares = 4;

    private readonly ulong? _ownSeed;
    private Activation<T>? _lastIdle; // alone, so that taking it and giving it back are one locked instruction each
    private Activation<T>? _idle;     // the others, linked by NextIdle; taken whole, pushed by CAS
    private Run<T>? _idleRun;
    private int _created; // activations that exist: open, or idle

    internal Streamer(long? seed)
        : this(new RootSeed(seed), seed)
    {
    }

    internal Streamer(RootSeed root, long? seed)
    {
        Root = root;
        _ownSeed = (ulong?)seed;
    }

    /// <summary>The seed of its runs: the one given, its source's, or one that was drawn. With it any run can be repeated.</summary>
    public long Seed => (long)Root.Value;

    /// <summary>How many activations have begun and not ended.</summary>
    public virtual int ActivationCount
    {
        get
        {
            // Those that exist and are not idle. Counting here, and not where they begin and end, saves two locked instructions per
            // activation; while other threads work this is a glimpse.
            int created = Volatile.Read(ref _created);
            int idle = Volatile.Read(ref _lastIdle) is null ? 0 : 1;
            for (Activation<T>? each = Volatile.Read(ref _idle); each is not null && idle < created; each = each.NextIdle)
            {
                idle++;
            }

            return created - idle;
        }
    }

    /// <summary>Opens a run for a foreach; each has another seed, derived from <see cref="Seed"/> and their number.</summary>
    public ActiveStream<T> GetEnumerator() => Open();

    /// <summary>Iterates over at most <paramref name="maxIterations"/> samples, and takes no more from the source.</summary>
    /// <param name="maxIterations">The bound; none when null.</param>
    /// <param name="cancellationToken">Ends waits for memory.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public StreamIterations<T> Iterate(long? maxIterations = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations ?? 0, nameof(maxIterations));
        return new StreamIterations<T>(this, maxIterations ?? long.MaxValue, cancellationToken);
    }

    /// <summary>Opens a run, which the caller disposes. It begins when the first sample is asked for.</summary>
    /// <param name="cancellationToken">Ends waits for memory.</param>
    public ActiveStream<T> Open(CancellationToken cancellationToken = default) => Open(long.MaxValue, cancellationToken);

    /// <summary>Opens a stream that goes on where a saved one stood, with the same samples bit for bit.</summary>
    /// <param name="state">Of a tree built as this one.</param>
    /// <param name="cancellationToken">Ends waits for memory.</param>
    /// <exception cref="PescadorException">The state is of another tree; the message says what differs.</exception>
    public ActiveStream<T> Restore(StreamState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(state);
        StateReader reader = state.ReaderFor(this);
        Run<T> run = TakeRun();
        var stream = new ActiveStream<T>(run, run.OpenRoot(long.MaxValue, cancellationToken));
        try
        {
            run.Load(reader);
            reader.ExpectEnd();
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The same streamer under a seed: as root its runs repeat; inside a tree the seed is mixed with the derived one.</summary>
    public Streamer<T> WithSeed(long seed) => new SeededStreamer<T>(this, seed);

    /// <summary>The same streamer and seed, its runs counted from <paramref name="epoch"/>: to begin a long training again in the middle.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Streamer<T> WithEpoch(long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return new SeededStreamer<T>(this, new RootSeed(Root, epoch));
    }

    /// <summary>The same streamer, its whole tree taking memory as said here.</summary>
    /// <param name="allocator">Where slabs come from; unchanged when null.</param>
    /// <param name="budget">What their bytes count against; unchanged when null.</param>
    /// <param name="poolTimeout">How long to wait for a slab; unchanged when null.</param>
    /// <param name="workingSet">Where its sources are opened; not disposed, unchanged when null.</param>
    public Streamer<T> With(
        SlabAllocator? allocator = null, MemoryBudget? budget = null, TimeSpan? poolTimeout = null, WorkingSet? workingSet = null) =>
        new ScopedStreamer<T>(this, allocator, budget, poolTimeout, workingSet);

    /// <summary>
    /// Releases at once what ended activations, of this streamer and of those below, keep for the next ones: slabs, loose samples, iterators.
    /// What is in use stays. Without it the memory goes with the streamer.
    /// </summary>
    public void Trim()
    {
        foreach (IStreamerNode input in Inputs)
        {
            input.Trim();
        }

        Forget(Interlocked.Exchange(ref _lastIdle, null));
        for (Activation<T>? idle = Interlocked.Exchange(ref _idle, null); idle is not null; idle = idle.NextIdle)
        {
            Forget(idle);
        }

        Interlocked.Exchange(ref _idleRun, null)?.ReleaseMemory();
    }

    /// <summary>What it is and does, in a line.</summary>
    public override string ToString() => Label;

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => Open();

    IEnumerator IEnumerable.GetEnumerator() => Open();

    string IStreamerNode.Label => Label;

    IEnumerable<IStreamerNode> IStreamerNode.Inputs => Inputs;

    internal RootSeed Root { get; }

    internal abstract string Label { get; }

    internal abstract IEnumerable<IStreamerNode> Inputs { get; }

    internal ulong? OwnSeed => _ownSeed;

    /// <summary>A part of the label.</summary>
    internal string SeedLabel => _ownSeed is { } seed ? string.Create(CultureInfo.InvariantCulture, $", seed {(long)seed}") : "";

    internal abstract Activation<T> Create();

    /// <summary>Begins an activation.</summary>
    /// <param name="scope">Of the run it belongs to.</param>
    /// <param name="derivedSeed">What its place in the tree gives.</param>
    /// <param name="isMixed">Whether the streamer's own seed is in that already, as in a root's.</param>
    internal virtual Activation<T> Activate(StreamScope scope, ulong derivedSeed, bool isMixed = false)
    {
        Activation<T> activation = TakeIdle();
        try
        {
            activation.Open(scope, _ownSeed is { } own && !isMixed ? RandomGenerator.Mix(derivedSeed, own) : derivedSeed);
            return activation;
        }
        catch
        {
            activation.Close();
            throw;
        }
    }

    /// <summary>Begins an activation where a saved one stood.</summary>
    internal virtual Activation<T> Load(StreamScope scope, StateReader reader)
    {
        Activation<T> activation = TakeIdle();
        try
        {
            activation.Load(scope, reader);
            return activation;
        }
        catch
        {
            activation.Close();
            throw;
        }
    }

    internal ActiveStream<T> Open(long limit, CancellationToken cancellationToken)
    {
        Run<T> run = TakeRun();
        return new ActiveStream<T>(run, run.OpenRoot(limit, cancellationToken));
    }

    internal Run<T> TakeRun() => Interlocked.Exchange(ref _idleRun, null) ?? new Run<T>(this);

    internal void Recycle(Run<T> run) => Volatile.Write(ref _idleRun, run);

    /// <summary>Counts an activation that does not come back: it ended in an error.</summary>
    internal void Discard() => Interlocked.Decrement(ref _created);

    internal void Recycle(Activation<T> activation)
    {
        if (Volatile.Read(ref _lastIdle) is not null || Interlocked.CompareExchange(ref _lastIdle, activation, null) is not null)
        {
            PushIdle(activation, activation);
        }
    }

    private Activation<T> TakeIdle() => Interlocked.Exchange(ref _lastIdle, null) ?? TakeIdleSlow();

    private Activation<T> TakeIdleSlow()
    {
        // Taken whole, because popping one by CAS would meet the ABA problem: activations come back.
        Activation<T>? first = Interlocked.Exchange(ref _idle, null);
        if (first is null)
        {
            return CreateMore();
        }

        if (first.NextIdle is { } rest)
        {
            first.NextIdle = null;
            if (Interlocked.CompareExchange(ref _idle, rest, null) is null)
            {
                return first;
            }

            Activation<T> last = rest;
            while (last.NextIdle is { } next)
            {
                last = next;
            }

            PushIdle(rest, last);
        }

        return first;
    }

    private void Forget(Activation<T>? idle)
    {
        if (idle is not null)
        {
            idle.ReleaseMemory();
            Discard();
        }
    }

    // Several, once all of those there are were open at once: how often one streamer is open at once in a mux with replacement has no bound,
    // and making one more at each new height would allocate for ever, more and more rarely.
    private Activation<T> CreateMore()
    {
        for (int spares = Volatile.Read(ref _created) == 0 ? 0 : Spares; spares > 0; spares--)
        {
            Activation<T> spare = Create();
            Interlocked.Increment(ref _created);
            PushIdle(spare, spare);
        }

        Activation<T> created = Create();
        Interlocked.Increment(ref _created);
        return created;
    }

    private void PushIdle(Activation<T> first, Activation<T> last)
    {
        Activation<T>? head = null;
        while (true)
        {
            last.NextIdle = head;
            Activation<T>? seen = Interlocked.CompareExchange(ref _idle, first, head);
            if (ReferenceEquals(seen, head))
            {
                return;
            }

            head = seen;
        }
    }
}
