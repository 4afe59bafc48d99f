using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>A StochasticMux tells its streamers ahead that they will be opened, and nothing that it gives depends on that.</summary>
public sealed class StochasticMuxForeseeingTests
{
    private const int Endless = int.MaxValue;

    public static TheoryData<StochasticMode, MuxWeighting, string, bool, double?> Everything
    {
        get
        {
            var data = new TheoryData<StochasticMode, MuxWeighting, string, bool, double?>();
            foreach (StochasticMode mode in Enum.GetValues<StochasticMode>())
            {
                foreach (MuxWeighting weighting in Enum.GetValues<MuxWeighting>())
                {
                    foreach (string lengths in (string[])["endless", "finite", "some empty"])
                    {
                        foreach (bool isWeighted in (bool[])[false, true])
                        {
                            data.Add(mode, weighting, lengths, isWeighted, 8);
                            if (lengths != "endless")
                            {
                                data.Add(mode, weighting, lengths, isWeighted, null);
                            }
                        }
                    }
                }
            }

            return data;
        }
    }

    /// <summary>Always.</summary>
    [Theory]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare, Endless, false, 8.0)]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare, Endless, true, 8.0)]
    [InlineData(WithReplacement, MuxWeighting.ActiveSetDraw, 20, true, null)]
    [InlineData(Exhaustive, MuxWeighting.LongRunShare, Endless, false, 8.0)]
    [InlineData(Exhaustive, MuxWeighting.LongRunShare, 20, true, 8.0)]
    [InlineData(Exhaustive, MuxWeighting.LongRunShare, 20, false, null)]
    public void MoveNext_WhereChoicesDependOnNothingElse_OpensOnlyForeseenStreams(
        StochasticMode mode, MuxWeighting weighting, int length, bool isWeighted, double? rate)
    {
        Foreseen log = Run(mode, weighting, length, isWeighted, rate, streams: 300);
        Assert.True(log.Opened >= 200, $"{log.Opened} opened");
        Assert.Equal(log.Opened, log.Hits);
    }

    /// <summary>A proposal that was held, and is given back just before its turn, could not be told; nor what was drawn before the first early end,
    /// which changes the law, once.</summary>
    [Theory]
    [InlineData(SingleActive, MuxWeighting.LongRunShare, Endless, false, 8.0)]
    [InlineData(SingleActive, MuxWeighting.LongRunShare, Endless, true, 8.0)]
    [InlineData(SingleActive, MuxWeighting.ActiveSetDraw, Endless, true, 8.0)]
    [InlineData(SingleActive, MuxWeighting.LongRunShare, 20, false, null)]
    [InlineData(SingleActive, MuxWeighting.LongRunShare, 9, true, 8.0)]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare, 20, false, null)]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare, 9, true, 8.0)]
    public void MoveNext_WhereChoicesDependOnWhatIsOpen_OpensNearlyOnlyForeseenStreams(
        StochasticMode mode, MuxWeighting weighting, int length, bool isWeighted, double? rate)
    {
        Foreseen log = Run(mode, weighting, length, isWeighted, rate, streams: 300);
        Assert.True(log.Opened > 1_000, $"{log.Opened} opened");
        Assert.True(log.HitRate >= 0.98, $"{log.Hits} of {log.Opened} were foreseen");
    }

    /// <summary>Twin: the two checks can fail.</summary>
    [Fact]
    public void HitRate_OfWhatWasToldToAnother_IsLow() =>
        Assert.True(Run(WithReplacement, MuxWeighting.LongRunShare, Endless, false, 8, streams: 300, shift: 1).HitRate < 0.3);

    /// <summary>Not many more are told than are opened, or whoever opens them ahead would open too many.</summary>
    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    public void MoveNext_InTheSteadyState_TellsFewThatAreNotOpened(StochasticMode mode)
    {
        Foreseen log = Run(mode, MuxWeighting.LongRunShare, Endless, false, 8, streams: 300);
        Assert.InRange(log.Told, 0.95 * log.Opened, 1.1 * log.Opened);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void MoveNext_WithAndWithoutForeseeing_GivesTheSameSamples(
        StochasticMode mode, MuxWeighting weighting, string lengths, bool isWeighted, double? rate)
    {
        Assert.Equal(Samples(canForesee: false), Samples(canForesee: true));

        int[] Samples(bool canForesee)
        {
            int[] each = [.. Enumerable.Range(0, 12).Select(i => lengths switch
            {
                "endless" => mode == Exhaustive ? 500 : Endless,
                "finite" => 1 + (i % 5 * 4),
                _ => i % 4 * 5,
            })];
            MuxWeights weights = isWeighted ? [8, 4, 3, 3, 2, 1, 1, 1, 0.5, 0, 20, 1] : [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
            var mux = new StochasticMux<int>(new Foreseen(each, canForesee).Streams, 4, rate, weights, mode, weighting: weighting, seed: 7);
            using ActiveStream<int> stream = Streams.Open(mux);
            var samples = new List<int>(Streams.Next(stream, 400));
            weights.Set(1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0);
            samples.AddRange(Streams.Next(stream, 400));
            using ActiveStream<int> restored = Streams.Restore(mux, stream.Save());
            samples.AddRange(Streams.Next(restored, 400));
            return [.. samples];
        }
    }

    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    [InlineData(Exhaustive)]
    public void MoveNext_AtTheFirstSample_TellsTheWholeFirstSetBeforeItOpensAny(StochasticMode mode)
    {
        var log = new Foreseen([.. Enumerable.Repeat(Endless, 40)]);
        using ActiveStream<int> stream = Streams.Open(new StochasticMux<int>(log.Streams, 10, 8, mode: mode, seed: 3));
        Assert.Empty(log.Events);
        Assert.True(stream.MoveNext());
        Assert.Equal(log.Events[..10], log.Events[10..20].Select(opened => -1 - opened));
        Assert.All(log.Events[20..], static told => Assert.True(told >= 0));
        Assert.InRange(log.Events.Count, 21, 36);
        Assert.Same(stream.Scope, log.LastScope);
    }

    [Fact]
    public void MoveNext_OverMapsOfStreams_TellsTheStreams()
    {
        var log = new Foreseen([.. Enumerable.Repeat(Endless, 100)]) { IsForOne = false };
        IEnumerable<Streamer<int>> mapped = log.Streams.Select((stream, i) => (i % 8) switch
        {
            0 => stream.Select(static item => item),
            1 => stream.Where(static _ => true),
            2 => stream.Tap(static _ => { }),
            3 => stream.Take(1_000),
            4 => stream.Cycle().WithSeed(4),
            5 => stream.Shuffle(3),
            6 => stream.Cache(3),
            _ => stream.With(SlabAllocator.Managed).Take(900),
        });
        Streams.Run(new StochasticMux<int>(mapped, 10, 8, seed: 1), 20_000);
        Assert.True(log.Opened > 2_000);
        Assert.True(log.HitRate > 0.99, $"{log.Hits} of {log.Opened} were foreseen");
    }

    [Fact]
    public void Foresee_ThroughWith_TellsItsAllocator()
    {
        var log = new Foreseen([Endless]);
        Streamer<int> scoped = log.Streams[0].With(SlabAllocator.Managed).Take(5);
        Streams.Run(new StochasticMux<int>([scoped], 1, 2, seed: 1), 20);
        Assert.Same(SlabAllocator.Managed, log.LastScope!.Allocator);
    }

    [Fact]
    public void CanForesee_OfAMuxOfSeveral_IsNotSaid()
    {
        var log = new Foreseen([9, 9]);
        Assert.False(new ShuffledMux<int>(log.Streams).CanForesee);
        Assert.False(new StochasticMux<int>(log.Streams, 1, 3).Take(4).CanForesee);
        Assert.True(log.Streams[0].Take(4).CanForesee);
    }

    [Fact]
    public void MoveNext_WhereNoInputCanForesee_TellsNobody()
    {
        var log = new Foreseen([.. Enumerable.Repeat(Endless, 40)], canForesee: false);
        Streams.Run(new StochasticMux<int>(log.Streams, 10, 8, seed: 1), 5_000);
        Assert.Equal(0, log.Told);
    }

    [Theory]
    [InlineData(WithReplacement, false)]
    [InlineData(WithReplacement, true)]
    [InlineData(SingleActive, false)]
    [InlineData(SingleActive, true)]
    public void MoveNext_ThatForesees_AllocatesNothing(StochasticMode mode, bool isWeighted)
    {
        var log = new Foreseen([.. Enumerable.Repeat(13, 60)]) { KeepsEvents = false };
        double[]? weights = isWeighted ? [.. Enumerable.Range(1, 60)] : null;
        using ActiveStream<int> stream = Streams.Open(new StochasticMux<int>(log.Streams, 10, 8, weights, mode, seed: 1));
        Allocations.AssertNone(5_000, _ => stream.MoveNext());
        Assert.True(log.Told > 100);
    }

    private static Foreseen Run(
        StochasticMode mode, MuxWeighting weighting, int length, bool isWeighted, double? rate, int streams, int shift = 0)
    {
        var log = new Foreseen([.. Enumerable.Repeat(length, streams)], shift: shift);
        double[]? weights = isWeighted ? [.. Enumerable.Range(1, streams)] : null;
        using ActiveStream<int> stream = Streams.Open(new StochasticMux<int>(log.Streams, 100, rate, weights, mode, weighting: weighting, seed: 5));
        stream.MoveNext();
        log.Clear(); // the first set is opened at once
        Streams.Next(stream, 60_000);
        return log;
    }
}
