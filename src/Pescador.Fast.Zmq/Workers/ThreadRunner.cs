namespace Pescador.Fast;

/// <summary>A worker on a thread of this process.</summary>
internal sealed class ThreadRunner(Streamer<Sample> streamer, ZmqOptions options, int? checkpointInterval) : WorkerRunner
{
    private readonly ZmqOptions _private = options with { ReconnectTimeout = TimeSpan.Zero }; // nobody else knows where it connects
    private CancellationTokenSource? _stop;
    private Thread? _thread;
    private StreamScope? _streamScope;
    private Exception? _error;

    internal override bool HasExited => _thread is { IsAlive: false };

    internal override void Start(string endpoint, StreamStart start, StreamScope scope, Doorbell doorbell)
    {
        _error = null;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(scope.Cancellation);
        CancellationToken stop = _stop.Token;
        _thread = new Thread(() => Work(endpoint, start with { CheckpointInterval = checkpointInterval, MaxStateBytes = options.Limits.MaxStateBytes }, scope, doorbell, stop))
        {
            IsBackground = true,
            Name = "ZmqStreamer",
        };
        _thread.Start();
    }

    internal override string DescribeEnd() => _error is { } error ? $"Its thread ended with {error.GetType().Name}: {error.Message}" : "Its thread ended.";

    internal override void Stop() => _stop?.Cancel();

    internal override void Join(TimeSpan timeout)
    {
        _thread?.Join(); // a thread cannot be made to end: what it waits for in this library is cancelled, and the rest is the user's own code
        _thread = null;
    }

    internal override void ReleaseMemory() => _streamScope?.Trim();

    public override void Dispose()
    {
        Join(options.Timeout);
        _stop?.Dispose();
        _stop = null;
    }

    private void Work(string endpoint, StreamStart start, StreamScope outer, Doorbell doorbell, CancellationToken stop)
    {
        try
        {
            using Outlet outlet = LinkFactory.Open(ZmqEndpoint.Parse(endpoint), false, ZmqPattern.Pair, _private, "the worker thread");
            if (_streamScope is null || _streamScope.Allocator != outlet.Allocator || _streamScope.Budget != outer.Budget
                || _streamScope.WorkingSet != outer.WorkingSet)
            {
                _streamScope?.Trim();
                _streamScope = SampleServer.ScopeFor(outlet, options.Depth, outer.Budget, outer.WorkingSet);
            }

            new SampleServer(streamer, outlet, start, _streamScope).Run(stop);
            if (outlet.Allocator != SlabAllocator.Native)
            {
                streamer.Trim(); // batches in memory that is shared with one consumer
                _streamScope.Trim();
            }
        }
        catch (Exception error)
        {
            _error = error; // the consumer was told, or is not there any more
        }
        finally
        {
            doorbell.Ring();
        }
    }
}
