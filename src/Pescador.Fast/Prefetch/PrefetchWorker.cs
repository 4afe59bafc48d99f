using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>
/// One activation that runs ahead on a thread of its own, and the ring over which its items come. The thread's part is in
/// PrefetchWorker.Thread.cs; what stands here runs on the consumer's thread.
/// </summary>
internal sealed partial class PrefetchWorker<T>(PrefetchStreamer<T> recipe, int number)
{
    private readonly HandOffRing<T> _ring = new(recipe.Depth);
    private readonly PrefetchPosition _position = new();
    private long _errors; // that took an item's place
    private Thread? _thread;
    private StreamScope? _scope;
    private SkippedSamples? _skippedBy; // the consumer's run, of which what is skipped here is a part
    private CancellationToken _stop;
    private ExceptionDispatchInfo? _closingError;
    private TaskCompletionSource? _whenEnded;

    /// <summary>Whether its last item was taken.</summary>
    internal bool HasEnded => _position.HasEnded;

    internal bool HasNext => _ring.HasItem;

    /// <summary>Whether there is an item, or there will be none.</summary>
    internal bool IsDecided => _ring.IsDecided;

    internal void Begin(ulong seed)
    {
        _ring.Reset();
        _position.Begin(seed);
        _errors = 0;
        _closingError = null;
    }

    /// <summary>Takes the scope's memory and its own cancellation; the thread does not run yet.</summary>
    internal void Prepare(StreamScope outer, CancellationToken stop)
    {
        if (_scope is null || _scope.Allocator != outer.Allocator || _scope.Budget != outer.Budget || _scope.PoolTimeout != outer.PoolTimeout
            || _scope.WorkingSet != outer.WorkingSet)
        {
            _scope = new StreamScope(outer.Allocator, outer.Budget, outer.PoolTimeout, outer.WorkingSet)
            {
                SlabsPerPool = recipe.Depth + 3, // those that are ready, one to fill, two for the consumer
            };
        }

        _skippedBy = outer.Skipped;
        _scope.Skipped.Clear();
        _skippedBy.AddPart(_scope.Skipped);
        _scope.Cancellation = stop;
        _stop = stop;
        _ring.Cancellation = stop;
    }

    internal void Start()
    {
        if (HasEnded)
        {
            return; // so it was restored
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"Prefetch {number + 1} of {recipe.Workers}");
        var thread = new Thread(Work) { IsBackground = true, Name = name };
        thread.Start();
        _thread = thread;
    }

    internal void Wake() => _ring.WakeBoth();

    /// <summary>Waits until an item is there.</summary>
    /// <returns>False at the end; then it is not asked again.</returns>
    /// <exception cref="OperationCanceledException">The consumer's token was cancelled while nothing was there.</exception>
    internal bool WaitForNext(CancellationToken outer) => _ring.HasItem || WaitLonger(outer);

    internal ValueTask WaitAsync() => _ring.Consumer.WaitAsync();

    /// <summary>Takes the item that is there, or throws the error that took its place.</summary>
    internal T Take()
    {
        ref HandOffSlot<T> slot = ref _ring.Front;
        T? item = slot.Item;
        slot.Item = default; // what a consumer forgets must be found: nothing else may hold it
        _scope!.Skipped.Deliver(slot.Skipped); // taken by Prepare
        if (slot.Note != HandOffNote.Plain)
        {
            ExceptionDispatchInfo? error = TakeNote(ref slot);
            _ring.Release();
            error?.Throw();
            return item!;
        }

        _ring.Release();
        return item!; // without an error there is an item
    }

    /// <summary>Ends the thread, and disposes what was not taken.</summary>
    internal void End(ref ExceptionDispatchInfo? first)
    {
        _thread?.Join();
        _thread = null;
        _whenEnded = null;
        while (_ring.HasItem)
        {
            ref HandOffSlot<T> slot = ref _ring.Front;
            T? item = slot.Item;
            slot.Item = default;
            bool isItem = slot.Note is not (HandOffNote.DataError or HandOffNote.LastError);
            slot.Note = HandOffNote.Plain;
            slot.Failure = null;
            _ring.Release();
            try
            {
                if (isItem)
                {
                    Owned<T>.Dispose(item!); // there is one where there is no error
                }
            }
            catch (Exception error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        if (_scope is not null)
        {
            _skippedBy?.Absorb(_scope.Skipped);
        }

        first ??= _closingError;
    }

    internal Task WhenEnded()
    {
        if (_thread is null)
        {
            return Task.CompletedTask;
        }

        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _whenEnded, source);
        if (Volatile.Read(ref _hasClosed))
        {
            source.TrySetResult();
        }

        return source.Task;
    }

    internal void Save(StateWriter writer) => _position.Save(writer, _ring.Taken);

    internal void Load(StateReader reader) => _position.Load(reader);

    internal PrefetchCounters AddTo(PrefetchCounters sum) => sum with
    {
        Batches = sum.Batches + _ring.Taken - _errors,
        ProducerWait = sum.ProducerWait + _ring.Producer.Waited,
        ConsumerWait = sum.ConsumerWait + _ring.Consumer.Waited,
        Ready = sum.Ready + _ring.Count,
    };

    // Read while the thread works: a glimpse.
    internal void AddBatchCounters(ref PoolCounters sum) => _source.Active?.AddBatchCounters(ref sum);

    internal void ReleaseMemory()
    {
        _scope?.Trim();
        _scope?.Disown(); // the next thread is their owner, not this one
    }

    private bool WaitLonger(CancellationToken outer)
    {
        while (!_ring.IsDecided)
        {
            _ring.Consumer.Wait();
        }

        if (_ring.HasItem)
        {
            return true;
        }

        if (!_ring.IsCompleted || _wasStopped)
        {
            outer.ThrowIfCancellationRequested();
        }

        _position.HasEnded = true;
        _scope!.Skipped.Deliver(long.MaxValue); // also those after the last item
        return false;
    }

    private ExceptionDispatchInfo? TakeNote(ref HandOffSlot<T> slot)
    {
        HandOffNote note = slot.Note;
        ExceptionDispatchInfo? failure = slot.Failure;
        slot.Note = HandOffNote.Plain;
        slot.Failure = null;
        switch (note)
        {
            case HandOffNote.Checkpoint:
                slot.Checkpoint = _position.Exchange(slot.Checkpoint!, _ring.Taken + 1); // written before the note was
                return null;
            case HandOffNote.Unsaved:
                _position.Unsaved = failure;
                return null;
            default:
                _errors++;
                _position.HasEnded = note == HandOffNote.LastError;
                return failure;
        }
    }
}
