namespace Pescador.Fast;

/// <summary>A consumer's link to the producer that it has met: takes what is announced. Used by the thread that takes.</summary>
internal sealed class SharedReception : IDisposable
{
    private const int MostMessages = 64; // that go with one announcement

    private readonly ZmqLimits _limits;
    private readonly SharedSegment _memory;
    private readonly SharedRing _ring;
    private readonly SharedDirectory _directory;
    private readonly SharedBell _pump;
    private readonly SharedBell _reaper;
    private readonly int _wakeAt; // when no more than these are left
    private readonly object _counting = new(); // so that the rings are not unmapped while they are read for counters
    private ZmqWorkerCounters? _last;
    private long _samples;
    private long _bytes;
    private bool _isEnded;

    private SharedReception(ControlSocket control, SharedSegment memory, int depth, SharedWaking waking, ZmqLimits limits)
    {
        Control = control;
        _memory = memory;
        _limits = limits;
        _wakeAt = depth / 2;
        _ring = new SharedRing(memory, isProducer: false, control.Peer);
        _directory = new SharedDirectory(limits, control.Peer, Release);
        _pump = waking == SharedWaking.Futex ? new FutexBell(_ring.PumpBell) : new RemoteBell(_ring.PumpBell, control);
        _reaper = waking == SharedWaking.Futex ? new FutexBell(_ring.ReaperBell) : new RemoteBell(_ring.ReaperBell, control);
    }

    internal ControlSocket Control { get; }

    /// <summary>Whether something was announced, or nothing will be any more.</summary>
    internal bool IsReady => _ring.HasAnnounced || _isEnded;

    /// <summary>What was done so far; from any thread, also after the end.</summary>
    internal ZmqWorkerCounters Counters
    {
        get
        {
            lock (_counting)
            {
                return _last ?? Count();
            }
        }
    }

    /// <summary>Shakes hands with a producer.</summary>
    internal static SharedReception Greet(ControlSocket control, SharedDoorbell doorbell, ZmqOptions options, CancellationToken cancellation)
    {
        var greeting = new SharedGreeting(IsProducer: false, doorbell.Waking, options.Depth, doorbell.Memory.LengthInBytes);
        (SharedGreeting peer, SharedSegment memory) = greeting.Exchange(control, doorbell.Memory.File, options, cancellation);
        try
        {
            return new SharedReception(control, memory, peer.Depth, doorbell.Waking, options.Limits);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Takes the next announcement.</summary>
    /// <exception cref="LinkLostException">The producer is gone, and all that it announced was taken.</exception>
    /// <exception cref="ProtocolException">It says what cannot be.</exception>
    internal bool TryTake(Stack<StateWriter> checkpoints, out Arrival arrival)
    {
        bool isEnded = _isEnded; // before the ring is read: what was announced before the end is in it
        if (!_ring.TryPeek(out Announcement announcement))
        {
            arrival = default;
            return isEnded ? throw new LinkLostException($"{Control.Peer} has died or left after {_samples} samples, without a word.") : false;
        }

        arrival = new Arrival();
        if ((uint)announcement.Messages > MostMessages)
        {
            throw new ProtocolException($"{Control.Peer} announced {announcement.Messages} messages; expected {MostMessages} at most.");
        }

        for (int i = 0; i < announcement.Messages; i++)
        {
            Read(ref arrival, checkpoints, i, announcement.Messages);
        }

        Fill(ref arrival, announcement);
        _ring.Take();
        if (_ring.Ready <= _wakeAt)
        {
            _pump.Ring(); // at half: woken for each, it would sleep again after each
        }

        return true;
    }

    /// <summary>Looks whether the producer still lives.</summary>
    internal void Look() => _isEnded = _isEnded || Control.IsEnded;

    /// <summary>Lets the producer reap what it has not, before this side sleeps.</summary>
    internal void BeforeWaiting()
    {
        if (_ring.Behind.Unreaped > 0)
        {
            _reaper.Ring();
        }
    }

    public void Dispose()
    {
        _directory.Close(); // no releases from here on
        Control.Dispose();
        lock (_counting)
        {
            _last ??= Count();
            _memory.Dispose();
        }
    }

    private ZmqWorkerCounters Count() => new(Control.Peer, _samples, _bytes, _ring.ProducerWait, _ring.Ready, 0, 0);

    private void Read(ref Arrival arrival, Stack<StateWriter> checkpoints, int index, int count)
    {
        if (!Control.TryReceive(_limits, out ControlMessage message))
        {
            throw new ProtocolException($"{Control.Peer} announced {count} messages, but sent {index}.");
        }

        switch (message.Kind)
        {
            case ControlKind.Checkpoint:
                message.File?.Dispose();
                arrival.Checkpoint ??= checkpoints.TryPop(out StateWriter? writer) ? writer : new StateWriter();
                arrival.Checkpoint.Clear();
                arrival.Checkpoint.Write(message.Body.Span);
                break;
            case ControlKind.Unsaved:
                message.File?.Dispose();
                arrival.Unsaved = System.Text.Encoding.UTF8.GetString(message.Body.Span);
                break;
            case ControlKind.Failure:
                message.File?.Dispose();
                arrival.Failure = ReadFailure(message);
                break;
            default:
                _directory.Apply(message);
                break;
        }
    }

    private RemoteException ReadFailure(ControlMessage message)
    {
        try
        {
            var reader = new StateReader(message.Body);
            return new RemoteException(Control.Peer, reader.ReadString(), reader.ReadString(), reader.ReadString());
        }
        catch (PescadorException error) when (error is not RemoteException)
        {
            throw new ProtocolException($"{Control.Peer} has failed, and did not say well why: {error.Message}", error);
        }
    }

    private void Fill(ref Arrival arrival, in Announcement announcement)
    {
        switch (announcement.Kind)
        {
            case AnnouncementKind.Sample:
                arrival.Kind = ArrivalKind.Sample;
                arrival.Sample = _directory.Lend(announcement.Slot, announcement.Form);
                _samples++;
                _bytes += arrival.Sample.Spec.TensorBytes;
                break;
            case AnnouncementKind.End:
                arrival.Kind = ArrivalKind.End;
                break;
            case AnnouncementKind.Failure when arrival.Failure is not null:
                arrival.Kind = ArrivalKind.Failure;
                break;
            default:
                throw new ProtocolException($"{Control.Peer} announced something of the kind {(int)announcement.Kind}, or a failure without words.");
        }
    }

    // On whatever thread disposes a sample, one at a time. The producer reaps by itself whenever it sends; its reaper is woken when that may be
    // too late, because what it waits for is here: with half of what is out. With less than two, it is woken before this side sleeps.
    private void Release(int slot)
    {
        _ring.Release(slot);
        if (_reaper.IsTaken)
        {
            (uint unreaped, uint isOut) = _ring.Behind;
            if (unreaped >= 2 && unreaped * 2 >= isOut)
            {
                _reaper.Ring();
            }
        }
    }
}
