using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>One worker as the consumer sees it: what runs it, what comes from it, and where the consumer stands in its stream.</summary>
internal sealed class WorkerLink(WorkerPlan plan, int number)
{
    private readonly PrefetchPosition _position = new();
    private readonly WorkerRunner? _runner = plan.CreateRunner(number);
    private Inlet? _inlet;
    private StreamScope? _scope;
    private Doorbell? _doorbell;
    private ZmqWorkerCounters _before; // of the links before the last restart
    private long _takenBefore;
    private long _taken; // since the position that this run, or restart, began with
    private string? _unsaved;
    private int _ends; // workers of this link that have ended
    private int _unknownEnds;
    private int _restarts;
    private long _exitSeen; // when it was first seen that the worker had exited; 0 before
    private long _started;

    internal bool HasEnded => _position.HasEnded;

    /// <summary>How many workers ended without saying how. A glimpse, from any thread.</summary>
    internal int UnknownEnds => Volatile.Read(ref _unknownEnds);

    internal long Taken => _takenBefore + _taken;

    /// <summary>Whether <see cref="TryTake"/> has something to take.</summary>
    internal bool HasArrival => !HasEnded && _inlet is { HasArrival: true };

    internal void Begin(ulong seed)
    {
        _position.Begin(seed);
        Volatile.Write(ref _inlet, null); // the last run's
        _before = default;
        _takenBefore = _taken = 0;
        _unsaved = null;
        _restarts = _ends = _unknownEnds = 0;
    }

    internal void Start(StreamScope scope, Doorbell doorbell)
    {
        (_scope, _doorbell) = (scope, doorbell);
        if (!HasEnded) // as it may have been restored
        {
            Start();
        }
    }

    /// <summary>Takes the next sample, if it is there; sees the end.</summary>
    /// <exception cref="PescadorException">The worker failed, or died.</exception>
    internal bool TryTake(out Sample sample)
    {
        Inlet inlet = _inlet ?? throw new UnreachableException("taken from before it began");
        while (inlet.TryTake(out Arrival arrival))
        {
            sample = arrival.Sample;
            switch (arrival.Kind)
            {
                case ArrivalKind.Sample:
                    _taken++;
                    if (arrival.Checkpoint is { } checkpoint)
                    {
                        inlet.Recycle(_position.Exchange(checkpoint, _taken));
                    }

                    _unsaved ??= arrival.Unsaved;
                    return true;
                case ArrivalKind.End:
                    _unknownEnds += arrival.IsOfUnknownCause ? 1 : 0;
                    if (++_ends == plan.Workers / plan.Links)
                    {
                        _position.HasEnded = true;
                        return false;
                    }

                    break; // the others of this link go on
                default:
                    Fail(arrival.Failure ?? new PescadorException("The worker failed without a reason."));
                    return false;
            }
        }

        sample = default;
        Check(inlet);
        return false;
    }

    internal void Stop() => _runner?.Stop();

    internal void End(TimeSpan timeout, ref ExceptionDispatchInfo? first)
    {
        try
        {
            Close(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
        }
        catch (Exception error)
        {
            first ??= ExceptionDispatchInfo.Capture(error);
        }
    }

    internal void Save(StateWriter writer)
    {
        if (_unsaved is { } why && !HasEnded)
        {
            throw new PescadorException($"{Name}'s state cannot be saved: {why}");
        }

        _position.Save(writer, _taken);
    }

    internal void Load(StateReader reader) => _position.Load(reader);

    internal void AddCounters(ICollection<ZmqWorkerCounters> counters)
    {
        var own = new List<ZmqWorkerCounters>();
        Volatile.Read(ref _inlet)?.AddCounters(own);
        if (_runner is null)
        {
            own.ForEach(counters.Add);
            return;
        }

        counters.Add(own.Aggregate(_before, Add) with { Worker = Number, Restarts = _restarts });
    }

    internal void AddBatchCounters(ref PoolCounters sum) => _inlet?.AddBatchCounters(ref sum);

    internal void ReleaseMemory() => _runner?.ReleaseMemory();

    private string Number => (number + 1).ToString(CultureInfo.InvariantCulture);

    private string Name => plan.Workers == 1 ? "The worker" : string.Create(CultureInfo.InvariantCulture, $"Worker {Number} of {plan.Workers}");

    private void Start()
    {
        _exitSeen = 0;
        _started = Stopwatch.GetTimestamp();
        _inlet = plan.OpenInlet(number, _doorbell!, _scope!); // given by Start
        byte[]? checkpoint = _position.HasCheckpoint ? _position.Checkpoint.ToArray() : null;
        _runner?.Start(_inlet.Endpoint, new StreamStart(_position.Seed, checkpoint, _position.CountAtStart), _scope!, _doorbell!);
    }

    // The inlet stays for who asks for counters.
    private void Close(TimeSpan timeout)
    {
        try
        {
            _inlet?.Dispose();
        }
        finally
        {
            _runner?.Join(timeout);
            _runner?.Dispose();
        }
    }

    // Nothing has come: is there still somebody it could come from?
    private void Check(Inlet inlet)
    {
        if (_runner is { HasExited: true })
        {
            // What it sent before may still be on its way, and then comes the loss of the link; that is not waited for longer than for anything else.
            long now = Stopwatch.GetTimestamp();
            _exitSeen = _exitSeen == 0 ? now : _exitSeen;
            if (!inlet.HasConnected || Stopwatch.GetElapsedTime(_exitSeen, now) > plan.Options.Timeout)
            {
                Fail(new LinkLostException(inlet.HasConnected ? "It ended without saying how." : "It ended before it had connected."));
            }
        }
        else if (plan.StartTimeout is { } timeout && !inlet.HasConnected && Stopwatch.GetElapsedTime(_started) > timeout)
        {
            Fail(new LinkLostException($"It did not connect within {timeout.TotalSeconds:0.###} s."));
        }
        else if (inlet.Starvation is { } starvation)
        {
            throw starvation;
        }
    }

    // A worker's own exception ends the stream; one that died is started anew, as often as was asked for.
    private void Fail(PescadorException failure)
    {
        if (failure is not RemoteException)
        {
            _scope!.Cancellation.ThrowIfCancellationRequested(); // given by Start; what was cancelled here lets go of its link
        }

        if (failure is RemoteException || _runner is null)
        {
            _position.HasEnded = true;
            throw failure is RemoteException remote && _runner is not null
                ? new RemoteException(Name, remote.RemoteType, remote.RemoteMessage, remote.RemoteStackTrace) // the link knows it by another name
                : failure;
        }

        _runner.Stop();
        if (_restarts == plan.MaxRestarts)
        {
            _position.HasEnded = true;
            throw new PescadorException($"{Name} died after {Taken} samples. {_runner.DescribeEnd()} {failure.Message}".TrimEnd(), failure);
        }

        Close(TimeSpan.Zero); // whatever it still does, it does for nobody
        var own = new List<ZmqWorkerCounters>();
        _inlet?.AddCounters(own);
        _before = own.Aggregate(_before, Add) with { Ready = 0 };
        _restarts++;

        // To restart is to save and to restore.
        var writer = new StateWriter();
        _position.Save(writer, _taken);
        _position.Load(new StateReader(writer.Written.ToArray()));
        _takenBefore += _taken;
        _taken = 0;
        Start();
        _doorbell!.Ring(); // given by Start
    }

    private static ZmqWorkerCounters Add(ZmqWorkerCounters sum, ZmqWorkerCounters more) => sum with
    {
        Samples = sum.Samples + more.Samples,
        Bytes = sum.Bytes + more.Bytes,
        ProducerWait = sum.ProducerWait + more.ProducerWait,
        Ready = sum.Ready + more.Ready,
        Reconnects = sum.Reconnects + more.Reconnects,
    };
}
