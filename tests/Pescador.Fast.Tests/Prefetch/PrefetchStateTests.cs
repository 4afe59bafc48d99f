using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>A saved state is that of the last item delivered, however many are ready and however seldom checkpoints are taken.</summary>
public sealed class PrefetchStateTests
{
    private static readonly Dictionary<string, Func<Streamer<Sample>>> Sources = new()
    {
        ["rows"] = static () => Trees.Rows(RowOrder.Random).Buffer(3),
        ["iterators"] = static () => Trees.Finite(120).Buffer(2),
        ["mux"] = static () => new StochasticMux<Sample>([Trees.Endless(1), Trees.Rows(RowOrder.Permuted), Trees.Finite(9)], 2, 3).Buffer(3),
        ["shuffled and cached"] = static () => Trees.Finite(90).Shuffle(5).Cache(4),
        ["rebatched"] = static () => Trees.Rows(RowOrder.InOrder).Cycle().Buffer(3).Rebatch(4),
        ["nested"] = static () => Trees.Endless(2).Prefetch(2).Buffer(3),
    };

    public static TheoryData<string, int, int, int> Cases =>
    [
        .. Sources.Keys.SelectMany(static source => (((int, int, int)[])[(1, 1, 1), (1, 4, 3), (3, 2, 1), (3, 3, 7), (2, 5, 1000)])
            .Select(shape => new TheoryDataRow<string, int, int, int>(source, shape.Item1, shape.Item2, shape.Item3))),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_AfterAnyNumberOfItems_GoesOnBitForBit(string source, int workers, int depth, int interval)
    {
        const int Total = 60;
        Streamer<Sample> streamer = Build(source, workers, depth, interval);
        List<string> all = StreamerContractTests.Read(streamer, Total);
        foreach (int taken in (int[])[0, 1, 2, 3, 4, 6, 7, 8, 13, 20, 29, 41])
        {
            using ActiveStream<Sample> stream = Build(source, workers, depth, interval).Open();
            StateContractTests.Skip(stream, taken);
            byte[] saved = stream.Save().ToArray();
            Assert.Equal(saved, stream.Save().ToArray()); // saving changes nothing
            Assert.Equal(all.Skip(taken), ReadRest(stream, Total - taken));

            // Nothing depends on the depth, or on when checkpoints are taken.
            using ActiveStream<Sample> restored = Build(source, workers, depth + 1, interval + 2).Restore(StreamState.FromArray(saved));
            Assert.Equal(saved, restored.Save().ToArray());
            Assert.Equal(all.Skip(taken), ReadRest(restored, Total - taken));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(3, 2)]
    public void Save_AfterEveryItemOfRestoredStreams_StaysRight(int workers, int interval)
    {
        List<string> all = StreamerContractTests.Read(Build("mux", workers, 2, interval), 40);
        ActiveStream<Sample> stream = Build("mux", workers, 2, interval).Open();
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal([all[i]], ReadRest(stream, 1));
            StreamState state = stream.Save();
            stream.Dispose();
            stream = Build("mux", workers, 2, interval).Restore(state);
        }

        stream.Dispose();
    }

    [Fact]
    public void Restore_AtTheEnd_HasEnded()
    {
        Streamer<Sample> streamer = Trees.Finite(4).WithSeed(1).Prefetch(2, workers: 2);
        using ActiveStream<Sample> stream = streamer.Open();
        StateContractTests.Skip(stream, 8);
        using ActiveStream<Sample> atTheLast = streamer.Restore(stream.Save());
        Assert.False(atTheLast.MoveNext());
        Assert.False(stream.MoveNext());
        using ActiveStream<Sample> atTheEnd = streamer.Restore(stream.Save());
        Assert.False(atTheEnd.MoveNext());
    }

    [Fact]
    public void Restore_UnderAnotherNumberOfWorkers_IsRefused()
    {
        Streamer<Sample> two = Trees.Endless(1).Prefetch(2, workers: 2);
        using ActiveStream<Sample> stream = two.Open();
        StateContractTests.Skip(stream, 3);
        PescadorException error = Assert.Throws<PescadorException>(() => Trees.Endless(1).Prefetch(2, workers: 3).Restore(stream.Save()));
        Assert.Contains("Prefetch(2 workers)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Prefetch(3 workers)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void Restore_WithWeightsThatChangedInBetween_GoesOnBitForBit(int interval)
    {
        var weights = new MuxWeights(1, 1, 1);
        Streamer<Sample> Build() => new PrefetchStreamer<Sample>(
            new ShuffledMux<Sample>([Trees.Endless(1), Trees.Endless(2), Trees.Rows(RowOrder.Random)], weights).WithSeed(3).Buffer(2), 2, 1)
        {
            CheckpointInterval = interval,
        };
        using ActiveStream<Sample> stream = Build().Open();
        for (int round = 0; round < 12; round++)
        {
            weights.Set(1 + round, 1, 1 + (round % 3));
            StateContractTests.Skip(stream, 3);
        }

        StreamState state = stream.Save();
        List<string> rest = ReadRest(stream, 100);
        using ActiveStream<Sample> restored = Build().Restore(state);
        Assert.Equal(rest, ReadRest(restored, 100));
    }

    [Fact]
    public void Save_OfWhatCannotBeSaved_ThrowsThere_AndStreamsAllTheSame()
    {
        Streamer<Guid> source = Streamer.From(Enumerable.Range(0, 50).Select(static _ => Guid.NewGuid()).ToArray()).Shuffle(4, seed: 1);
        PrefetchStreamer<Guid> streamer = source.WithSeed(1).Prefetch(3);
        using (ActiveStream<Guid> stream = streamer.Open())
        {
            stream.Save(); // nothing was taken: the seed is all
            Assert.True(stream.MoveNext());
            PescadorException error = Assert.Throws<PescadorException>(() => stream.Save());
            Assert.Contains("Guid", error.Message, StringComparison.Ordinal);
            Assert.True(stream.MoveNext());
        }

        Assert.Equal(50, streamer.Distinct().Count());
    }

    [Fact]
    public void Restore_OfAnIteratorThatEndsEarlierNow_SaysSo()
    {
        int length = 20;
        Streamer<int> source = Streamer.Create<int>(OfThatLength);
        PrefetchStreamer<int> streamer = new(source, 2, 1) { CheckpointInterval = 100 };
        using ActiveStream<int> stream = streamer.Open();
        for (int i = 0; i < 10; i++)
        {
            Assert.True(stream.MoveNext());
        }

        StreamState state = stream.Save();
        length = 3;
        using ActiveStream<int> restored = streamer.Restore(state);
        PescadorException error = Assert.Throws<PescadorException>(() => restored.MoveNext());
        Assert.Contains("7 items before", error.Message, StringComparison.Ordinal);

        IEnumerable<int> OfThatLength(StreamContext context)
        {
            for (int i = 0; i < length; i++)
            {
                yield return i;
            }
        }
    }

    private static PrefetchStreamer<Sample> Build(string source, int workers, int depth, int interval) =>
        new(Sources[source]().WithSeed(6), depth, workers) { CheckpointInterval = interval };

    private static List<string> ReadRest(ActiveStream<Sample> stream, int count)
    {
        var contents = new List<string>();
        for (int i = 0; i < count && stream.MoveNext(); i++)
        {
            contents.Add(Trees.Content(stream.Current));
            stream.Current.Dispose();
        }

        return contents;
    }
}
