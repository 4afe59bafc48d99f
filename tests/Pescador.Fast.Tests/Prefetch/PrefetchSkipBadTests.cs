using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests;

/// <summary>Bad samples that are skipped on the threads of a Prefetch are the run's, as of what the consumer has received.</summary>
public sealed class PrefetchSkipBadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Skipped_ThroughPrefetch_IsThatOfTheBatchesReceived(int pulls)
    {
        // Take opens its source as one worker does, so both have the same seeds.
        using ActiveStream<Sample> ahead = Batches().Prefetch(4).WithSeed(3).Open();
        using ActiveStream<Sample> direct = Batches().Take(1000).WithSeed(3).Open();
        for (int i = 0; i < pulls; i++)
        {
            Assert.Equal(Pull(direct), Pull(ahead));
            Assert.Equal(direct.Skipped, ahead.Skipped);
            Assert.Equal(direct.SkippedCount, ahead.SkippedCount);
        }

        Assert.NotEmpty(ahead.Skipped);
    }

    [Fact]
    public void Skipped_RestoredThroughPrefetch_GoesOnAsIfItHadNotBeenSaved()
    {
        using ActiveStream<Sample> first = Batches().Prefetch(2, workers: 2).WithSeed(3).Open();
        for (int i = 0; i < 5; i++)
        {
            Pull(first);
        }

        StreamState state = StreamState.FromArray(first.Save().ToArray());
        using ActiveStream<Sample> second = Batches().Prefetch(2, workers: 2).WithSeed(3).Restore(state);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(Pull(first), Pull(second));
        }

        Assert.Equal(first.Skipped, second.Skipped);
        Assert.Equal(first.SkippedCount, second.SkippedCount);
    }

    [Fact]
    public void Skipped_AfterThePrefetchHasEnded_StaysWithTheRun()
    {
        using ActiveStream<Sample> stream = new ChainMux<Sample>([Finite().Prefetch(2), Finite().Prefetch(2)]).WithSeed(3).Open();
        while (stream.MoveNext())
        {
            stream.Current.Dispose();
        }

        Assert.Equal(6, stream.SkippedCount);
        Assert.Equal([3, 6, 9, 3, 6, 9], stream.Skipped.Select(bad => bad.Row));
    }

    [Fact]
    public void SkipBad_WithOneBadSampleTooMany_FailsAtTheConsumerInItsPlace()
    {
        using ActiveStream<Sample> stream = Streamer.Create(EveryThirdIsBad, 10).Select(ThrowIfBad).SkipBad(1).Prefetch(3).Open();
        int given = 0;
        DataException error = Assert.Throws<DataException>(() =>
        {
            while (stream.MoveNext())
            {
                stream.Current.Dispose();
                given++;
            }
        });
        Assert.Equal(5, given); // 0, 1, 2, 4 and 5
        Assert.Contains("SkipBad(1)", error.Message, StringComparison.Ordinal);
    }

    private static Streamer<Sample> Batches() => Streamer.Create(EveryThirdIsBad, 100_000).Select(ThrowIfBad).SkipBad(100_000).Buffer(5);

    private static Streamer<Sample> Finite() => Streamer.Create(EveryThirdIsBad, 10).Select(ThrowIfBad).SkipBad(100);

    private static string Pull(ActiveStream<Sample> stream)
    {
        Assert.True(stream.MoveNext());
        using Sample sample = stream.Current;
        return Trees.Content(sample);
    }

    private static Sample ThrowIfBad(Sample sample)
    {
        int id = sample["id"].Item<int>();
        return id > 0 && id % 3 == 0 ? throw new DataException("made", id, "a multiple of three") : sample;
    }

    private static IEnumerable<Sample> EveryThirdIsBad(StreamContext context, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Sample sample = context.Rent(Trees.RowSpec);
            context.Random.FillNormal(sample["X"].Span<float>(), 0, 1);
            sample["id"].Span<int>()[0] = i;
            yield return sample;
        }
    }
}
