using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>
/// What a user's iterator is given: chance that repeats, memory, and other streams to open. Good while its activation runs.
/// </summary>
public sealed class StreamContext
{
    // Most iterators need neither list; what is not there need not be fetched into the cache when one is closed.
    private readonly Func<int, ulong> _childSeeds;
    private List<Sample>? _rented; // and not yielded, but for the last one
    private List<(IOpened Stream, long Ticket)>? _opened;
    private StreamScope? _scope;
    private SampleSpec? _looseSpec;
    private SamplePool? _loose;
    private RowWriter? _offered;
    private Sample _row;
    private Sample _lastRented; // alone, because most iterators rent one and yield it: a list would cost 3 ns for each

    internal StreamContext(Func<int, ulong> childSeeds) => _childSeeds = childSeeds;

    /// <summary>Random numbers from the activation's seed: what is drawn here repeats with the run.</summary>
    public StreamRandom Random { get; } = new(0);

    /// <summary>The activation's seed.</summary>
    public long Seed { get; private set; }

    /// <summary>Cancelled when the consumer gives up.</summary>
    public CancellationToken Cancellation => Scope.Cancellation;

    /// <summary>The budget that what the iterator takes should count against; null when there is none.</summary>
    public MemoryBudget? Budget => Scope.Budget;

    /// <summary>Memory for a sample, its content whatever was there before: to be filled and yielded.</summary>
    /// <remarks>Often the memory is the batch's own row, so that yielding costs no copy. After a yield, take the Memory of samples rented
    /// before it anew: it may have moved. What is not yielded is returned when the activation ends.</remarks>
    /// <param name="spec">Names, element types and shapes; the same object each time is fastest.</param>
    /// <returns>A sample that belongs to the iterator until it yields or disposes it.</returns>
    /// <exception cref="PescadorException">The budget is used up.</exception>
    public Sample Rent(SampleSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (_offered is { } rows)
        {
            _offered = null;
            if (rows.RowSpec.Equals(spec))
            {
                SampleCore core = Scope.Views.Rent();
                core.ViewRow(rows.RowSpec, rows.Blocks, rows.Row, rows.Batch);
                _row = new Sample(core);
                Track(_row);
                return _row;
            }
        }

        var sample = new Sample(LooseOf(spec).Rent());
        Track(sample);
        return sample;
    }

    /// <summary>A row of a table, without a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Sample View(TensorRows rows, nint row)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((nuint)row, (nuint)rows.Count, nameof(row));
        SampleCore core = Scope.Views.Rent();
        core.View(rows.RowSpec, rows.Blocks, row);
        return new Sample(core);
    }

    /// <summary>Opens another streamer: its seed, memory, state and end hang on this activation.</summary>
    public ActiveStream<T> Open<T>(Streamer<T> streamer)
    {
        ArgumentNullException.ThrowIfNull(streamer);
        Run<T> run = streamer.TakeRun();
        long ticket = run.OpenBelow(Scope, _childSeeds(_opened?.Count ?? 0));
        (_opened ??= []).Add((run, ticket));
        return new ActiveStream<T>(run, ticket);
    }

    internal void Begin(StreamScope scope, ulong seed)
    {
        if (!ReferenceEquals(scope, _scope))
        {
            _looseSpec = null;
            _loose = null;
            _scope = scope;
        }

        Seed = (long)seed;
        Random.Generator = new RandomGenerator(seed);
    }

    /// <summary>Closes what is open and returns what was rented and not yielded.</summary>
    internal void End()
    {
        _lastRented.Dispose();
        _lastRented = default;
        if (_opened is { Count: > 0 } || _rented is { Count: > 0 })
        {
            EndAll();
        }
    }

    /// <summary>The iterator gave a sample away.</summary>
    internal void Untrack(Sample sample)
    {
        if (sample == _lastRented)
        {
            _lastRented = default;
        }
        else if (_rented is not null)
        {
            _rented.Remove(sample);
        }
    }

    /// <summary>Offers the row that is written next to the first Rent.</summary>
    internal void Offer(RowWriter rows)
    {
        _offered = rows;
        _row = default;
    }

    /// <summary>Ends the offer.</summary>
    /// <returns>The row as a sample, if it was rented; it must be yielded or moved before the next row is begun.</returns>
    internal Sample EndOffer()
    {
        _offered = null;
        Sample row = _row;
        _row = default;
        return row;
    }

    /// <summary>Gives a row that was rented and not yielded memory of its own, with its content.</summary>
    internal void MoveToOwnMemory(Sample row)
    {
        using var own = new Sample(LooseOf(row.Spec).Rent());
        for (int i = 0; i < row.Count; i++)
        {
            TensorBlock.Copy(ref row[i].FirstByte, ref own[i].FirstByte, row.Spec[i].LengthInBytes);
        }

        row.Core.MoveFromRow(own.Core, own.Generation);
    }

    private StreamScope Scope => _scope ?? throw new InvalidOperationException("The stream has not begun.");

    private SamplePool LooseOf(SampleSpec spec)
    {
        if (_loose is null || !ReferenceEquals(spec, _looseSpec))
        {
            _loose = Scope.LooseOf(spec);
            _looseSpec = spec;
        }

        return _loose;
    }

    private void Track(Sample sample)
    {
        if (!_lastRented.IsDefault)
        {
            TrackInList(_lastRented);
        }

        _lastRented = sample;
    }

    // An iterator that disposes what it rents, instead of yielding it, must not make this grow for ever.
    private void TrackInList(Sample sample)
    {
        if (sample.IsDisposed)
        {
            return;
        }

        _rented ??= [];
        if (_rented.Count == _rented.Capacity && _rented.Count > 0)
        {
            _rented.RemoveAll(static tracked => tracked.IsDisposed);
        }

        _rented.Add(sample);
    }

    private void EndAll()
    {
        ExceptionDispatchInfo? first = null;
        for (int i = (_opened?.Count ?? 0) - 1; i >= 0; i--)
        {
            try
            {
                _opened![i].Stream.CloseIf(_opened[i].Ticket); // there are some
            }
            catch (Exception error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        _opened?.Clear();
        _rented?.ForEach(static sample => sample.Dispose());
        _rented?.Clear();
        first?.Throw();
    }
}
