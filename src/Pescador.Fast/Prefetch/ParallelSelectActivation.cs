using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>Takes results from the window. Everything here runs on the consumer's thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposed by End.")]
internal sealed class ParallelSelectActivation<T, TResult> : Activation<TResult>
{
    private readonly ParallelSelectStreamer<T, TResult> _recipe;
    private readonly ParallelWindow<T, TResult> _window;
    private readonly ParallelPosition _position = new();
    private readonly ParallelSource<T, TResult> _source;
    private readonly ParallelWorker<T, TResult>[] _workers;
    private CancellationTokenSource? _stop; // while the threads run
    private CancellationTokenRegistration _wake;
    private long _begun;
    private long _errors; // that took an item's place

    internal ParallelSelectActivation(ParallelSelectStreamer<T, TResult> recipe)
        : base(recipe)
    {
        _recipe = recipe;
        _window = new ParallelWindow<T, TResult>(recipe.Workers, recipe.Depth, recipe.IsInOrder);
        _source = new ParallelSource<T, TResult>(recipe, _window, _position);
        _workers = new ParallelWorker<T, TResult>[recipe.Workers];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new ParallelWorker<T, TResult>(recipe, _window, i);
        }
    }

    internal override bool TryNext([MaybeNullWhen(false)] out TResult item)
    {
        if (_position.Source.HasEnded || !WaitForResult())
        {
            item = default;
            return false;
        }

        item = Take();
        return true;
    }

    internal override void AddPrefetchCounters(ref PrefetchCounters sum) => sum += new PrefetchCounters(
        _window.Taken - _errors,
        _source.RoomWait,
        _window.Consumer.Waited,
        _stop is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begun),
        _workers.Length,
        _recipe.Depth,
        _window.ReadyCount);

    internal override void AddBatchCounters(ref PoolCounters sum) => _source.AddBatchCounters(ref sum);

    internal override void ReleaseMemory() => _source.ReleaseMemory();

    protected override void Begin()
    {
        _window.Reset();
        _source.Reset();
        _position.Begin(NextChildSeed(0)); // as that of Select: with the same seed both give the same
        _errors = 0;
    }

    protected override void End()
    {
        if (_stop is null)
        {
            return;
        }

        ExceptionDispatchInfo? first = null;
        Cancel(ref first);
        foreach (ParallelWorker<T, TResult> worker in _workers)
        {
            worker.End();
        }

        _source.End(ref first);
        Empty(ref first);
        _wake.Dispose();
        _stop.Dispose();
        _stop = null;
        first?.Throw();
    }

    protected override void SaveState(StateWriter writer) => _position.Save(writer);

    protected override void LoadState(StateReader reader) => _position.Load(reader, _recipe.IsInOrder);

    private bool WaitForResult()
    {
        if (_stop is null)
        {
            Start();
        }

        while (!_window.IsDecided)
        {
            _window.Consumer.Wait();
        }

        if (_window.HasResult)
        {
            return true;
        }

        if (!_window.IsDrained || _source.WasStopped)
        {
            Scope.Cancellation.ThrowIfCancellationRequested();
        }

        _position.Source.HasEnded = true;
        _source.DeliverSkipped(long.MaxValue); // also those after the last item
        return false;
    }

    private TResult Take()
    {
        ref ParallelSlot<T, TResult> slot = ref _window.Front;
        TResult? result = slot.Result;
        ExceptionDispatchInfo? failure = slot.Failure;
        slot.Result = default; // what a consumer forgets must be found: nothing else may hold it
        slot.Failure = null;
        slot.Content = ParallelContent.Nothing;
        _position.Deliver(slot.Number, slot.WeightChanges, _source.WeightChangesAtStart);
        _source.DeliverSkipped(slot.Skipped);
        if (slot.HasCheckpoint)
        {
            slot.HasCheckpoint = false;
            slot.Checkpoint = _position.Offer(slot.Checkpoint!, slot.Number, slot.WeightChanges); // written before that was said
        }
        else if (slot.Unsaved is not null)
        {
            _position.Source.Unsaved = slot.Unsaved;
            slot.Unsaved = null;
        }

        _window.Release();
        if (failure is not null)
        {
            _errors++;
            _position.Source.HasEnded = failure.SourceException is not DataException;
            failure.Throw();
        }

        return result!; // without an error there is a result
    }

    private void Start()
    {
        _begun = Stopwatch.GetTimestamp();
        _stop = CancellationTokenSource.CreateLinkedTokenSource(Scope.Cancellation);
        _window.Cancellation = _stop.Token;
        _source.Prepare(Scope, _stop.Token);
        _wake = _stop.Token.UnsafeRegister(static window => ((ParallelWindow<T, TResult>)window!).WakeAll(), _window);
        foreach (ParallelWorker<T, TResult> worker in _workers)
        {
            worker.Start();
        }

        _source.Start();
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

    // Disposes what was not taken, when no thread runs any more.
    private void Empty(ref ExceptionDispatchInfo? first)
    {
        foreach (ref ParallelSlot<T, TResult> slot in _window.Slots)
        {
            ParallelSlot<T, TResult> left = slot;
            slot = new ParallelSlot<T, TResult> { Checkpoint = left.Checkpoint };
            try
            {
                if (left.Content == ParallelContent.Argument)
                {
                    Owned<T>.Dispose(left.Argument!); // there is one where the content says so
                }
                else if (left.Content == ParallelContent.Result)
                {
                    Owned<TResult>.Dispose(left.Result!); // as above
                }
            }
            catch (Exception error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }
    }
}
