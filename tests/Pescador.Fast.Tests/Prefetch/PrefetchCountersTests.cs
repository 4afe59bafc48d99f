using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>Who waits for whom, in figures and in a sentence.</summary>
public sealed class PrefetchCountersTests
{
    [Fact]
    public void Explain_OfNothing_SaysSo()
    {
        const string Nothing = "Nothing has been prefetched yet.";
        Assert.Equal(Nothing, default(PrefetchCounters).Explain());
        using ActiveStream<Sample> plain = Trees.Endless(1).Open();
        Assert.True(plain.MoveNext());
        plain.Current.Dispose();
        Assert.Equal(default, plain.Prefetch);
        using ActiveStream<Sample> prefetched = Trees.Endless(1).Prefetch(2).Open();
        Assert.Equal(Nothing, prefetched.Prefetch.Explain());
    }

    [Theory]
    [InlineData(0, 8.1, 1, "The producer is the bottleneck: the consumer waited 8.1 s of 12.3 s (66 %) for batches, the producer 0.0 s for room; "
        + "more workers, a larger budget or cheaper samples would help.")]
    [InlineData(1.2, 8.1, 3, "The producer is the bottleneck: the consumer waited 8.1 s of 12.3 s (66 %) for batches, "
        + "the 3 workers together 1.2 s for room; more workers, a larger budget or cheaper samples would help.")]
    [InlineData(24.6, 0.1, 3, "The consumer is the bottleneck: the 3 workers together waited 24.6 s of 36.9 s (67 %) for room, "
        + "the consumer 0.1 s for batches; batches are ready when it asks, and only a faster consumer would help.")]
    [InlineData(0.3, 0.2, 1, "The two sides are about equally fast: the consumer waited 0.2 s of 12.3 s (2 %) for batches, the producer 0.3 s for room; "
        + "only making both faster would help.")]
    [InlineData(4, 5, 1, "The two sides wait for each other in turn: the producer waited 4.0 s of 12.3 s (33 %) for room, "
        + "the consumer 5.0 s for batches; a greater depth than 4 would even that out.")]
    public void Explain_OfFigures_NamesTheBottleneck(double producer, double consumer, int workers, string expected)
    {
        var counters = new PrefetchCounters(
            100, TimeSpan.FromSeconds(producer), TimeSpan.FromSeconds(consumer), TimeSpan.FromSeconds(12.3), workers, 4, 2);
        Assert.Equal(expected, counters.Explain());
    }

    [Fact]
    public void Add_OfTwoSideBySide_SumsWaitsOverTheSameTime()
    {
        var left = new PrefetchCounters(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), 1, 4, 1);
        var right = new PrefetchCounters(5, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), 2, 2, 3);
        var both = new PrefetchCounters(8, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), 3, 4, 4);
        Assert.Equal(both, left + right);
        Assert.Equal(both, PrefetchCounters.Add(left, right));
    }

    [Fact]
    public void Prefetch_OfAFullRing_CountsThatTheProducerWaits()
    {
        using ActiveStream<Sample> stream = Trees.Endless(1).Prefetch(3, workers: 2).Open();
        for (int i = 0; i < 6; i++)
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
        }

        Elsewhere.Until(() => stream.Prefetch.ProducerWait > stream.Prefetch.ConsumerWait * 10);
        Elsewhere.Until(() => stream.Prefetch.Ready >= 2);
        PrefetchCounters counters = stream.Prefetch;
        Assert.Equal((6, 2, 3), (counters.Batches, counters.Workers, counters.Depth));
        Assert.True(counters.Ready <= 6, $"{counters}");
        Elsewhere.Until(() => stream.Prefetch.Explain().StartsWith("The consumer is the bottleneck", StringComparison.Ordinal));
    }

    [Fact]
    public void Prefetch_OfASlowProducer_CountsThatTheConsumerWaits()
    {
        using var gate = new SemaphoreSlim(0);
        using ActiveStream<Sample> stream = Trees.Endless(1).Tap(_ => Assert.True(gate.Wait(Elsewhere.Limit))).Prefetch(2).Open();
        Task consumer = Elsewhere.Start(() =>
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
        });
        Elsewhere.Until(() => stream.Prefetch.ConsumerWait > TimeSpan.FromMilliseconds(20)); // the wait that goes on is counted
        Assert.StartsWith("The producer is the bottleneck", stream.Prefetch.Explain(), StringComparison.Ordinal);
        gate.Release(100);
        consumer.End();
    }

    [Fact]
    public void Prefetch_AfterTheEnd_IsStillThere()
    {
        using ActiveStream<Sample> stream = Trees.Finite(20).Prefetch(2, workers: 2).Tap(static _ => { }).Open();
        StateContractTests.Skip(stream, 1000);
        Assert.Equal(40, stream.Prefetch.Batches);
        Assert.True(stream.Prefetch.Elapsed > TimeSpan.Zero);
    }

    [Fact]
    public void Prefetch_OfEveryKindOfParent_IsSeenThroughIt()
    {
        Func<Streamer<Sample>, Streamer<Sample>>[] parents =
        [
            static below => below.Buffer(2), static below => below.Buffer(2).Rebatch(1), static below => below.Select(static sample => sample),
            static below => below.Where(static _ => true), static below => below.Tap(static _ => { }), static below => below.Take(100),
            static below => below.Cycle(), static below => below.Shuffle(2), static below => below.Cache(2), static below => below.With(),
            static below => below.WithSeed(3), static below => below.SkipBad(3), static below => below.Tally(new StreamTally()),
            static below => below.Tuples("X").Select(static tuple => tuple.Sample),
            static below => new ShuffledMux<Sample>([below]), static below => new RoundRobinMux<Sample>([below]),
            static below => new ChainMux<Sample>([below]), static below => new StochasticMux<Sample>([below], 1, null),
        ];
        foreach (Func<Streamer<Sample>, Streamer<Sample>> parent in parents)
        {
            using ActiveStream<Sample> stream = parent(Trees.Endless(1).Prefetch(3, workers: 2)).Open();
            StateContractTests.Skip(stream, 5);
            Assert.Equal((2, 3), (stream.Prefetch.Workers, stream.Prefetch.Depth));
            Assert.True(stream.Prefetch.Batches >= 2);
        }
    }

    [Fact]
    public void Prefetch_OfOneBelowAnother_IsTheUpperOne()
    {
        using ActiveStream<Sample> stream = Trees.Endless(1).Prefetch(7, workers: 3).Prefetch(2).Open();
        StateContractTests.Skip(stream, 5);
        Assert.Equal((1, 2, 5), (stream.Prefetch.Workers, stream.Prefetch.Depth, stream.Prefetch.Batches));
    }

    [Fact]
    public void FollowedBy_OfTwoRuns_AddsTheirTimes()
    {
        var first = new PrefetchCounters(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), 2, 4, 1);
        var second = new PrefetchCounters(5, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), 2, 4, 3);
        Assert.Equal(new PrefetchCounters(8, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(18), 2, 4, 3), first.FollowedBy(second));
        Assert.Equal(second, default(PrefetchCounters).FollowedBy(second));
    }
}
