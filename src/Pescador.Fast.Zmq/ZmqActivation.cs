using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>Takes from the workers, in turn or as they come. Everything here runs on the consumer's thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposed by End.")]
internal sealed class ZmqActivation : Activation<Sample>
{
    // How often a consumer that waits looks whether a worker has died unseen, or it holds all slabs itself.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly ZmqStreamer _recipe;
    private readonly WorkerPlan _plan;
    private readonly WorkerLink[] _links;
    private Doorbell? _doorbell; // while the links are open
    private Timer? _tick;
    private CancellationTokenRegistration _wake;
    private long _begun;
    private int _turn;

    internal ZmqActivation(ZmqStreamer recipe, WorkerPlan plan)
        : base(recipe)
    {
        (_recipe, _plan) = (recipe, plan);
        _links = new WorkerLink[plan.Links];
        for (int i = 0; i < _links.Length; i++)
        {
            _links[i] = new WorkerLink(plan, i);
        }
    }

    internal override bool TryNext([MaybeNullWhen(false)] out Sample item)
    {
        if (_doorbell is null)
        {
            Start();
        }

        while (true)
        {
            if (TryTake(out item, out bool hasEnded))
            {
                return true;
            }

            if (hasEnded)
            {
                return false;
            }

            Scope.Cancellation.ThrowIfCancellationRequested();
            _doorbell.Wait();
        }
    }

    /// <summary>A glimpse, from any thread.</summary>
    internal IReadOnlyList<ZmqWorkerCounters> Counters()
    {
        var counters = new List<ZmqWorkerCounters>();
        foreach (WorkerLink link in _links)
        {
            link.AddCounters(counters);
        }

        return counters;
    }

    internal int UnknownEnds => _links.Sum(static link => link.UnknownEnds);

    internal override void AddPrefetchCounters(ref PrefetchCounters sum)
    {
        TimeSpan elapsed = _doorbell is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begun);
        TimeSpan waited = _doorbell?.Waited ?? TimeSpan.Zero;
        IReadOnlyList<ZmqWorkerCounters> counters = Counters();
        sum += new PrefetchCounters(
            _links.Sum(static link => link.Taken),
            counters.Aggregate(TimeSpan.Zero, static (all, worker) => all + worker.ProducerWait),
            waited,
            elapsed,
            _plan.Workers,
            _plan.Options.Depth,
            counters.Sum(static worker => worker.Ready));
    }

    internal override void AddBatchCounters(ref PoolCounters sum)
    {
        foreach (WorkerLink link in _links)
        {
            link.AddBatchCounters(ref sum);
        }
    }

    internal override void ReleaseMemory()
    {
        foreach (WorkerLink link in _links)
        {
            link.ReleaseMemory();
        }
    }

    protected override void Begin()
    {
        _turn = 0;
        for (int i = 0; i < _links.Length; i++)
        {
            _links[i].Begin(NextChildSeed(i));
        }

        _recipe.Note(this);
    }

    protected override void End()
    {
        if (_doorbell is null)
        {
            return;
        }

        ExceptionDispatchInfo? first = null;
        foreach (WorkerLink link in _links)
        {
            link.Stop();
        }

        long begun = Stopwatch.GetTimestamp();
        foreach (WorkerLink link in _links)
        {
            link.End(_plan.Options.Timeout - Stopwatch.GetElapsedTime(begun), ref first);
        }

        _wake.Dispose();
        using (var ended = new ManualResetEvent(false))
        {
            // Nobody rings a doorbell that is gone.
            if (_tick?.Dispose(ended) == true)
            {
                ended.WaitOne();
            }
        }

        _tick = null;
        _doorbell.Dispose();
        _doorbell = null;
        first?.Throw();
    }

    protected override void SaveState(StateWriter writer)
    {
        if (_plan.WhyUnsaved is { } why)
        {
            throw new PescadorException(why);
        }

        writer.Write(_turn);
        foreach (WorkerLink link in _links)
        {
            link.Save(writer);
        }
    }

    protected override void LoadState(StateReader reader)
    {
        _turn = reader.ReadIndex(_links.Length - 1);
        foreach (WorkerLink link in _links)
        {
            link.Load(reader);
        }
    }

    [MemberNotNull(nameof(_doorbell))]
    private void Start()
    {
        _begun = Stopwatch.GetTimestamp();
        Doorbell doorbell = _doorbell = _plan.IsShared ? new SharedDoorbell(IsReady) : new LocalDoorbell(IsReady);
        _wake = Scope.Cancellation.UnsafeRegister(static bell => ((Doorbell)bell!).Ring(), doorbell);
        _tick = new Timer(static bell => ((Doorbell)bell!).Ring(), doorbell, Tick, Tick);
        foreach (WorkerLink link in _links)
        {
            link.Start(Scope, doorbell);
        }
    }

    // In order, only the one whose turn it is; else the first that has something, from the one after the last on.
    private bool TryTake(out Sample item, out bool hasEnded)
    {
        hasEnded = true;
        for (int passed = 0; passed < _links.Length; passed++)
        {
            WorkerLink link = _links[_turn];
            if (!link.HasEnded && link.TryTake(out item))
            {
                PassTurn();
                return true;
            }

            if (!link.HasEnded)
            {
                hasEnded = false;
                if (_plan.InOrder)
                {
                    break;
                }
            }

            PassTurn();
        }

        item = default;
        return false;
    }

    // What waits is woken for what may be taken now, and not for what is there out of turn.
    private bool IsReady()
    {
        if (Scope.Cancellation.IsCancellationRequested)
        {
            return true;
        }

        if (_plan.InOrder)
        {
            return _links[_turn].HasArrival;
        }

        foreach (WorkerLink link in _links)
        {
            if (link.HasArrival)
            {
                return true;
            }
        }

        return false;
    }

    private void PassTurn() => _turn = _turn + 1 < _links.Length ? _turn + 1 : 0;
}
