namespace Pescador.Fast;

/// <summary>The consumer's end of shared slabs: samples stand over the producer's own memory, and what it built is not copied again.</summary>
/// <remarks>Taken from, waited for and disposed by one thread at a time; samples may be disposed by any, also after the inlet.</remarks>
internal sealed class SharedInlet : Inlet
{
    private readonly SharedMeeting _meeting;
    private readonly SharedDoorbell _doorbell;
    private readonly ZmqOptions _options;
    private readonly CancellationTokenSource _ending = new();
    private readonly Thread _thread;
    private readonly Stack<StateWriter> _checkpoints = new();
    private readonly object _counting = new();
    private ZmqWorkerCounters? _lastCounters;
    private SharedReception? _arriving; // made by the thread that meets the producer
    private SharedReception? _link;
    private PescadorException? _unmet;
    private bool _isOver;
    private bool _isDisposed;

    /// <summary>Binds the path, or connects to whoever has bound it or will.</summary>
    /// <param name="path">Of the control socket.</param>
    /// <param name="isBinding">Whether this side binds it.</param>
    /// <param name="options">Time-outs and limits.</param>
    /// <param name="doorbell">Rung when something came. Disposed after the inlet, by its owner.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="PescadorException">The path is in use or cannot be bound.</exception>
    internal SharedInlet(string path, bool isBinding, ZmqOptions options, SharedDoorbell doorbell)
    {
        options.Check();
        _options = options;
        _doorbell = doorbell;
        _meeting = new SharedMeeting(path, isBinding, options);
        if (isBinding)
        {
            options.Bound?.Invoke(_meeting.Endpoint);
        }

        doorbell.Add(this);
        _thread = new Thread(Meet) { IsBackground = true, Name = $"Pescador {path}" };
        _thread.Start();
    }

    internal override string Endpoint => _meeting.Endpoint;

    /// <summary>Whether there is something to take. For the thread that takes.</summary>
    internal override bool HasArrival => !_isOver && !_isDisposed && (_link is { } link
        ? link.IsReady
        : Volatile.Read(ref _arriving) is not null || Volatile.Read(ref _unmet) is not null);

    internal override bool HasConnected => _link is not null || Volatile.Read(ref _arriving) is not null;

    internal override bool TryTake(out Arrival arrival)
    {
        arrival = default;
        if (_isOver || _isDisposed)
        {
            return false;
        }

        if (_link is null && !TryBegin())
        {
            return Volatile.Read(ref _unmet) is { } unmet && Fail(unmet, out arrival);
        }

        try
        {
            bool isTaken = _link!.TryTake(_checkpoints, out arrival); // TryBegin has set it
            if (isTaken && arrival.Kind != ArrivalKind.Sample)
            {
                End();
            }

            return isTaken;
        }
        catch (PescadorException error)
        {
            return Fail(error, out arrival);
        }
    }

    internal override void Recycle(StateWriter checkpoint) => _checkpoints.Push(checkpoint);

    internal override void AddCounters(ICollection<ZmqWorkerCounters> counters)
    {
        lock (_counting)
        {
            if (_lastCounters is { } last)
            {
                counters.Add(last);
            }
            else if (_link is { } link)
            {
                counters.Add(link.Counters);
            }
        }
    }

    /// <summary>Looks whether the producer still lives; on the thread that takes.</summary>
    internal void Look()
    {
        if (!_isOver && !_isDisposed)
        {
            _link?.Look();
            if (!_thread.IsAlive)
            {
                _meeting.TurnAway();
            }
        }
    }

    /// <summary>Told before the thread that takes goes to sleep.</summary>
    internal void BeforeWaiting() => _link?.BeforeWaiting();

    public override void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _doorbell.Remove(this);
        _ending.Cancel();
        _thread.Join();
        if (_link is not null && !_isOver)
        {
            _doorbell.Unlisten(_link.Control);
        }

        lock (_counting)
        {
            _lastCounters = _link?.Counters; // partly in memory that goes now
            (_link ?? _arriving)?.Dispose();
        }

        _meeting.Dispose();
        _ending.Dispose();
    }

    private bool TryBegin()
    {
        if (Volatile.Read(ref _arriving) is not { } link)
        {
            return false;
        }

        _doorbell.Listen(link.Control);
        _link = link;
        return true;
    }

    private bool Fail(PescadorException error, out Arrival arrival)
    {
        End();
        _link?.Control.Dispose(); // the producer sees that nobody listens any more
        arrival = new Arrival { Kind = ArrivalKind.Failure, Failure = error };
        return true;
    }

    private void End()
    {
        _isOver = true;
        if (_link is not null)
        {
            _doorbell.Unlisten(_link.Control);
        }
    }

    private void Meet()
    {
        SharedReception? link = null;
        try
        {
            _ = _meeting.Meet(
                control => link = SharedReception.Greet(control, _doorbell, _options, _ending.Token), _ending.Token);
            Volatile.Write(ref _arriving, link);
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
        catch (Exception error)
        {
            Volatile.Write(ref _unmet, error as PescadorException ?? new PescadorException($"{Endpoint}: {error.Message}", error));
        }

        _doorbell.Ring();
    }
}
