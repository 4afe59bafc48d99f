using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>However a stream is left, its threads end, its finally blocks run, and all that was in between is disposed.</summary>
public sealed class ParallelSelectDisposeTests
{
    private readonly List<Tracked> _made = [];
    private int _finallyRuns;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_WhileTheWorkersAreInTheFunction_WaitsForThemAndDisposesAll(bool inOrder)
    {
        const int Workers = 3;
        using var gate = new ManualResetEventSlim();
        using var inside = new CountdownEvent(Workers);
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).ParallelSelect(
            item =>
            {
                if (item.Number > 0)
                {
                    if (!inside.IsSet)
                    {
                        inside.Signal(); // each worker once, before the gate opens
                    }

                    Assert.True(gate.Wait(Elsewhere.Limit));
                }

                return item.Number % 2 == 0 ? item : Make(-1);
            },
            Workers,
            inOrder);
        ActiveStream<Tracked> stream = streamer.Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        Assert.True(inside.Wait(Elsewhere.Limit, TestContext.Current.CancellationToken));
        Task closing = Elsewhere.Start(stream.Dispose);
        gate.Set();
        closing.End();
        AssertAllDisposed(streamer);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 9)]
    public void Dispose_WithResultsReady_DisposesThem(int workers, int depth)
    {
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).ParallelSelect(static item => item, workers, depth: depth);
        ActiveStream<Tracked> stream = streamer.Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        Elsewhere.Until(() => stream.Prefetch.Ready >= workers + (depth / 2));
        Elsewhere.Run(stream.Dispose);
        AssertAllDisposed(streamer);
    }

    [Fact]
    public void Dispose_WhenADisposedResultThrows_StillDisposesTheRest()
    {
        var error = new InvalidTimeZoneException("Dispose's own");
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).ParallelSelect(
            item =>
            {
                item.OnDispose = item.Number == 2 ? error : null;
                return item;
            },
            2,
            depth: 6);
        ActiveStream<Tracked> stream = streamer.Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        Elsewhere.Until(() => stream.Prefetch.Ready >= 5);
        Assert.Same(error, Assert.Throws<InvalidTimeZoneException>(stream.Dispose));
        AssertAllDisposed(streamer);
    }

    [Fact]
    public void MoveNext_CancelledWhileItWaits_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        using var isWaiting = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        CancellationToken token = cancellation.Token;
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).ParallelSelect(
            item =>
            {
                if (item.Number > 0)
                {
                    isWaiting.Set();
                    never.Wait(Elsewhere.Limit, token);
                }

                return item;
            },
            2);
        Task consumer = Elsewhere.Start(() =>
        {
            using ActiveStream<Tracked> stream = streamer.Open(token);
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            Assert.Equal(token, Assert.Throws<OperationCanceledException>(() => stream.MoveNext()).CancellationToken);
        });
        Assert.True(isWaiting.Wait(Elsewhere.Limit, TestContext.Current.CancellationToken));
        cancellation.Cancel();
        consumer.End();
        AssertAllDisposed(streamer);
    }

    [Fact]
    public void MoveNext_CancelledBefore_Throws()
    {
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).ParallelSelect(static item => item, 2);
        using ActiveStream<Tracked> stream = streamer.Open(new CancellationToken(canceled: true));
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (stream.MoveNext())
            {
                stream.Current.Dispose();
            }
        });
        Assert.All(_made, static item => Assert.Equal(1, item.Disposals));
    }

    [Fact]
    public void Dispose_WhileTheSourceWaitsForASlab_EndsItAndReturnsEverything()
    {
        using var pool = new SlabPool(Trees.RowSpec.Stack(4), slabCount: 2, timeout: Elsewhere.Limit);
        ActiveStream<Sample> stream = Trees.Endless(1).Buffer(4, pool: pool).ParallelSelect(static batch => batch, 2)
            .Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        Sample batch = stream.Current;
        Elsewhere.Until(() => pool.Counters.Waited == 1); // one is here, one is ready, none is left
        Elsewhere.Run(stream.Dispose);
        Assert.Equal(1, pool.Counters.Outstanding);
        batch.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void MoveNext_ToTheEnd_DisposesEachArgumentThatIsNotTheResult()
    {
        Streamer<Tracked> streamer = Streamer.Create<Tracked>(Making).Take(200).ParallelSelect(item => item.Number % 3 == 0 ? item : Make(-1), 3);
        int given = 0;
        foreach (Tracked item in streamer)
        {
            Assert.Equal(0, item.Disposals);
            item.Dispose();
            given++;
        }

        Assert.Equal(200, given);
        AssertAllDisposed(streamer);
    }

    [Fact]
    public void ParallelSelect_OverLooseSamples_ReturnsThemToTheirPool()
    {
        var budget = new MemoryBudget(1 << 20);
        Streamer<int> streamer = MapData.NumberedLoose(500).ParallelSelect(MapData.Number, 3).With(budget: budget);
        for (int run = 0; run < 5; run++)
        {
            Assert.Equal(Enumerable.Range(0, 40 * run), streamer.Iterate(40 * run));
        }

        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    private void AssertAllDisposed(IStreamerNode streamer)
    {
        Assert.All(_made, static item => Assert.Equal(1, item.Disposals));
        Assert.Equal(1, _finallyRuns);
        Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
    }

    private Tracked Make(int number)
    {
        lock (_made)
        {
            _made.Add(new Tracked(number));
            return _made[^1];
        }
    }

    private IEnumerable<Tracked> Making(StreamContext context)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                yield return Make(i);
            }
        }
        finally
        {
            Assert.Equal("ParallelSelect source", Thread.CurrentThread.Name);
            _finallyRuns++;
        }
    }

    private sealed class Tracked(int number) : IDisposable
    {
        private int _disposals;

        internal int Number => number;

        internal int Disposals => _disposals;

        internal Exception? OnDispose { get; set; }

        public void Dispose()
        {
            Interlocked.Increment(ref _disposals);
            if (OnDispose is { } error)
            {
                throw error;
            }
        }
    }
}
