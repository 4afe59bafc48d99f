using System.Collections.Concurrent;
using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>Which results come, and when, whatever the threads do.</summary>
public sealed class ParallelSelectOrderTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 7)]
    public void ParallelSelect_WhereLaterItemsAreReadyFirst_KeepsTheOrder(int workers, int depth)
    {
        // Each item but the last of a group waits until the next one is done.
        const int Count = 60;
        ManualResetEventSlim[] done = [.. Enumerable.Range(0, Count + 1).Select(static _ => new ManualResetEventSlim())];
        IEnumerable<int> given = Streamer.From(Enumerable.Range(0, Count)).ParallelSelect(
            number =>
            {
                Assert.True(number % workers == workers - 1 || done[number + 1].Wait(Elsewhere.Limit));
                done[number].Set();
                return number;
            },
            workers,
            depth: depth);
        Assert.Equal(Enumerable.Range(0, Count), given);
    }

    [Fact]
    public void ParallelSelect_InOrder_GivesWhatSelectGives()
    {
        Streamer<Sample> source = new StochasticMux<Sample>([Trees.Endless(1), Trees.Rows(RowOrder.Random), Trees.Finite(9)], 2, 3).Take(500);
        List<string> expected = StreamerContractTests.Read(source.Select(Same).WithSeed(4), 600);
        Assert.Equal(expected, StreamerContractTests.Read(source.ParallelSelect(Same, 3).WithSeed(4), 600));
        Assert.Equal(expected, StreamerContractTests.Read(source.ParallelSelect(Same, 1, inOrder: false).WithSeed(4), 600));
        Assert.Equal(expected.Order(), StreamerContractTests.Read(source.ParallelSelect(Same, 3, inOrder: false).WithSeed(4), 600).Order());

        static Sample Same(Sample sample) => sample;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ParallelSelect_WithSeveralWorkers_RunsThemAtOnceOnThreadsOfItsOwn(bool inOrder)
    {
        const int Workers = 5;
        using var together = new Barrier(Workers);
        var threads = new ConcurrentBag<Thread>();
        int[] given = [.. Streamer.From(Enumerable.Range(0, 10 * Workers)).ParallelSelect(
            number =>
            {
                threads.Add(Thread.CurrentThread);
                Assert.True(together.SignalAndWait(Elsewhere.Limit), "the others did not come");
                return number;
            },
            Workers,
            inOrder)];
        Assert.Equal(Enumerable.Range(0, 10 * Workers), given.Order());
        Thread[] distinct = [.. threads.Distinct()];
        Assert.Equal(Workers, distinct.Length);
        Assert.Equal(
            Enumerable.Range(1, Workers).Select(static number => $"ParallelSelect {number} of 5"), distinct.Select(static thread => thread.Name).Order());
        Assert.All(distinct, static thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void ParallelSelect_Unordered_GivesWhatIsReadyWhileOneItemTakesLong()
    {
        const int Count = 1000;
        using var gate = new ManualResetEventSlim();
        Streamer<int> streamer = Streamer.From(Enumerable.Range(0, Count)).ParallelSelect(
            number =>
            {
                Assert.True(number != 7 || gate.Wait(Elsewhere.Limit));
                return number;
            },
            3,
            inOrder: false,
            depth: 2);
        using ActiveStream<int> stream = streamer.Open(TestContext.Current.CancellationToken);
        var given = new List<int>();
        while (given.Count < Count - 1)
        {
            Assert.True(stream.MoveNext());
            given.Add(stream.Current);
        }

        gate.Set();
        Assert.True(stream.MoveNext());
        Assert.Equal(7, stream.Current);
        Assert.Equal(Enumerable.Range(0, Count).Where(static number => number != 7), given.Order());
        Assert.False(stream.MoveNext());
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 5, true)]
    [InlineData(2, 5, false)]
    public void ParallelSelect_OfASlowConsumer_PullsNoMoreThanFits(int workers, int depth, bool inOrder)
    {
        int pulled = 0;
        Streamer<int> streamer = Streamer.From(Enumerable.Range(0, 1000)).Tap(_ => Interlocked.Increment(ref pulled))
            .ParallelSelect(static number => number, workers, inOrder, depth);
        using ActiveStream<int> stream = streamer.Open(TestContext.Current.CancellationToken);
        int most = 0;
        for (int taken = 1; taken <= 200; taken++)
        {
            Assert.True(stream.MoveNext());
            most = Math.Max(most, Volatile.Read(ref pulled) - taken);
        }

        Elsewhere.Until(() => stream.Prefetch.Ready >= workers + (depth / 2));
        Assert.InRange(Math.Max(most, Volatile.Read(ref pulled) - 200), 1, workers + depth);
    }

    [Fact]
    public void ParallelSelect_RunAfterRun_LeavesNothingActive()
    {
        Streamer<int> streamer = Streamer.From(Enumerable.Range(0, 100)).ParallelSelect(static number => number, 2);
        for (int run = 0; run < 25; run++)
        {
            Assert.Equal(Enumerable.Range(0, 9), streamer.Iterate(9));
            Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
        }
    }

    [Fact]
    public void ParallelSelect_OfImpossibleFigures_Throws()
    {
        Streamer<int> streamer = Streamer.From([1]);
        Assert.Throws<ArgumentOutOfRangeException>("workers", () => streamer.ParallelSelect(static number => number, 0));
        Assert.Throws<ArgumentOutOfRangeException>("workers", () => streamer.ParallelSelect(static number => number, 4097));
        Assert.Throws<ArgumentOutOfRangeException>("depth", () => streamer.ParallelSelect(static number => number, 1, depth: 0));
        Assert.Throws<ArgumentOutOfRangeException>("depth", () => streamer.ParallelSelect(static number => number, 1, depth: (1 << 20) + 1));
        Assert.Throws<ArgumentNullException>("function", () => streamer.ParallelSelect<int>(null!, 1)); // the mistake under test
    }
}
