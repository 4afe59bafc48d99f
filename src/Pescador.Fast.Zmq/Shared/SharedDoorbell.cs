namespace Pescador.Fast;

/// <summary>Where a consumer waits for several producers of other processes at once. Made by the consumer's activation, which disposes it after its
/// inlets.</summary>
internal sealed class SharedDoorbell : Doorbell
{
    private readonly Func<bool> _isReady;
    private readonly Action _parking;
    private readonly SharedSegment _memory;
    private readonly SharedBell _bell;
    private readonly object _gate = new();
    private SharedInlet[] _inlets = [];
    private bool _isDisposed;

    /// <summary>A doorbell without inlets.</summary>
    /// <param name="isReady">Whether there is nothing to wait for; when null, as soon as something came to one of its inlets.</param>
    /// <param name="waking">How producers wake this process; the best there is by default.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on 64 bits.</exception>
    internal SharedDoorbell(Func<bool>? isReady = null, SharedWaking? waking = null)
    {
        SharedMeeting.ThrowIfUnsupported();
        _isReady = isReady ?? IsAnyReady;
        _parking = BeforeWaiting;
        Waking = waking ?? SharedBell.BestWaking;
        _memory = SharedSegment.Create(SharedBell.LengthInBytes);
        _bell = Waking == SharedWaking.Futex ? new FutexBell(_memory.Address) : new PollBell(_memory.Address);
    }

    internal SharedWaking Waking { get; }

    internal override TimeSpan Waited => _bell.Waited;

    /// <summary>What producers map.</summary>
    internal SharedSegment Memory => _memory;

    /// <summary>Waits until something came; returns after a tick, too, having looked whether the producers live.</summary>
    internal override void Wait()
    {
        if (!_bell.Wait(_isReady, _parking))
        {
            foreach (SharedInlet inlet in _inlets)
            {
                inlet.Look();
            }
        }
    }

    internal override void Ring()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _bell.Ring(); // a cancellation may come late, when the words are unmapped
            }
        }
    }

    /// <summary>Waits for that inlet, too.</summary>
    internal void Add(SharedInlet inlet)
    {
        lock (_gate)
        {
            _inlets = [.. _inlets, inlet];
        }
    }

    internal void Remove(SharedInlet inlet)
    {
        lock (_gate)
        {
            _inlets = Array.FindAll(_inlets, other => other != inlet);
        }
    }

    /// <summary>Hears what comes on that socket; on the consumer's thread.</summary>
    internal void Listen(ControlSocket control) => (_bell as PollBell)?.Add(control);

    internal void Unlisten(ControlSocket control) => (_bell as PollBell)?.Remove(control);

    public override void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            (_bell as PollBell)?.Dispose();
            _memory.Dispose();
        }

        base.Dispose();
    }

    private void BeforeWaiting()
    {
        foreach (SharedInlet inlet in _inlets)
        {
            inlet.BeforeWaiting();
        }
    }

    private bool IsAnyReady()
    {
        foreach (SharedInlet inlet in _inlets)
        {
            if (inlet.HasArrival)
            {
                return true;
            }
        }

        return false;
    }
}
