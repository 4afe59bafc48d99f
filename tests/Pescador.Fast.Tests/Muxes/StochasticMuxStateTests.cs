using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>A restored mux goes on with the same samples, whatever had happened to it before.</summary>
public sealed class StochasticMuxStateTests
{
    public enum Past
    {
        Fresh,
        EarlyEnds,
        Pruned,
        WeightsChanged,
        WeightsChangedNotTaken,
        EqualizedByChange,
        NotPruning,
    }

    public static TheoryData<StochasticMode, MuxWeighting, Past, double?> Pasts
    {
        get
        {
            var data = new TheoryData<StochasticMode, MuxWeighting, Past, double?>();
            foreach (StochasticMode mode in Enum.GetValues<StochasticMode>())
            {
                foreach (MuxWeighting weighting in Enum.GetValues<MuxWeighting>())
                {
                    foreach (Past past in Enum.GetValues<Past>())
                    {
                        data.Add(mode, weighting, past, past == Past.Pruned ? null : 6.5);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pasts))]
    public void Restore_AfterAnyPast_GivesTheSameSamples(StochasticMode mode, MuxWeighting weighting, Past past, double? rate)
    {
        foreach (bool isWeighted in new[] { false, true })
        {
            // Stopped at several places: after a count was reached, before it, and before the first sample.
            foreach (int position in new[] { 0, 1, 7, 100, 1_001, 2_502 })
            {
                var (mux, weights) = Tree(mode, weighting, past, rate, isWeighted);
                using ActiveStream<int> stream = Streams.Open(mux);
                Streams.Next(stream, position / 2);
                if (past is Past.WeightsChanged or Past.EqualizedByChange && position > 0)
                {
                    Change(weights, past);
                }

                Streams.Next(stream, position - position / 2);
                if (past == Past.WeightsChangedNotTaken && position > 0)
                {
                    Change(weights, past);
                }

                StreamState state = StreamState.FromArray(stream.Save().ToArray());
                var (twin, _) = Tree(mode, weighting, past, rate, isWeighted); // as another process builds it, with the first weights
                using ActiveStream<int> restored = Streams.Restore(twin, state);
                int[] expected = Streams.Next(stream, 10_000);
                Assert.Equal(expected, Streams.Next(restored, 10_000));
                Assert.Equal(mode != Exhaustive, expected.Length == 10_000);
            }
        }
    }

    /// <summary>Twin: it is the state that makes them equal.</summary>
    [Fact]
    public void Open_WithoutTheState_GivesOthers()
    {
        var (mux, _) = Tree(SingleActive, MuxWeighting.LongRunShare, Past.Fresh, 6.5, isWeighted: true);
        using ActiveStream<int> stream = Streams.Open(mux);
        Streams.Next(stream, 1_001);
        Assert.NotEqual(Streams.Next(stream, 10_000), Streams.Items(Tree(SingleActive, MuxWeighting.LongRunShare, Past.Fresh, 6.5, true).Mux, 10_000));
    }

    [Theory]
    [InlineData(SingleActive)]
    [InlineData(WithReplacement)]
    public void Restore_ANestedMux_GivesTheSameSamples(StochasticMode mode)
    {
        StochasticMux<int> Build() => new(
            [
                new StochasticMux<int>(Repeated.Of(3, 100, 7, 100), 2, 5, [4, 3, 2, 1], mode),
                new ShuffledMux<int>(Repeated.Of(3, 0, 7), [3, 2, 1]),
                new RoundRobinMux<int>(Repeated.Of(1, 2, 3), RoundRobinMode.PermutedCycle),
                new ChainMux<int>(Repeated.Of(4, 5), ChainMode.Cycle),
            ],
            2,
            20,
            [2, 1, 1, 1],
            mode,
            seed: 9);
        StochasticMux<int> mux = Build();
        using ActiveStream<int> stream = Streams.Open(mux);
        for (int i = 0; i < 20; i++)
        {
            Streams.Next(stream, 37);
            using ActiveStream<int> restored = Streams.Restore(Build(), stream.Save());
            using ActiveStream<int> again = Streams.Restore(Build(), stream.Save());
            Streams.Next(restored, 11);
            using ActiveStream<int> later = Streams.Restore(Build(), restored.Save());
            Assert.Equal(Streams.Next(again, 500).Skip(11), Streams.Next(later, 489));
        }
    }

    private static void Change(MuxWeights weights, Past past)
    {
        if (past == Past.EqualizedByChange)
        {
            weights.Set(2, 2, 2, 2, 2, 2, 2, 2);
        }
        else
        {
            weights.Set(1, 0, 9, 1, 4, 1, 1, 3);
        }
    }

    private static (StochasticMux<int> Mux, MuxWeights Weights) Tree(StochasticMode mode, MuxWeighting weighting, Past past, double? rate, bool isWeighted)
    {
        int most = mode == Exhaustive ? 900 : int.MaxValue;
        int[] lengths = past switch
        {
            Past.EarlyEnds => [1, 2, 3, 4, most, 40, 3, 100],
            Past.Pruned => [0, 30, 0, 40, 50, 60, 0, 900],
            Past.NotPruning => [0, 3, 0, 40, 5, 60, 0, 900],
            _ => [.. Enumerable.Repeat(most, 8)],
        };
        MuxWeights weights = isWeighted ? [8, 4, 3, 3, 2, 1, 1, 1] : [1, 1, 1, 1, 1, 1, 1, 1];
        return (new(Repeated.Of(lengths), 3, rate, weights, mode, past != Past.NotPruning, weighting: weighting, seed: 4), weights);
    }
}
