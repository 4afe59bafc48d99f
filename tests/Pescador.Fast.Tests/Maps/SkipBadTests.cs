using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests;

/// <summary>Bad samples: raised unless a policy skips them, and then counted, listed, and part of the state.</summary>
public sealed class SkipBadTests
{
    public static TheoryData<string> Muxes => ["shuffled", "round robin", "chain", "stochastic", "single active", "exhaustive"];

    [Fact]
    public void MoveNext_WithoutAPolicy_RaisesTheFirst()
    {
        using ActiveStream<int> stream = Streams.Open(Numbers(9, 4));
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(_ => Next(stream)));
        DataException error = Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.Equal("'a.npz', row 4: expected less", error.Message);
        Assert.Equal(("a.npz", 4L, "expected less"), (error.SourceName, error.Row, error.Reason));
    }

    [Fact]
    public void DataException_OfAMessageOrAFile_SaysWhatIsKnown()
    {
        Assert.Equal("'a.npz': cut short", new DataException("a.npz", null, "cut short").Message);
        var plain = new DataException("wrong");
        Assert.Equal((null, null, "wrong"), (plain.SourceName, plain.Row, plain.Reason));
    }

    [Fact]
    public void MoveNext_UpToTheMost_SkipsThemAndListsThem()
    {
        using ActiveStream<int> stream = Streams.Open(Numbers(9, 0, 4, 8).SkipBad(3));
        Assert.Equal([1, 2, 3, 5, 6, 7], Streams.Next(stream, 100));
        Assert.Equal(3, stream.SkippedCount);
        Assert.Equal([Bad(0), Bad(4), Bad(8)], stream.Skipped);
    }

    [Fact]
    public void MoveNext_WithOneMore_RaisesItAndSaysSo()
    {
        using ActiveStream<int> stream = Streams.Open(Numbers(9, 0, 4, 8).SkipBad(2));
        Assert.Equal([1, 2, 3, 5, 6, 7], Enumerable.Range(0, 6).Select(_ => Next(stream)));
        DataException error = Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.Equal("One bad sample more than the 2 that SkipBad(2) may skip: 'a.npz', row 8: expected less", error.Message);
        Assert.Equal("'a.npz', row 8: expected less", Assert.IsType<DataException>(error.InnerException).Message);
        Assert.Equal(2, stream.SkippedCount);
        Assert.False(stream.MoveNext());
    }

    [Fact]
    public void SkipBad_OfNone_RaisesTheFirst() => Assert.Throws<DataException>(() => Streams.Run(Numbers(9, 4).SkipBad(0), 9));

    [Fact]
    public void SkipBad_OfANegativeNumber_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(9).SkipBad(-1));

    [Fact]
    public void MoveNext_OfAnotherError_PassesItOn()
    {
        Streamer<int> streamer = Streamer.From(Enumerable.Range(0, 9)).Select(static i => i == 4 ? throw new InvalidTimeZoneException() : i).SkipBad(9);
        Assert.Throws<InvalidTimeZoneException>(() => Streams.Run(streamer, 9));
    }

    [Fact]
    public void MoveNext_OfAnIteratorThatHasThrown_Ends()
    {
        using ActiveStream<int> stream = Streams.Open(Streamer.Create(Throwing, 3).SkipBad(9));
        Assert.Equal([0, 1, 2], Streams.Next(stream, 9));
        Assert.Equal([new BadSample(Streamer.Create(Throwing, 3).ToString(), null, "wrong")], stream.Skipped);
        using ActiveStream<int> restored = Streams.Restore(Streamer.Create(Throwing, 3).SkipBad(9), stream.Save());
        Assert.Equal(stream.Skipped, restored.Skipped);
        Assert.Empty(Streams.Next(restored, 9));
    }

    [Fact]
    public void Open_Again_BeginsWithNone()
    {
        Streamer<int> streamer = Numbers(9, 0, 4, 8).SkipBad(3);
        for (int run = 0; run < 3; run++)
        {
            using ActiveStream<int> stream = Streams.Open(streamer);
            Assert.Equal(0, stream.SkippedCount);
            Assert.Equal(6, Streams.Next(stream, 100).Length);
            Assert.Equal(3, stream.Skipped.Count);
        }
    }

    [Fact]
    public void SkippedCount_BeyondTheListed_GoesOn()
    {
        using ActiveStream<int> stream = Streams.Open(Streamer.From(Enumerable.Range(0, 10_100)).Select(static i => i < 10_050 ? throw new DataException("a", i, "b") : i).SkipBad(20_000));
        Assert.Equal(50, Streams.Next(stream, 10_100).Length);
        Assert.Equal(10_050, stream.SkippedCount);
        Assert.Equal(10_000, stream.Skipped.Count);
    }

    /// <summary>All activations of one streamer together.</summary>
    [Fact]
    public void MoveNext_BelowACycle_CountsTheWholeRun()
    {
        using ActiveStream<int> stream = Streams.Open(Numbers(4, 1).SkipBad(3).Cycle().With(SlabAllocator.Managed));
        Assert.Equal([0, 2, 3, 0, 2, 3, 0, 2, 3, 0], Enumerable.Range(0, 10).Select(_ => Next(stream)));
        Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.Equal(3, stream.SkippedCount);
    }

    [Theory]
    [MemberData(nameof(Muxes))]
    public void MoveNext_AboveAndBelowEachMux_GivesEveryGoodSample(string mux)
    {
        foreach (bool isAbove in new[] { false, true })
        {
            List<int> loose = Ids(Tree(mux, isAbove).Tap(static _ => { }), out long skipped); // as deep as Buffer, so of equal seeds
            List<int> inRows = Ids(Tree(mux, isAbove).Buffer(7, partial: true), out long skippedInRows);
            Assert.Equal(loose, inRows);
            Assert.Equal(skipped, skippedInRows);
            Assert.DoesNotContain(loose, static id => id % 5 == 2);
            Assert.True(skipped > 5, $"{skipped} were skipped");
            if (mux is "round robin" or "chain" or "exhaustive")
            {
                Assert.Equal(Enumerable.Range(0, 60).Where(static id => id % 5 != 2), loose.Order());
                Assert.Equal(12, skipped);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Muxes))]
    public void Restore_Midway_GivesTheSameSamplesAndTheSameList(string mux)
    {
        foreach (bool isAbove in new[] { false, true })
        {
            using ActiveStream<Sample> stream = Tree(mux, isAbove).Open();
            StateContractTests.Skip(stream, 31);
            StreamState state = StreamState.FromArray(stream.Save().ToArray());
            using ActiveStream<Sample> restored = Tree(mux, isAbove).Restore(state);
            Assert.True(stream.SkippedCount > 2);
            Assert.Equal(stream.Skipped, restored.Skipped);
            for (int i = 0; i < 200; i++)
            {
                bool hasNext = stream.MoveNext();
                Assert.Equal(hasNext, restored.MoveNext());
                if (!hasNext)
                {
                    break;
                }

                using Sample expected = stream.Current;
                using Sample actual = restored.Current;
                Assert.Equal(Trees.Content(expected), Trees.Content(actual));
            }

            Assert.Equal(stream.Skipped, restored.Skipped);
            Assert.Equal(stream.SkippedCount, restored.SkippedCount);
        }
    }

    /// <summary>What each may still skip is restored, too; the second of them, which has not skipped yet, may skip all of its own.</summary>
    [Fact]
    public void Restore_NearTheMost_RaisesAtTheSamePlace()
    {
        static Streamer<int> Build() => new RoundRobinMux<int>([Numbers(9, 1, 3, 5).SkipBad(2), Numbers(9, 6).SkipBad(1)]);
        using ActiveStream<int> stream = Streams.Open(Build());
        Assert.Equal([0, 0, 2, 1], Enumerable.Range(0, 4).Select(_ => Next(stream)));
        using ActiveStream<int> restored = Streams.Restore(Build(), stream.Save());
        foreach (ActiveStream<int> each in new[] { stream, restored })
        {
            Assert.Equal([4, 2], Enumerable.Range(0, 2).Select(_ => Next(each)));
            Assert.Throws<DataException>(() => each.MoveNext());
            Assert.Equal([Bad(1), Bad(3)], each.Skipped);
        }
    }

    [Fact]
    public void Fill_OfSamplesOfAnotherForm_KeepsTheRowsBefore()
    {
        Streamer<Sample> mixed = Trees.Finite(9).Select(static sample => sample["id"].Item<int>() % 3 == 1 ? Sample.Of(("Y", TensorData.Scalar(1))) : sample);
        using ActiveStream<Sample> stream = mixed.SkipBad(20).Buffer(6).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        Assert.Equal(3, stream.SkippedCount);
        Assert.Equal([900, 902, 903, 905, 906, 908], batch["id"].Span<int>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Muxes))]
    public void Dispose_AfterBadSamples_LeavesNothing(string mux)
    {
        foreach (bool isBuffered in new[] { false, true })
        {
            var budget = new MemoryBudget(1 << 30);
            Streamer<Sample> tree = Tree(mux, isAbove: true);
            Streamer<Sample> streamer = (isBuffered ? tree.Buffer(4) : tree).With(budget: budget);
            ActiveStream<Sample> stream = streamer.Open();
            StreamScope scope = stream.Scope;
            StateContractTests.Skip(stream, 9);
            stream.Dispose();
            Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
            StreamerContractTests.AssertNothingRented(scope);
            streamer.Trim();
            Assert.Equal(0, budget.UsedInBytes);
        }
    }

    [Fact]
    public void MoveNext_OfGoodSamples_AllocatesNothing()
    {
        using ActiveStream<int> stream = Streams.Open(Streamer.From(new Repeated(1)).SkipBad(3));
        Allocations.AssertNone(5_000, _ => stream.MoveNext());
    }

    private static BadSample Bad(int row) => new("a.npz", row, "expected less");

    private static int Next(ActiveStream<int> stream)
    {
        Assert.True(stream.MoveNext());
        return stream.Current;
    }

    private static Streamer<int> Numbers(int count, params int[] bad) => Streamer.From(Enumerable.Range(0, count).ToArray())
        .Select(i => bad.Contains(i) ? throw new DataException("a.npz", i, "expected less") : i);

    private static IEnumerable<int> Throwing(StreamContext context, int good)
    {
        for (int i = 0; i < good; i++)
        {
            yield return i;
        }

        throw new DataException("wrong");
    }

    // Four streams of 15 samples, numbered from 0 to 59; a fifth of them bad.
    private static Streamer<Sample> Tree(string mux, bool isAbove)
    {
        Streamer<Sample>[] streams = [.. Enumerable.Range(0, 4).Select(i => Trees.WithBad(Streamer.Create(Numbered, 15 * i)))];
        Streamer<Sample>[] inputs = isAbove ? streams : [.. streams.Select(static stream => stream.SkipBad(1_000))];
        Streamer<Sample> muxed = mux switch
        {
            "shuffled" => new ShuffledMux<Sample>(inputs, [4, 3, 2, 1], seed: 1).Take(60),
            "round robin" => new RoundRobinMux<Sample>(inputs, seed: 1),
            "chain" => new ChainMux<Sample>(inputs, seed: 1),
            "stochastic" => new StochasticMux<Sample>(inputs, 3, 4, [4, 3, 2, 1], seed: 1).Take(60),
            "single active" => new StochasticMux<Sample>(inputs, 2, 4, [4, 3, 2, 1], StochasticMode.SingleActive, seed: 1).Take(60),
            "exhaustive" => new StochasticMux<Sample>(inputs, 2, null, mode: StochasticMode.Exhaustive, seed: 1),
            _ => throw new ArgumentException(mux),
        };
        return isAbove ? muxed.SkipBad(1_000) : muxed;
    }

    private static IEnumerable<Sample> Numbered(StreamContext context, int first)
    {
        for (int i = 0; i < 15; i++)
        {
            Sample sample = context.Rent(Trees.RowSpec);
            sample["X"].Span<float>().Fill(i);
            sample["id"].Span<int>()[0] = first + i;
            yield return sample;
        }
    }

    private static List<int> Ids(Streamer<Sample> streamer, out long skipped)
    {
        using ActiveStream<Sample> stream = streamer.Open();
        var ids = new List<int>();
        while (stream.MoveNext())
        {
            using Sample sample = stream.Current;
            ids.AddRange(sample["id"].Span<int>());
        }

        skipped = stream.SkippedCount;
        return ids;
    }
}
