namespace Pescador.Fast.Tests;

public sealed class StochasticMuxExhaustiveTests
{
    private static readonly double[] Weights = [4, 3, 2, 1];

    /// <summary>H0: an order comes with probability Π w_i / Σ left. χ² over the 24 orders of 24,000 runs, bound at 10⁻⁶.</summary>
    [Theory]
    [InlineData(MuxWeighting.LongRunShare)]
    [InlineData(MuxWeighting.ActiveSetDraw)]
    public void Order_OfActivations_IsDrawnByWeightAmongThoseLeft(MuxWeighting weighting)
    {
        var mux = new StochasticMux<int>(Repeated.Of(1, 1, 1, 1), 1, null, Weights, StochasticMode.Exhaustive, weighting: weighting, seed: 6);
        int[][] orders = [.. Permutations([0, 1, 2, 3])];
        var counts = new long[orders.Length];
        for (int run = 0; run < 24_000; run++)
        {
            int[] order = Streams.Items(mux, 10);
            counts[Array.FindIndex(orders, other => other.SequenceEqual(order))]++;
        }

        Assert.InRange(ChiSquare.Of(counts, [.. orders.Select(Probability)]), 0, ChiSquare.Bound(23));
        double[] alike = [.. orders.Select(_ => 1.0 / 24)];
        Assert.True(ChiSquare.Of(counts, alike) > ChiSquare.Bound(23));
    }

    /// <summary>H0: each sample comes from an active stream with probability w_i / Σ active; the draws are independent. χ², bound at 10⁻⁶.</summary>
    [Theory]
    [InlineData(MuxWeighting.LongRunShare)]
    [InlineData(MuxWeighting.ActiveSetDraw)]
    public void Draw_AmongTheActive_IsByWeight(MuxWeighting weighting)
    {
        var mux = new StochasticMux<int>(Repeated.Endless(4), 4, null, Weights, StochasticMode.Exhaustive, weighting: weighting, seed: 6);
        using ActiveStream<int> stream = Streams.Open(mux);
        long[] counts = ShareCheck.Count(stream, 200_000, 4);
        Assert.InRange(ChiSquare.Of(counts, ShareCheck.Shares(Weights)), 0, ChiSquare.Bound(3));
        Assert.True(ChiSquare.Of(counts, ShareCheck.Shares([4, 3, 2, 1.05])) > ChiSquare.Bound(3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(50)]
    public void Iterate_RateNull_GivesEachSampleOnceInANewOrderEachRun(int active)
    {
        int[][] sources = [.. Enumerable.Range(0, 50).Select(i => Enumerable.Range(100 * i, i % 7 * 5).ToArray())];
        var mux = new StochasticMux<int>(sources, active, null, mode: StochasticMode.Exhaustive, seed: 2);
        int[] first = Streams.Items(mux, 10_000);
        int[] second = Streams.Items(mux, 10_000);
        int[] all = [.. sources.SelectMany(source => source)];
        Assert.Equal(all, first.Order());
        Assert.Equal(all, second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(0, mux.ActivationCount);
    }

    [Fact]
    public void Iterate_TowardsTheEnd_KeepsFewerOpen()
    {
        Streamer<int>[] leaves = [.. Enumerable.Range(0, 5).Select(i => Streamer.From(new Repeated(i, 20)))];
        var mux = new StochasticMux<int>(leaves, 3, null, mode: StochasticMode.Exhaustive, seed: 2);
        var open = new List<int>();
        foreach (int _ in mux)
        {
            open.Add(leaves.Sum(leaf => leaf.ActivationCount));
        }

        Assert.Equal(100, open.Count);
        Assert.Equal(3, open[0]);
        Assert.Equal(1, open[^1]);
        Assert.Equal(open.OrderDescending(), open);
    }

    [Fact]
    public void Iterate_WithARate_EndsAfterTheLastCount()
    {
        var log = new ActivationLog(30);
        var mux = new StochasticMux<int>(log.Streams, 4, 6, [.. Enumerable.Range(0, 30).Select(i => i % 10)], StochasticMode.Exhaustive, seed: 3);
        int samples = Streams.Run(mux, 100_000);
        Assert.Equal(log.Counts.Sum(counts => counts.Sum()), samples);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(i % 10 == 0 ? 0 : 1, log.Counts[i].Count); // weight 0: never
        }
    }

    private static double Probability(int[] order)
    {
        double left = Weights.Sum();
        double probability = 1;
        foreach (int index in order)
        {
            probability *= Weights[index] / left;
            left -= Weights[index];
        }

        return probability;
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
