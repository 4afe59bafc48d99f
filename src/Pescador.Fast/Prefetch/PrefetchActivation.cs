using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>Takes from the workers in turn. Everything here runs on the consumer's thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposed by End.")]
internal sealed partial class PrefetchActivation<T> : Activation<T>
{
    private readonly PrefetchStreamer<T> _recipe;
    private readonly PrefetchWorker<T>[] _workers;
    private CancellationTokenSource? _stop; // while the threads run
    private CancellationTokenRegistration _wake;
    private long _begun;
    private int _turn;

    internal PrefetchActivation(PrefetchStreamer<T> recipe)
        : base(recipe)
    {
        _recipe = recipe;
        _workers = new PrefetchWorker<T>[recipe.Workers];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new PrefetchWorker<T>(recipe, i);
        }
    }

    internal override bool TryNext([MaybeNullWhen(false)] out T item)
    {
        if (_stop is null)
        {
            Start();
        }

        while (TryFindTurn(out PrefetchWorker<T>? worker))
        {
            if (worker.WaitForNext(Scope.Cancellation))
            {
                PassTurn();
                item = worker.Take();
                return true;
            }
        }

        item = default;
        return false;
    }

    internal override void AddPrefetchCounters(ref PrefetchCounters sum)
    {
        var own = new PrefetchCounters(
            0, TimeSpan.Zero, TimeSpan.Zero, _stop is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begun), _workers.Length, _recipe.Depth, 0);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            own = worker.AddTo(own);
        }

        sum += own;
    }

    internal override void AddBatchCounters(ref PoolCounters sum)
    {
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.AddBatchCounters(ref sum);
        }
    }

    internal override void ReleaseMemory()
    {
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.ReleaseMemory();
        }
    }

    protected override void Begin()
    {
        _turn = 0;
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i].Begin(NextChildSeed(i));
        }
    }

    protected override void End()
    {
        if (_stop is null)
        {
            return;
        }

        ExceptionDispatchInfo? first = null;
        Cancel(ref first);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.End(ref first);
        }

        _wake.Dispose();
        _stop.Dispose();
        _stop = null;
        first?.Throw();
    }

    protected override void SaveState(StateWriter writer)
    {
        writer.Write(_turn);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.Save(writer);
        }
    }

    protected override void LoadState(StateReader reader)
    {
        _turn = reader.ReadIndex(_workers.Length - 1);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.Load(reader);
        }
    }

    private void Start()
    {
        _begun = Stopwatch.GetTimestamp();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(Scope.Cancellation);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.Prepare(Scope, _stop.Token);
        }

        _wake = _stop.Token.UnsafeRegister(
            static activation =>
            {
                foreach (PrefetchWorker<T> worker in ((PrefetchActivation<T>)activation!)._workers)
                {
                    worker.Wake();
                }
            },
            this);
        foreach (PrefetchWorker<T> worker in _workers)
        {
            worker.Start();
        }
    }

    // Whatever a callback of a user's, registered with the context's token, throws.
    private void Cancel(ref ExceptionDispatchInfo? first)
    {
        try
        {
            _stop?.Cancel();
        }
        catch (Exception error)
        {
            first ??= ExceptionDispatchInfo.Capture(error);
        }
    }

    private bool TryFindTurn([NotNullWhen(true)] out PrefetchWorker<T>? worker)
    {
        for (int passed = 0; passed < _workers.Length; passed++)
        {
            worker = _workers[_turn];
            if (!worker.HasEnded)
            {
                return true;
            }

            PassTurn();
        }

        worker = null;
        return false;
    }

    private void PassTurn() => _turn = _turn + 1 < _workers.Length ? _turn + 1 : 0;
}
