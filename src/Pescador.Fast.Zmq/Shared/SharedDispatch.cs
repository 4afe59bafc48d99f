using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// A producer's link to its consumer: meets it, announces, keeps what is out, takes back what was released. Owned by an outlet, one thread of
/// which sends; a thread of its own reaps when that is blocked elsewhere, and sees the consumer die.
/// </summary>
/// <remarks>
/// No deadlock: every wait here ends with a tick, after which its condition is read anew, so a lost wake costs 50 ms at most. What the
/// sender waits for in the user's tree, a free slab, depends on the reaper alone; the reaper waits for nobody: its locks are held only
/// while samples are disposed, never while something is awaited.
/// </remarks>
internal sealed class SharedDispatch : IDisposable
{
    private readonly ZmqOptions _options;
    private readonly SharedWaking _waking;
    private readonly SharedMeeting _meeting;
    private readonly SharedSegment _memory;
    private readonly SharedRing _ring;
    private readonly SharedOut _out;
    private readonly SharedBell _pump;
    private readonly SharedBell _reaper;
    private readonly Func<bool> _hasRoom;
    private readonly Func<bool> _isTaken;
    private readonly Func<bool> _hasReleased;
    private readonly CancellationTokenSource _ending = new();
    private readonly ManualResetEventSlim _met = new();
    private readonly Thread _thread;
    private readonly AdaptiveSpin _returning = new();
    private long _sent;
    private ControlSocket? _control;
    private SharedSegment? _doorbellMemory;
    private SharedBell? _doorbell;
    private Exception? _lost;
    private volatile bool _isStopping;

    internal SharedDispatch(string path, bool isBinding, ZmqOptions options, SharedWaking waking, SharedSlabAllocator allocator)
    {
        _options = options;
        _waking = waking;
        _meeting = new SharedMeeting(path, isBinding, options);
        try
        {
            _memory = SharedSegment.Create(SharedRing.LengthInBytes);
        }
        catch
        {
            _meeting.Dispose();
            throw;
        }

        _ring = new SharedRing(_memory, isProducer: true, Endpoint);
        _out = new SharedOut(_ring, allocator);
        _pump = NewBell(_ring.PumpBell, isSpinning: true);
        _reaper = NewBell(_ring.ReaperBell, isSpinning: false);
        _hasRoom = () => HasRoom || IsOver;
        _isTaken = () => _ring.Untaken == 0 || IsOver;
        _hasReleased = () => _ring.HasReleased || IsOver;
        if (_reaper is PollBell heard)
        {
            heard.Woken = _pump.RingAtOnce; // the sender's wakes come over the same socket
        }

        _thread = new Thread(Run) { IsBackground = true, Name = $"Pescador {path}" };
        _thread.Start();
    }

    internal string Endpoint => _meeting.Endpoint;

    internal TimeSpan Waited => _pump.Waited;

    private bool IsOver => _isStopping || Volatile.Read(ref _lost) is not null;

    private bool HasRoom => _ring.Untaken < _options.Depth && _out.Count < SharedRing.Slots;

    /// <summary>Waits for a consumer, and until it has taken enough.</summary>
    /// <exception cref="LinkLostException">It is gone.</exception>
    internal ControlSocket AwaitRoom(CancellationToken cancellation)
    {
        ControlSocket control = AwaitConsumer(Timeout.InfiniteTimeSpan, cancellation);
        Reap();
        if (!HasRoom)
        {
            AwaitCondition(_hasRoom, Timeout.InfiniteTimeSpan, cancellation);
            ThrowIfOver();
        }

        return control;
    }

    /// <summary>Waits until all that was announced was taken; no longer than the time-out, and not when nobody is there any more.</summary>
    internal void AwaitTaken(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            AwaitCondition(_isTaken, timeout, cancellation);
        }
        catch (TimeoutException)
        {
            // Announced it is: the consumer finds it in its own mapping, whenever it looks.
        }
    }

    /// <summary>Announces a sample, which is kept until it is released.</summary>
    internal void Announce(Sample sample, SharedPlace place, int form, int messages)
    {
        ThrowIfOver();
        if (!_out.TryAdd(sample, place))
        {
            ThrowIfOver();
        }

        _sent++;
        _ring.Announce(AnnouncementKind.Sample, place.Slot, form, messages);
        _doorbell?.Ring();
        if (place.Group.IsAllOut && _returning.Try(_hasReleased))
        {
            Reap(); // what the tree does next is to wait for a slab: seen here it costs less than by way of the reaper
        }
    }

    /// <summary>Announces an end, for which there always is room: a depth is less than the ring.</summary>
    internal void Announce(AnnouncementKind end, int messages)
    {
        ThrowIfOver();
        _ring.Announce(end, 0, 0, messages);
        _doorbell?.Ring();
    }

    /// <summary>What the caller is told of an error.</summary>
    internal Exception Explain(Exception error)
    {
        if (error is ObjectDisposedException && Volatile.Read(ref _lost) is { } lost)
        {
            error = lost; // the control socket was closed under the sender
        }

        if (error is not (LinkLostException or ProtocolException) || _isStopping)
        {
            return error;
        }

        Lose(error);
        return error is ProtocolException ? error : new LinkLostException($"{Endpoint}: the consumer left after {_sent} samples.", error);
    }

    /// <summary>Ends every wait, from any thread, brings home what is out, and joins the thread.</summary>
    internal void Stop()
    {
        _isStopping = true;
        _ending.Cancel();
        _met.Set();
        _pump.RingAtOnce();
        _reaper.RingAtOnce();
        _thread.Join();
    }

    /// <summary>Ends the link; it was stopped, and nobody sends any more.</summary>
    public void Dispose()
    {
        _meeting.Dispose();
        _doorbellMemory?.Dispose();
        _memory.Dispose();
        (_pump as PollBell)?.Dispose();
        (_reaper as PollBell)?.Dispose();
        _ending.Dispose();
        _met.Dispose();
    }

    private SharedBell NewBell(nint words, bool isSpinning) =>
        _waking == SharedWaking.Futex ? new FutexBell(words, isSpinning) : new PollBell(words, isSpinning);

    /// <summary>Waits for a consumer.</summary>
    /// <exception cref="LinkLostException">It is gone.</exception>
    /// <exception cref="TimeoutException">It did not come.</exception>
    internal ControlSocket AwaitConsumer(TimeSpan timeout, CancellationToken cancellation)
    {
        if (!_met.IsSet)
        {
            if (!_met.Wait(timeout, cancellation))
            {
                throw new TimeoutException($"{Endpoint}: no consumer came within {timeout.TotalSeconds:0.###} s.");
            }
        }

        ThrowIfOver();
        return _control!; // set before the event
    }

    private void AwaitCondition(Func<bool> condition, TimeSpan timeout, CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            cancellation.ThrowIfCancellationRequested();
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(begun) >= timeout)
            {
                throw new TimeoutException($"{Endpoint}: the consumer took nothing for {timeout.TotalSeconds:0.###} s.");
            }

            _ = _pump.Wait(condition);
            Reap();
        }

        _ring.ProducerWait = Waited;
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_isStopping, typeof(SharedOutlet));
        if (Volatile.Read(ref _lost) is { } lost)
        {
            throw lost is PescadorException ? lost : new LinkLostException($"{Endpoint}: {lost.Message}", lost);
        }
    }

    private void Reap() => _out.Reap(_control?.Peer ?? Endpoint);

    private void Run()
    {
        try
        {
            _control = _meeting.Meet(Greet, _ending.Token);
            _met.Set();
            (_reaper as PollBell)?.Add(_control);
            while (!IsOver)
            {
                if (!_reaper.Wait(_hasReleased))
                {
                    Look(_control);
                }

                Reap();
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
        catch (Exception error)
        {
            Lose(error);
        }

        // What is out comes home before the sender is waited for: it may be waiting for just that.
        Lose(new ObjectDisposedException(nameof(SharedOutlet)));
    }

    private void Look(ControlSocket control)
    {
        _meeting.TurnAway();
        if (control.IsEnded)
        {
            Lose(new LinkLostException($"{control.Peer} has died or left."));
        }
    }

    private void Greet(ControlSocket control)
    {
        var greeting = new SharedGreeting(IsProducer: true, _waking, _options.Depth, _memory.LengthInBytes);
        _doorbellMemory = greeting.Exchange(control, _memory.File, _options, _ending.Token).Memory;
        _doorbell = _waking == SharedWaking.Futex
            ? new FutexBell(_doorbellMemory.Address)
            : new RemoteBell(_doorbellMemory.Address, control);
    }

    private void Lose(Exception error)
    {
        _ = Interlocked.CompareExchange(ref _lost, error, null); // first, or something could still go out
        _out.Close();
        _control?.Dispose();
        _met.Set();
        _pump.RingAtOnce();
    }
}
