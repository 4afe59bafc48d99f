using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>What comes, and in which order: a matter of the seed and the number of workers, never of timing.</summary>
public sealed class PrefetchOrderTests
{
    private const long Seed = 17;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -3)]
    public void Prefetch_OfNoDepthOrWorker_IsRefused(int depth, int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Trees.Endless(1).Prefetch(depth, workers));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Prefetch_WithWorkers_GivesTheirStreamsInTurn(int workers)
    {
        Streamer<long> source = Streamer.Create<long>(OfRandomLength);
        List<long> expected = ByHand(source, workers);
        for (int depth = 1; depth < 20; depth += 3)
        {
            Assert.Equal(expected, source.Prefetch(depth, workers).WithSeed(Seed).ToList());
        }
    }

    [Fact]
    public void Prefetch_WithOneWorker_GivesWhatAnyMapWouldPull() =>
        Assert.Equal(
            StreamerContractTests.Read(Trees.Endless(1).WithSeed(Seed).Tap(static _ => { }), 200),
            StreamerContractTests.Read(Trees.Endless(1).WithSeed(Seed).Prefetch(4), 200));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    public void Prefetch_WithAConsumerSlowerThanAllWorkers_GivesTheSame(int depth, int workers)
    {
        Streamer<long> source = Streamer.Create<long>(OfRandomLength);
        List<long> expected = ByHand(source, workers);
        var given = new List<long>();
        using ActiveStream<long> stream = source.Prefetch(depth, workers).WithSeed(Seed).Open();
        while (stream.MoveNext())
        {
            given.Add(stream.Current);

            int left = expected.Count - given.Count;
            Elsewhere.Until(() => stream.Prefetch.Ready >= Math.Min(left, 1)); // so the consumer never waits
        }

        Assert.Equal(expected, given);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Prefetch_WithWorkersThatFinishInAnyOrder_GivesTheSame(int workers)
    {
        // Each item needs a permit, and the permits are given by a third thread while the consumer waits.
        using var permits = new SemaphoreSlim(0);
        Streamer<long> source = Streamer.Create<long>(OfRandomLength);
        List<long> expected = ByHand(source.Tap(static _ => { }), workers);
        Streamer<long> slow = source.Tap(_ => Assert.True(permits.Wait(Elsewhere.Limit)));
        Task giver = Elsewhere.Start(() =>
        {
            for (int i = 0; i < expected.Count; i++)
            {
                Elsewhere.Until(() => permits.CurrentCount == 0);
                permits.Release();
            }
        });
        var given = new List<long>();
        foreach (long item in slow.Prefetch(2, workers).WithSeed(Seed))
        {
            given.Add(item);
        }

        giver.End();
        Assert.Equal(expected, given);
    }

    [Fact]
    public void Prefetch_IntoBatches_HandsOverWholeBatches()
    {
        Streamer<Sample> batches = Trees.Rows(RowOrder.Permuted, 64).Buffer(8);
        var ids = new List<int>();
        foreach (Sample batch in batches.WithSeed(Seed).Prefetch(2))
        {
            ids.AddRange(batch["id"].Span<int>());
            batch.Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 64), ids.Order());
    }

    [Fact]
    public void Prefetch_OfADepth_HasASlabForEachAndThreeMore()
    {
        using ActiveStream<Sample> stream = Trees.Endless(1).Buffer(4).Prefetch(6).Open();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        Assert.Equal(9, stream.Batches.Created);
    }

    [Fact]
    public void Prefetch_BeforeTheFirstPull_StartsNothing()
    {
        bool hasRun = false;
        Streamer<int> source = Streamer.From(Enumerable.Range(0, 3).Select(i =>
        {
            hasRun = true;
            return i;
        }));
        using (source.Prefetch(2).Open())
        {
            Assert.Equal(0, source.ActivationCount);
        }

        Assert.False(hasRun);
    }

    // Each worker's stream by its seed, one item of each in turn, those that have ended passed over.
    private static List<long> ByHand(Streamer<long> source, int workers)
    {
        ulong run = RandomGenerator.Derive((ulong)Seed, 0, 0);
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        var streams = Enumerable.Range(0, workers).Select(worker =>
        {
            Activation<long> activation = source.Activate(scope, RandomGenerator.Derive(run, (ulong)worker, (ulong)worker));
            var items = new Queue<long>();
            while (activation.TryNext(out long item))
            {
                items.Enqueue(item);
            }

            activation.Close();
            return items;
        }).ToList();
        var turns = new List<long>();
        while (streams.Any(static items => items.Count > 0))
        {
            turns.AddRange(streams.Where(static items => items.Count > 0).Select(static items => items.Dequeue()));
        }

        return turns;
    }

    private static IEnumerable<long> OfRandomLength(StreamContext context)
    {
        int length = context.Random.Next(5, 60);
        for (int i = 0; i < length; i++)
        {
            yield return context.Random.NextInt64();
        }
    }
}
