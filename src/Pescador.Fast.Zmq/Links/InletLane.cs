namespace Pescador.Fast;

/// <summary>What comes from one worker, in its order, until it is taken: a queue that nothing bounds but the slabs its samples lie in. One thread adds,
/// the inlet's consumer takes.</summary>
internal sealed class InletLane : ISampleMemory, IDisposable
{
    private readonly object _gate = new();
    private readonly Gathering _gathering;
    private readonly ReceivePool _pool;
    private readonly Queue<Arrival> _arrivals;
    private readonly Timer _comesBack;
    private IDisposable? _link;
    private Exception? _lost;
    private PescadorException? _starvation;
    private Action? _taken;
    private int _ready;
    private bool _readerWaits;
    private bool _isDisposed;

    internal InletLane(string worker, bool isNumbered, Gathering gathering)
    {
        Worker = worker;
        IsNumbered = isNumbered;
        _gathering = gathering;
        _pool = gathering.MakePool();
        _arrivals = new Queue<Arrival>(_pool.SlabCount + 2); // and how it ends
        _comesBack = new Timer(static lane => ((InletLane)lane!).GiveUp(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The name it gave itself, or of its address.</summary>
    internal string Worker { get; }

    /// <summary>Whether it numbers its samples, and tells how it ends.</summary>
    internal bool IsNumbered { get; }

    /// <summary>How many samples it has sent so far; of the next one, the number.</summary>
    internal long Samples { get; private set; }

    internal long Bytes { get; private set; }

    internal long Reconnects { get; private set; }

    /// <summary>How long the worker waited for room, as it last told.</summary>
    internal TimeSpan ProducerWait { get; set; }

    /// <summary>Whether it has told how it ended.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether its link was lost, and may come back.</summary>
    internal bool IsLost => Volatile.Read(ref _lost) is not null;

    /// <summary>Why nothing can be received: its reader has waited the pool's time-out for a slab, while nothing is ready.</summary>
    internal PescadorException? Starvation => Volatile.Read(ref _starvation);

    /// <summary>How many arrivals are ready.</summary>
    internal int Ready => Volatile.Read(ref _ready);

    internal PoolCounters PoolCounters => _pool.Counters;

    /// <summary>Begins to add, over a link that may be a new one; ends the old one if it was not seen to be lost.</summary>
    /// <param name="link">Disposed from here, if another takes its place.</param>
    /// <param name="taken">Called after each take.</param>
    /// <exception cref="OperationCanceledException">The inlet was disposed.</exception>
    internal void Enter(IDisposable link, Action? taken = null)
    {
        lock (_gate)
        {
            while (_link is { } old)
            {
                old.Dispose();
                if (_link is not null)
                {
                    Monitor.Wait(_gate); // for its reader to see it
                }

                _gathering.Cancellation.ThrowIfCancellationRequested();
            }

            _link = link;
            _taken = taken;
            if (_lost is not null)
            {
                _lost = null;
                Reconnects++;
                _comesBack.Change(Timeout.Infinite, Timeout.Infinite);
            }
        }
    }

    /// <summary>Ends adding over a link.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _link = null;
            _taken = null;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The link was lost: the worker may come back within a time.</summary>
    internal void Lose(Exception error, TimeSpan comesBackWithin)
    {
        lock (_gate)
        {
            if (!HasEnded && !_isDisposed)
            {
                _lost = error;
                _comesBack.Change(comesBackWithin, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Lends room for a sample; waits, as long as it takes, for the consumer to take what is ready, or to give something back.</summary>
    /// <exception cref="OperationCanceledException">The inlet was disposed.</exception>
    public Sample Rent(SampleSpec spec) =>
        Ready < _pool.SlabCount && _pool.TryRent(spec, out Sample sample) ? sample : RentSlow(spec, _gathering.Cancellation);

    /// <summary>The same for a sender in this process.</summary>
    /// <param name="spec">The form.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="ending">Ends it, too.</param>
    internal Sample Rent(SampleSpec spec, CancellationToken cancellation, CancellationToken ending)
    {
        if (Ready < _pool.SlabCount && _pool.TryRent(spec, out Sample sample))
        {
            return sample;
        }

        using var any = CancellationTokenSource.CreateLinkedTokenSource(_gathering.Cancellation, cancellation, ending);
        using CancellationTokenRegistration wake = any.Token.UnsafeRegister(static lane => ((InletLane)lane!).Wake(), this);
        return RentSlow(spec, any.Token);
    }

    /// <summary>Adds what has come.</summary>
    /// <returns>How many are ready.</returns>
    internal int Add(in Arrival arrival, long lengthInBytes)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                arrival.Sample.Dispose();
                return 0;
            }

            if (arrival.Kind == ArrivalKind.Sample)
            {
                Samples++;
                Bytes += lengthInBytes;
            }
            else
            {
                HasEnded = true;
            }

            _arrivals.Enqueue(arrival);
            _ready = _arrivals.Count;
            return _ready;
        }
    }

    /// <summary>Takes what is ready, if something is.</summary>
    internal bool TryTake(out Arrival arrival)
    {
        arrival = default;
        if (Ready == 0)
        {
            return false;
        }

        Action? taken;
        lock (_gate)
        {
            if (!_arrivals.TryDequeue(out arrival))
            {
                return false;
            }

            _ready = _arrivals.Count;
            taken = _taken;

            // Half of it at once: woken for each, the reader would read one and wait again.
            if (_readerWaits && _ready <= _pool.SlabCount / 2)
            {
                Monitor.PulseAll(_gate);
            }
        }

        taken?.Invoke();
        return true;
    }

    /// <summary>Disposes what was not taken; what is out comes home later. Its reader fails.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_arrivals.TryDequeue(out Arrival arrival))
            {
                arrival.Sample.Dispose();
            }

            _ready = 0;
            Monitor.PulseAll(_gate);
        }

        _comesBack.Dispose();
        _pool.Dispose();
    }

    /// <summary>Wakes whoever waits here, to see that the inlet is being disposed.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    // While something is ready, the consumer will take it, and looks in here as it does: however long it thinks, that is no error. When
    // nothing is, only a return helps, of which the pool tells.
    private Sample RentSlow(SampleSpec spec, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Ready > 0)
            {
                _gathering.Ring(); // the last ones may have been added quietly; not under the lock, which whoever is rung for takes
            }

            if (TryRentOrWait(spec, cancellation, out Sample sample))
            {
                Volatile.Write(ref _starvation, null);
                return sample;
            }

            if (Ready > 0)
            {
                continue;
            }

            try
            {
                sample = _pool.Rent(spec, cancellation);
                Volatile.Write(ref _starvation, null);
                return sample;
            }
            catch (PescadorException error)
            {
                Volatile.Write(ref _starvation, error); // the consumer may be thinking; should it wait, this is why in vain
                _gathering.Ring();
            }
        }
    }

    private bool TryRentOrWait(SampleSpec spec, CancellationToken cancellation, out Sample sample)
    {
        lock (_gate)
        {
            if (_arrivals.Count < _pool.SlabCount && _pool.TryRent(spec, out sample))
            {
                return true;
            }

            sample = default;
            if (_arrivals.Count > 0 && !cancellation.IsCancellationRequested)
            {
                _readerWaits = true;
                Monitor.Wait(_gate);
                _readerWaits = false;
            }

            return false;
        }
    }

    private void GiveUp()
    {
        Exception? lost = Volatile.Read(ref _lost);
        if (lost is not null)
        {
            _gathering.GiveUp(this, lost);
        }
    }
}
