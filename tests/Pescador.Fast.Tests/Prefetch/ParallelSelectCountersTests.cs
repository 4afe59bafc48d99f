using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>Who waits for whom, in figures and in a sentence.</summary>
public sealed class ParallelSelectCountersTests
{
    [Fact]
    public void Prefetch_OfASlowConsumer_CountsThatTheWorkersWait()
    {
        using ActiveStream<Sample> stream = Trees.Endless(1).ParallelSelect(static sample => sample, 2, depth: 3).Open(TestContext.Current.CancellationToken);
        StateContractTests.Skip(stream, 6);
        Elsewhere.Until(() => stream.Prefetch.Ready >= 3);
        Elsewhere.Until(() => stream.Prefetch.ProducerWait > stream.Prefetch.ConsumerWait * 10);
        PrefetchCounters counters = stream.Prefetch;
        Assert.Equal((6, 2, 3), (counters.Batches, counters.Workers, counters.Depth));
        Assert.InRange(counters.Ready, 3, 5);
        Elsewhere.Until(() => stream.Prefetch.Explain().StartsWith("The consumer is the bottleneck", StringComparison.Ordinal));
    }

    [Fact]
    public void Prefetch_OfSlowWorkers_CountsThatTheConsumerWaits()
    {
        // The window is full, so the source waits for room; but no worker does.
        using var gate = new SemaphoreSlim(0);
        using ActiveStream<int> stream = Streamer.From(Enumerable.Range(0, 50)).ParallelSelect(
            number =>
            {
                Assert.True(gate.Wait(Elsewhere.Limit));
                return number;
            },
            2,
            depth: 1).Open(TestContext.Current.CancellationToken);
        Task consumer = Elsewhere.Start(() => Assert.True(stream.MoveNext()));
        Elsewhere.Until(() => stream.Prefetch.ConsumerWait > TimeSpan.FromMilliseconds(20));
        Elsewhere.Until(() => stream.Prefetch.Explain().StartsWith("The producer is the bottleneck", StringComparison.Ordinal));
        gate.Release(100);
        consumer.End();
    }

    [Fact]
    public void Prefetch_OfASlowSource_CountsThatTheConsumerWaits()
    {
        using var gate = new SemaphoreSlim(0);
        using ActiveStream<int> stream = Streamer.From(Enumerable.Range(0, 50)).Tap(_ => Assert.True(gate.Wait(Elsewhere.Limit)))
            .ParallelSelect(static number => number, 2).Open(TestContext.Current.CancellationToken);
        Task consumer = Elsewhere.Start(() => Assert.True(stream.MoveNext()));
        Elsewhere.Until(() => stream.Prefetch.ConsumerWait > TimeSpan.FromMilliseconds(20));
        Assert.StartsWith("The producer is the bottleneck", stream.Prefetch.Explain(), StringComparison.Ordinal);
        gate.Release(100);
        consumer.End();
    }

    [Fact]
    public void Prefetch_AfterTheEnd_IsStillThere()
    {
        using ActiveStream<Sample> stream = Trees.Finite(20).ParallelSelect(static sample => sample, 2).Tap(static _ => { })
            .Open(TestContext.Current.CancellationToken);
        StateContractTests.Skip(stream, 1000);
        Assert.Equal(20, stream.Prefetch.Batches);
        Assert.True(stream.Prefetch.Elapsed > TimeSpan.Zero);
    }
}
