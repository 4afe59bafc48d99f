using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>
/// The source of a ParallelSelect, pulled on a thread of its own: activations and their pools belong to one thread, and the consumer's is busy
/// elsewhere. The thread's part is in ParallelSource.Thread.cs; what stands here runs on the consumer's thread.
/// </summary>
internal sealed partial class ParallelSource<T, TResult>(
    ParallelSelectStreamer<T, TResult> recipe, ParallelWindow<T, TResult> window, ParallelPosition position)
{
    private Thread? _thread;
    private StreamScope? _scope;
    private SkippedSamples? _skippedBy; // the consumer's run, of which what is skipped here is a part
    private CancellationToken _stop;
    private ulong[] _delivered = []; // before the state was saved that this began with, beyond a gap
    private long _skipped; // bad samples before what was delivered
    private ExceptionDispatchInfo? _closingError;

    /// <summary>Whether it ended before its stream did; read after the window has completed.</summary>
    internal bool WasStopped { get; private set; }

    /// <summary>How often weights of muxes had changed when it began; read after something was delivered.</summary>
    internal long WeightChangesAtStart { get; private set; }

    /// <summary>Takes the scope's memory and its own cancellation; the thread does not run yet.</summary>
    internal void Prepare(StreamScope outer, CancellationToken stop)
    {
        if (_scope is null || _scope.Allocator != outer.Allocator || _scope.Budget != outer.Budget || _scope.PoolTimeout != outer.PoolTimeout
            || _scope.WorkingSet != outer.WorkingSet)
        {
            _scope = new StreamScope(outer.Allocator, outer.Budget, outer.PoolTimeout, outer.WorkingSet)
            {
                SlabsPerPool = window.Slots.Length + 3, // those in the window, one to fill, two for the consumer
            };
        }

        _skippedBy = outer.Skipped;
        _scope.Skipped.Clear();
        _skippedBy.AddPart(_scope.Skipped);
        _scope.Cancellation = stop;
        _stop = stop;
        _skipped = 0;
        _closingError = null;
        _delivered = position.Beyond;
    }

    internal void Start()
    {
        var thread = new Thread(Work) { IsBackground = true, Name = "ParallelSelect source" };
        thread.Start();
        _thread = thread;
    }

    /// <summary>So many bad samples came before something that was delivered.</summary>
    internal void DeliverSkipped(long count)
    {
        if (count > _skipped)
        {
            _skipped = count;
            _scope!.Skipped.Deliver(count); // taken by Prepare
        }
    }

    /// <summary>Waits for the thread's end.</summary>
    internal void End(ref ExceptionDispatchInfo? first)
    {
        _thread?.Join();
        _thread = null;
        if (_scope is not null)
        {
            _skippedBy?.Absorb(_scope.Skipped);
        }

        first ??= _closingError;
        _closingError = null;
    }

    // Read while the thread works: a glimpse.
    internal void AddBatchCounters(ref PoolCounters sum) => _source.Active?.AddBatchCounters(ref sum);

    internal void ReleaseMemory()
    {
        _scope?.Trim();
        _scope?.Disown(); // the next thread is their owner, not this one
    }
}
