namespace Pescador.Fast.Tests.Streamers;

public sealed class StreamerTests
{
    [Fact]
    public void Create_WithAnIteratorMethod_RunsNothingBeforeTheFirstSample()
    {
        int started = 0;
        Streamer<int> streamer = Streamer.Create<int, Action>(Counting, () => started++);
        using ActiveStream<int> stream = streamer.Open();
        Assert.Equal(0, started);
        Assert.Equal(0, streamer.ActivationCount);
        Assert.True(stream.MoveNext());
        Assert.Equal(1, started);
        Assert.Equal(1, streamer.ActivationCount);
    }

    [Fact]
    public void Create_WithAMethodThatIsNoIterator_CallsItForEachActivation()
    {
        int calls = 0;
        Streamer<int> streamer = Streamer.Create(_ => Enumerable.Range(calls++, 2));
        Assert.Equal([0, 1], streamer);
        Assert.Equal([1, 2], streamer);
        Assert.Equal([2, 3], streamer);
    }

    [Fact]
    public void Create_WithAMethodThatReturnsNull_SaysSo()
    {
        Streamer<int> streamer = Streamer.Create<int>(_ => null!); // what a user's mistake looks like
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => streamer.ToList());
        Assert.Contains("returned null where it should return an enumerable", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Fact]
    public void Create_OrFrom_WithNull_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => Streamer.Create<int>(null!));
        Assert.Throws<ArgumentNullException>(() => Streamer.From<int>(null!));
        Assert.Throws<ArgumentNullException>(() => Streamer.FromRows((TensorRows)null!));
    }

    [Fact]
    public void From_AnArray_CanBeIteratedAgainAndAtOnce()
    {
        Streamer<char> streamer = Streamer.From("abc");
        Assert.Equal("abc", string.Concat(streamer));
        Assert.Equal("aabbcc", string.Concat(streamer.Zip(streamer, (left, right) => $"{left}{right}")));
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Fact]
    public void From_AStreamer_IsThatStreamer()
    {
        Streamer<char> streamer = Streamer.From("abc");
        Assert.Same(streamer, Streamer.From(streamer));
    }

    [Fact]
    public void From_Samples_YieldsViewsThatLeaveThemAlone()
    {
        Sample own = Sample.Of(("X", new float[] { 1, 2 }));
        Streamer<Sample> streamer = Streamer.From([own, own]);
        foreach (Sample view in streamer)
        {
            Assert.NotEqual(own, view);
            Assert.Equal(2, view["X"].Span<float>()[1]);
            view.Dispose();
        }

        Assert.False(own.IsDisposed);
    }

    [Fact]
    public void Iterate_WithALimit_TakesNoMoreFromTheSource()
    {
        int taken = 0;
        IEnumerable<int> source = Enumerable.Range(0, 100).Select(i =>
        {
            taken++;
            return i;
        });
        Assert.Equal([0, 1, 2], Streamer.From(source).Iterate(3));
        Assert.Equal(3, taken);
        Assert.Empty(Streamer.From(source).Iterate(0));
        Assert.Equal(3, taken);
        Assert.Throws<ArgumentOutOfRangeException>(() => Streamer.From(source).Iterate(-1));
    }

    [Fact]
    public void Iterate_OfLooseSamples_IsBoundByNoPool()
    {
        var mux = new StochasticMux<Sample>([Contract.Trees.Endless(1), Contract.Trees.Rows(RowOrder.Random)], 2, 8, seed: 1);
        List<Sample> all = mux.Iterate(1000).ToList();
        Assert.Equal(1000, all.Distinct().Count());
        Assert.Equal(1000, all.Select(sample => sample["X"].Span<float>()[0]).Count());
        all.ForEach(static sample => sample.Dispose());
    }

    [Fact]
    public void Break_OutOfALoop_RunsTheGeneratorsFinallyBlocks()
    {
        int ended = 0;
        Streamer<int> inner = Streamer.Create<int, Action>(WithFinally, () => ended++);
        Streamer<int> outer = Streamer.Create(Through, inner);
        var mux = new StochasticMux<int>([outer, outer], 2, 5, mode: StochasticMode.SingleActive, seed: 1);
        foreach (int value in mux)
        {
            if (value > 3)
            {
                break;
            }
        }

        Assert.True(ended >= 1);
        Assert.Equal(0, inner.ActivationCount);
        Assert.Equal(0, outer.ActivationCount);
    }

    [Fact]
    public void Open_InsideAnIterator_HangsTheSeedOnItsActivation()
    {
        Streamer<double> noise = Streamer.Create(Noise);
        Streamer<double> outer = Streamer.Create(Through2, noise);
        List<double> first = outer.WithSeed(5).Iterate(50).ToList();
        List<double> again = outer.WithSeed(5).Iterate(50).ToList();
        Assert.Equal(first, again);
        Assert.NotEqual(first, outer.WithSeed(6).Iterate(50).ToList());
        Assert.Equal(first.Count, first.Distinct().Count());
    }

    [Fact]
    public void Streamable_GivesAFunctionForSelect()
    {
        Func<int, Streamer<int>> sampleNumber = Streamer.Streamable<int, int>(Repeat);
        var mux = new RoundRobinMux<int>(new[] { 1, 2, 3 }.Select(sampleNumber));
        Assert.Equal([1, 2, 3, 1, 2, 3], mux);
    }

    [Fact]
    public void Seed_WhenNoneWasGiven_CanBeReadAndRepeatsTheRun()
    {
        Streamer<double> streamer = Streamer.Create(Noise);
        List<double> first = streamer.Iterate(20).ToList();
        Assert.Equal(first, Streamer.Create(Noise).WithSeed(streamer.Seed).Iterate(20).ToList());
        Assert.NotEqual(streamer.Seed, Streamer.Create(Noise).Seed);
    }

    [Fact]
    public void Restore_OfAnIteratorThatIsNoFunctionOfItsSeed_SaysSo()
    {
        int length = 10;
        Streamer<int> Shrinking() => Streamer.Create(_ => Enumerable.Range(0, length));
        using ActiveStream<int> stream = Shrinking().Open();
        for (int i = 0; i < 8; i++)
        {
            stream.MoveNext();
        }

        StreamState state = stream.Save();
        length = 5;
        PescadorException error = Assert.Throws<PescadorException>(() => Shrinking().Restore(state));
        Assert.Contains("gave 5 samples when it was replayed, but 8 before", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_OfAMuxWithOtherParameters_NamesTheLine()
    {
        Streamer<int> Build(double rate) => new StochasticMux<int>([Streamer.From([1, 2]), Streamer.From([3])], 1, rate, seed: 2);
        using ActiveStream<int> stream = Build(4).Open();
        stream.MoveNext();
        PescadorException error = Assert.Throws<PescadorException>(() => Build(5).Restore(stream.Save()));
        Assert.StartsWith("The state is of another tree: at line 1 of its outline it has 'StochasticMux(2 streamers, 1 active, rate 4,", error.Message, StringComparison.Ordinal);
        Assert.Contains("where this tree has 'StochasticMux(2 streamers, 1 active, rate 5,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MoveNext_AfterTheEnd_StaysFalse()
    {
        using ActiveStream<char> stream = Streamer.From("a").Open();
        Assert.True(stream.MoveNext());
        Assert.False(stream.MoveNext());
        Assert.False(stream.MoveNext());
    }

    [Fact]
    public void Handle_OfAnEarlierOpening_DoesNotTouchItsSuccessor()
    {
        Streamer<char> streamer = Streamer.From("abc");
        ActiveStream<char> stale = streamer.Open();
        stale.MoveNext();
        stale.Dispose();
        using ActiveStream<char> live = streamer.Open();
        live.MoveNext();
        stale.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stale.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => stale.Current);
        Assert.True(live.MoveNext());
        Assert.Equal('b', live.Current);
    }

    [Fact]
    public async Task Iterate_OnManyThreadsAtOnce_GivesEachItsOwnRun()
    {
        var mux = new StochasticMux<Sample>(
            Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? Contract.Trees.Endless(i) : Contract.Trees.Finite(i)), 6, 3, seed: 4);
        double[] alone = [.. Enumerable.Range(0, 8).Select(_ => Sum(mux.WithEpoch(0), 5000))];
        double[] sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Sum(mux, 5000))));
        Assert.Single(alone.Distinct());
        Assert.Contains(alone[0], sums);
        Assert.Equal(8, sums.Distinct().Count());
        Assert.Equal(0, Contract.StreamerContractTests.TotalActive(mux));
    }

    private static double Sum(Streamer<Sample> streamer, int count)
    {
        double sum = 0;
        foreach (Sample sample in streamer.Iterate(count))
        {
            sum += sample["X"].Span<float>()[0];
            sample.Dispose();
        }

        return sum;
    }

    private static IEnumerable<int> Counting(StreamContext context, Action onStart)
    {
        onStart();
        for (int i = 0; i < 5; i++)
        {
            yield return i;
        }
    }

    private static IEnumerable<int> WithFinally(StreamContext context, Action onEnd)
    {
        try
        {
            for (int i = 0; i < 100; i++)
            {
                yield return i;
            }
        }
        finally
        {
            onEnd();
        }
    }

    private static IEnumerable<int> Through(StreamContext context, Streamer<int> inner)
    {
        ActiveStream<int> stream = context.Open(inner); // not disposed here: the activation's end closes it
        while (stream.MoveNext())
        {
            yield return stream.Current;
        }
    }

    private static IEnumerable<double> Through2(StreamContext context, Streamer<double> inner)
    {
        foreach (double value in context.Open(inner))
        {
            yield return value + context.Random.NextDouble();
        }
    }

    private static IEnumerable<double> Noise(StreamContext context)
    {
        while (true)
        {
            yield return context.Random.NextNormal();
        }
    }

    private static IEnumerable<int> Repeat(StreamContext context, int number) => Enumerable.Repeat(number, 2);
}
