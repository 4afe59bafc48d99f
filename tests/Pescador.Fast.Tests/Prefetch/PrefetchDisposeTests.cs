using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>However a stream is left, its threads end, its finally blocks run on them, and everything is returned.</summary>
public sealed class PrefetchDisposeTests
{
    private readonly List<Thread> _threads = [];
    private readonly List<Thread> _finallyThreads = [];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 2)]
    public void Dispose_WhileTheWorkersWaitForRoom_EndsThem(int depth, int workers)
    {
        ActiveStream<int> stream = Streamer.Create<int>(Noting).Prefetch(depth, workers).Open();
        Assert.True(stream.MoveNext());
        Elsewhere.Until(() => stream.Prefetch.Ready >= (depth * workers) - 1); // one was taken, which need not have woken its worker
        Elsewhere.Run(stream.Dispose);
        AssertEnded(workers);
    }

    [Fact]
    public void Dispose_WhileTheWorkerWaitsForASlab_EndsItAndReturnsEverything()
    {
        using var pool = new SlabPool(Trees.RowSpec.Stack(4), slabCount: 2, timeout: Elsewhere.Limit);
        ActiveStream<Sample> stream = Trees.Endless(1).Buffer(4, pool: pool).Prefetch(8).Open();
        Assert.True(stream.MoveNext());
        Sample batch = stream.Current;
        Elsewhere.Until(() => pool.Counters.Waited == 1); // one is here, one is ready, none is left
        Elsewhere.Run(stream.Dispose);
        Assert.Equal(1, pool.Counters.Outstanding);
        batch.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void MoveNext_CancelledWhileItWaits_Throws()
    {
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        using var isWaiting = new ManualResetEventSlim();
        ActiveStream<int> stream = Streamer.Create(Gated, gate, isWaiting).Prefetch(2).Open(cancellation.Token);
        Task consumer = Elsewhere.Start(() =>
        {
            Assert.True(stream.MoveNext());
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(() =>
            {
                // The worker waits at the gate, with the context's token, which is cancelled with the consumer's.
                stream.MoveNext();
            });
            Assert.Equal(cancellation.Token, error.CancellationToken);
            stream.Dispose();
        });
        Assert.True(isWaiting.Wait(Elsewhere.Limit));
        cancellation.Cancel();
        consumer.End();
    }

    [Fact]
    public void MoveNext_CancelledBefore_Throws()
    {
        using ActiveStream<int> stream = Streamer.Create<int>(Noting).Prefetch(2).Open(new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (stream.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void MoveNext_AtTheEnd_HasEndedTheThreads()
    {
        using ActiveStream<int> stream = Streamer.Create<int>(Noting).Take(20).Prefetch(3, workers: 4).Open();
        int given = 0;
        while (stream.MoveNext())
        {
            given++;
        }

        Assert.Equal(80, given);
        AssertEnded(4);
    }

    [Fact]
    public void Open_RunAfterRun_LeavesNoThread()
    {
        PrefetchStreamer<int> streamer = Streamer.Create<int>(Noting).Prefetch(2, workers: 2);
        for (int run = 0; run < 25; run++)
        {
            Assert.Equal(9, streamer.Iterate(9).Count());
        }

        AssertEnded(50);
    }

    [Fact]
    public void Dispose_WithBatchesReady_ReturnsThem()
    {
        var budget = new MemoryBudget(1 << 20);
        using var pool = new SlabPool(Trees.RowSpec.Stack(4), slabCount: 8);
        Streamer<Sample> streamer = Trees.Endless(1).Buffer(4, pool: pool).Prefetch(5).With(budget: budget);
        for (int run = 0; run < 3; run++)
        {
            ActiveStream<Sample> stream = streamer.Open();
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            Elsewhere.Until(() => stream.Prefetch.Ready >= 4);
            stream.Dispose();
            Assert.Equal(0, pool.Counters.Outstanding);
        }

        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes); // so every loose sample is home, too
    }

    [Fact]
    public void Dispose_WithLooseSamplesKept_LendsTheRestAgain()
    {
        var budget = new MemoryBudget(1 << 20);
        Streamer<Sample> streamer = Trees.Endless(1).Prefetch(3).With(budget: budget);
        var kept = new List<Sample>();
        long used = 0;
        for (int run = 0; run < 20; run++)
        {
            kept.ForEach(static sample => sample.Dispose());
            kept = [.. streamer.Iterate(6)];
            used = run == 2 ? budget.UsedInBytes : used;
        }

        // Six kept, three ready, one being made, and those that the run before had: no more from run to run.
        Assert.InRange(budget.UsedInBytes, 1, used * 3);
        kept.ForEach(static sample => sample.Dispose());
        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    private void AssertEnded(int threads)
    {
        Assert.Equal(threads, _threads.Count);
        Assert.Equal(_threads.OrderBy(static thread => thread.ManagedThreadId), _finallyThreads.OrderBy(static thread => thread.ManagedThreadId));
        Assert.DoesNotContain(Thread.CurrentThread, _threads);
        Assert.All(_threads, static thread => Assert.False(thread.IsAlive));
    }

    private IEnumerable<int> Noting(StreamContext context)
    {
        lock (_threads)
        {
            _threads.Add(Thread.CurrentThread);
        }

        try
        {
            for (int i = 0; ; i++)
            {
                yield return i;
            }
        }
        finally
        {
            lock (_threads)
            {
                _finallyThreads.Add(Thread.CurrentThread);
            }
        }
    }

    private static IEnumerable<int> Gated(StreamContext context, ManualResetEventSlim gate, ManualResetEventSlim isWaiting)
    {
        yield return 0;
        isWaiting.Set();
        gate.Wait(Elsewhere.Limit, context.Cancellation);
        yield return 1;
    }
}
