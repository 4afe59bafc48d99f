namespace Pescador.Fast;

/// <summary>What comes from several workers, each in its lane, taken in turn. Adding is their readers' threads', taking the consumer's.</summary>
internal sealed class Gathering : IDisposable
{
    private readonly object _gate = new();
    private readonly Doorbell _doorbell;
    private readonly InletSettings _settings;
    private readonly StreamScope _scope;
    private readonly CancellationTokenSource _ending = new();
    private readonly Stack<StateWriter> _writers = [];
    private InletLane[] _lanes = []; // copied when one is added
    private int _next;
    private int _ended;
    private bool _isOver;
    private int _isDisposed;

    internal Gathering(Doorbell doorbell, InletSettings settings, StreamScope scope)
    {
        _doorbell = doorbell;
        _settings = settings;
        _scope = scope;
        Cancellation = _ending.Token;
    }

    /// <summary>Ends readers' waits when the inlet is disposed.</summary>
    internal CancellationToken Cancellation { get; }

    /// <summary>Whether all workers have told how they ended, or one has failed: nothing more is wanted.</summary>
    internal bool HasEnded => Volatile.Read(ref _ended) >= _settings.Workers;

    /// <summary>Whether something can be taken.</summary>
    internal bool HasArrival
    {
        get
        {
            bool isReady = false;
            foreach (InletLane lane in Volatile.Read(ref _lanes))
            {
                isReady |= lane.Ready > 0;
            }

            return isReady && !_isOver;
        }
    }

    /// <summary>Why nothing comes, though a worker sends: its slabs are all out, and have been for the pool's time-out.</summary>
    internal PescadorException? Starvation
    {
        get
        {
            PescadorException? starvation = null;
            foreach (InletLane lane in Volatile.Read(ref _lanes))
            {
                starvation ??= lane.Starvation;
            }

            return HasArrival ? null : starvation;
        }
    }

    internal ReadOnlySpan<InletLane> Lanes => Volatile.Read(ref _lanes);

    internal ReceivePool MakePool() => new(_settings.Options.Depth + 3, _scope.Allocator, _scope.Budget, _scope.PoolTimeout);

    /// <summary>The lane of a worker, which may come anew.</summary>
    /// <param name="worker">Its name, or that of its address.</param>
    /// <param name="isNumbered">Whether that name is its own. If not, it may be one that was lost under another address.</param>
    internal InletLane LaneOf(string worker, bool isNumbered)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            InletLane? lane = Array.Find(_lanes, lane => lane.IsNumbered == isNumbered && lane.Worker == worker);
            lane ??= isNumbered ? null : Array.Find(_lanes, static lane => !lane.IsNumbered && lane.IsLost);
            if (lane is null)
            {
                lane = new InletLane(worker, isNumbered, this);
                Volatile.Write(ref _lanes, [.. _lanes, lane]);
            }

            return lane;
        }
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="lane">Whose.</param>
    /// <param name="arrival">The sample.</param>
    /// <param name="lengthInBytes">Of its tensors.</param>
    /// <param name="isMoreComing">Whether another follows at once, which may do the ringing.</param>
    internal void Add(InletLane lane, in Arrival arrival, long lengthInBytes, bool isMoreComing)
    {
        // Rung for each, a consumer that is faster than the link would be woken for each: it takes several at once instead.
        int ready = lane.Add(arrival, lengthInBytes);
        if (!isMoreComing || ready > _settings.Options.Depth / 2)
        {
            _doorbell.Ring();
        }
    }

    /// <summary>A worker has ended well, or did not say how.</summary>
    internal void End(InletLane lane, bool isOfUnknownCause)
    {
        Interlocked.Increment(ref _ended);
        lane.Add(new Arrival { Kind = ArrivalKind.End, IsOfUnknownCause = isOfUnknownCause }, 0);
        _doorbell.Ring();
    }

    /// <summary>A worker has failed, or its link has, for good.</summary>
    /// <param name="lane">Whose; null where that is not known.</param>
    /// <param name="failure">What is thrown at the consumer.</param>
    internal void Fail(InletLane? lane, PescadorException failure)
    {
        if (Volatile.Read(ref _isDisposed) != 0)
        {
            return;
        }

        Volatile.Write(ref _ended, int.MaxValue / 2);
        lane ??= LaneOf("(unknown)", isNumbered: false);
        lane.Add(new Arrival { Kind = ArrivalKind.Failure, Failure = failure }, 0);
        _doorbell.Ring();
    }

    /// <summary>A worker's link was lost: an error now, or when it does not come back in time.</summary>
    /// <param name="lane">Whose; null of one that has sent nothing. A stranger's, then, unless strangers do not come here.</param>
    /// <param name="error">How.</param>
    internal void Lose(InletLane? lane, Exception error)
    {
        if (Cancellation.IsCancellationRequested || lane is { HasEnded: true } || (lane is null && !_settings.LossIsFailure))
        {
            return;
        }

        if (lane is not null && !_settings.LossIsFailure && _settings.Options.ReconnectTimeout > TimeSpan.Zero)
        {
            lane.Lose(error, _settings.Options.ReconnectTimeout);
            return;
        }

        string who = lane is null ? "The worker was lost before its first sample" : $"Worker '{lane.Worker}' was lost after {lane.Samples} samples";
        Fail(lane, new LinkLostException($"{who}: {error.Message}", error));
    }

    internal void GiveUp(InletLane lane, Exception error) => Fail(lane, new LinkLostException(
        $"Worker '{lane.Worker}' was lost after {lane.Samples} samples and did not come back within "
        + $"{_settings.Options.ReconnectTimeout.TotalSeconds:0.###} s: {error.Message}", error));

    /// <summary>Takes from the lanes in turn: a fast worker does not keep a slow one's samples waiting.</summary>
    internal bool TryTake(out Arrival arrival)
    {
        arrival = default;
        InletLane[] lanes = Volatile.Read(ref _lanes);
        for (int i = 0; i < lanes.Length && !_isOver; i++)
        {
            int index = (_next + i) % lanes.Length;
            if (lanes[index].TryTake(out arrival))
            {
                _next = (index + 1) % lanes.Length;
                _isOver = arrival.Kind == ArrivalKind.Failure;
                return true;
            }
        }

        return false;
    }

    /// <summary>A writer for a state that comes along.</summary>
    internal StateWriter TakeWriter()
    {
        lock (_writers)
        {
            return _writers.TryPop(out StateWriter? writer) ? writer : new StateWriter();
        }
    }

    /// <summary>Takes a writer back.</summary>
    internal void Recycle(StateWriter writer)
    {
        lock (_writers)
        {
            writer.Clear();
            _writers.Push(writer);
        }
    }

    internal void Ring() => _doorbell.Ring();

    internal void AddBatchCounters(ref PoolCounters sum)
    {
        foreach (InletLane lane in Volatile.Read(ref _lanes))
        {
            sum += lane.PoolCounters;
        }
    }

    internal void AddCounters(ICollection<ZmqWorkerCounters> counters)
    {
        foreach (InletLane lane in Volatile.Read(ref _lanes))
        {
            counters.Add(new ZmqWorkerCounters(lane.Worker, lane.Samples, lane.Bytes, lane.ProducerWait, lane.Ready, lane.Reconnects, 0));
        }
    }

    /// <summary>Makes readers' waits end; they are joined before <see cref="Dispose"/>.</summary>
    internal void BeginEnding()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _ending.Cancel();
            foreach (InletLane lane in Volatile.Read(ref _lanes))
            {
                lane.Wake();
            }
        }
    }

    /// <summary>Disposes what was not taken. Samples that are out stay good.</summary>
    public void Dispose()
    {
        BeginEnding();
        foreach (InletLane lane in Volatile.Read(ref _lanes))
        {
            lane.Dispose();
        }

        _ending.Dispose();
    }
}
