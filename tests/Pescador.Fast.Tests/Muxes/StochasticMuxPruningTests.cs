using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

public sealed class StochasticMuxPruningTests
{
    private static readonly double[] Unequal = [3, 1, 2, 1, 5];

    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    [InlineData(Exhaustive)]
    public void Iterate_SomeStreamsEmpty_ActivatesEachOfThemOnce(StochasticMode mode)
    {
        foreach (MuxWeighting weighting in Enum.GetValues<MuxWeighting>())
        {
            int[] begun = new int[5];
            Streamer<int>[] streams = [.. Enumerable.Range(0, 5).Select(i => Streamer.Create((_) => Counted(begun, i, i % 2 == 0 ? 0 : 40)))];
            var mux = new StochasticMux<int>(streams, 3, 7, Unequal, mode, weighting: weighting, seed: 1);
            int[] items = Streams.Items(mux, 10_000);
            Assert.Equal([1, 3], items.Distinct().Order());
            Assert.Equal(mode == Exhaustive, items.Length < 10_000);
            Assert.All([0, 2, 4], i => Assert.InRange(begun[i], 0, mode == WithReplacement ? 3 : 1)); // several may be open before the first ends
            Assert.Equal(0, mux.ActivationCount + streams.Sum(stream => stream.ActivationCount));
        }
    }

    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    [InlineData(Exhaustive)]
    public void Iterate_AllStreamsEmpty_EndsWithAndWithoutPruning(StochasticMode mode)
    {
        foreach (MuxWeighting weighting in Enum.GetValues<MuxWeighting>())
        {
            foreach (bool pruneEmpty in new[] { true, false })
            {
                foreach (double? rate in new double?[] { 1, 7, null })
                {
                    var mux = new StochasticMux<int>(Repeated.Of(0, 0, 0, 0, 0), 3, rate, Unequal, mode, pruneEmpty, weighting: weighting, seed: 1);
                    Assert.Empty(Streams.Items(mux, 10));
                    Assert.Empty(Streams.Items(mux, 10));
                }
            }
        }
    }

    [Theory]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare)]
    [InlineData(SingleActive, MuxWeighting.LongRunShare)]
    [InlineData(WithReplacement, MuxWeighting.ActiveSetDraw)]
    [InlineData(SingleActive, MuxWeighting.ActiveSetDraw)]
    public void Iterate_NotPruning_AsksEmptyStreamsAgain(StochasticMode mode, MuxWeighting weighting)
    {
        int[] begun = new int[3];
        Streamer<int>[] streams =
        [
            Streamer.Create((_) => Counted(begun, 0, begun[0] % 2 == 0 ? 0 : 5)), // empty at every other activation
            Streamer.From(new Repeated(1, 20)),
            Streamer.Create((_) => Counted(begun, 2, 0)),
        ];
        var mux = new StochasticMux<int>(streams, 2, 4, [1, 2, 1], mode, pruneEmpty: false, weighting: weighting, seed: 1);
        int[] items = Streams.Items(mux, 20_000);
        Assert.Equal(20_000, items.Length);
        Assert.InRange(items.Count(item => item == 0), 1_000, 19_000);
        Assert.InRange(begun[2], 100, 20_001); // again and again, but once a sample at most
    }

    /// <summary>An empty stream leaves a place free where the only other one is open for ever; it is asked again all the same.</summary>
    [Fact]
    public void Iterate_NotPruningAndNothingElseCloses_FillsTheFreePlaceAfterTheNextSample()
    {
        int[] begun = new int[2];
        Streamer<int>[] streams = [Streamer.From(new Repeated(0)), Streamer.Create((_) => Counted(begun, 1, begun[1] < 3 ? 0 : 5))];
        var mux = new StochasticMux<int>(streams, 2, null, mode: SingleActive, pruneEmpty: false, seed: 1);
        Assert.Contains(1, Streams.Items(mux, 200));
    }

    /// <summary>An Exhaustive mux activates each streamer once, so that one that is empty is not asked again.</summary>
    [Fact]
    public void Iterate_NotPruningExhaustive_AsksEachOnce()
    {
        int[] begun = new int[3];
        Streamer<int>[] streams = [.. Enumerable.Range(0, 3).Select(i => Streamer.Create((_) => Counted(begun, i, 5 * i)))];
        var mux = new StochasticMux<int>(streams, 2, null, mode: Exhaustive, pruneEmpty: false, seed: 1);
        Assert.Equal(15, Streams.Items(mux, 1_000).Length);
        Assert.Equal([1, 1, 1], begun);
    }

    /// <summary>H0: those left share everything by their weights. A pinned stream pruned, and ones far below 1 %. Bounds: <see cref="ShareCheck"/>.</summary>
    [Theory]
    [InlineData(2, new double[] { 6, 2, 1, 1 }, 0)] // the pinned one
    [InlineData(3, new double[] { 1, 1e-3, 5e-4, 5e-4 }, 1)] // pinned, with a share of 0.001
    [InlineData(2, new double[] { 6, 3, 2, 4, 1 }, 3)]
    [InlineData(3, new double[] { 100, 0.2, 0.1, 0.1, 0.2 }, 4)] // beside a heavy one, with a share of 0.002
    public void LongRunShare_AfterPruning_SharesAreThoseOfTheWeightsLeft(int active, double[] weights, int empty)
    {
        IEnumerable<int>[] streams = [.. weights.Select((_, i) => new Repeated(i, i == empty ? 0 : int.MaxValue))];
        var mux = new StochasticMux<int>(streams, active, 4, weights, SingleActive, seed: 3);
        double[] shares = ShareCheck.Shares(weights.Select((weight, i) => i == empty ? 0 : weight));
        var check = ShareCheck.Of(mux, shares, runs: 64, burnIn: 60_000, samples: 60_000);
        Assert.True(check.Passes, $"{check}");
        double heaviest = shares.Max();
        double[] off = ShareCheck.Shares(shares.Select(share => share == heaviest ? share : 1.3 * share));
        Assert.False(ShareCheck.Of(mux, off, runs: 64, burnIn: 60_000, samples: 60_000).Passes);
    }

    /// <summary>So many that a loop over the streams at each pruning would take hours.</summary>
    [Theory]
    [InlineData(WithReplacement, false)]
    [InlineData(WithReplacement, true)]
    [InlineData(SingleActive, false)]
    [InlineData(SingleActive, true)]
    [InlineData(Exhaustive, true)]
    public void Iterate_HalfOfManyStreamsEmpty_PrunesThemAll(StochasticMode mode, bool isWeighted)
    {
        const int N = 100_000;
        Repeated[] streams = [.. Enumerable.Range(0, N).Select(i => new Repeated(i, i % 2 * 3))];
        MuxWeights? weights = isWeighted ? [.. Enumerable.Range(0, N).Select(i => 1.0 + i % 10)] : null;
        var mux = new StochasticMux<int>(streams, 8, null, weights, mode, seed: 3);
        int[] items = Streams.Items(mux, mode == Exhaustive ? 1_000_000 : 400_000);
        Assert.All(items, item => Assert.Equal(1, item % 2));
        Assert.Equal(mode == Exhaustive ? 150_000 : 400_000, items.Length);
    }

    /// <summary>Any weights, over up to 100 orders of magnitude, with streams of 0 to 5 samples: it goes on while one of them gives anything.</summary>
    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    public void Iterate_RandomWeightsAndLengths_GoesOnWhileAnyStreamGivesSamples(StochasticMode mode)
    {
        var random = new StreamRandom(5);
        for (int tree = 0; tree < 5_000; tree++)
        {
            int streams = random.Next(2, 62);
            int active = random.Next(1, streams + 1);
            double spread = 30 * random.NextDouble();
            double[] weights = [.. Enumerable.Range(0, streams).Select(_ => Math.Exp(spread * random.NextNormal()))];
            int[] lengths = [.. weights.Select(_ => random.Next(6))];
            var mux = new StochasticMux<int>(
                Repeated.Of(lengths), active, 1 + 5 * random.NextDouble(), weights, mode, pruneEmpty: random.Next(2) == 0, seed: tree);
            Assert.Equal(lengths.Sum() > 0 ? 200 : 0, Streams.Run(mux, 200));
        }
    }

    private static IEnumerable<int> Counted(int[] begun, int index, int length)
    {
        begun[index]++;
        for (int i = 0; i < length; i++)
        {
            yield return index;
        }
    }
}
