using static Pescador.Fast.SampleCountDistribution;
using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>Each old way to make a mux, and the new one with the same law; docs/migration.md has the table.</summary>
public sealed class MigrationTests
{
    private static readonly string[] Texts = ["aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccc", "dddddddddddddddddddd"];

    /// <summary>0.1: <c>mux(seed_pool, n_samples=1000, k=3, lam=4)</c>.</summary>
    [Fact]
    public void Mux01_SamplesSeedsAndPoissonRate_IsAStochasticMuxBounded()
    {
        var log = new ActivationLog(4);
        var mux = new StochasticMux<int>(log.Streams, activeCount: 3, rate: 1 + 4, distribution: Poisson, weighting: MuxWeighting.ActiveSetDraw, seed: 1);
        Assert.Equal(10_000, Streams.Run(mux, 10_000));
        AssertCountsArePoisson(log, lambda: 4);
    }

    /// <summary>0.1 and 1.x: <c>lam=0.5</c>, a rate below 1, which then was the mean of what came after the first sample.</summary>
    [Fact]
    public void Mux01_RateBelowOne_IsOneMoreNow()
    {
        var log = new ActivationLog(4);
        Streams.Run(new StochasticMux<int>(log.Streams, 3, 1 + 0.5, distribution: Poisson, seed: 1), 10_000);
        AssertCountsArePoisson(log, lambda: 0.5);
    }

    /// <summary>0.1: <c>mux(seed_pool, None, k, lam=None, with_replacement=False)</c>: every seed once, to its end.</summary>
    [Fact]
    public void Mux01_WithoutReplacementToExhaustion_IsExhaustive()
    {
        var mux = new StochasticMux<char>(Texts, activeCount: 2, rate: null, mode: Exhaustive, seed: 1);
        string text = Streams.Text(mux);
        Assert.Equal(string.Concat(Texts), string.Concat(text.Order()));
    }

    /// <summary>0.1.2 and 1.x: <c>Mux(streamers, k, rate, with_replacement=False, revive=True)</c>: each at most once at a time.</summary>
    [Fact]
    public void Mux1_WithoutReplacementRevived_IsSingleActive()
    {
        var log = new ActivationLog(4);
        var mux = new StochasticMux<int>(log.Streams, 3, 1 + 4, mode: SingleActive, distribution: Poisson, seed: 1);
        foreach (int _ in mux.Take(20_000))
        {
            Assert.All(log.Streams, stream => Assert.InRange(stream.ActivationCount, 0, 1));
        }

        AssertCountsArePoisson(log, lambda: 4);
    }

    /// <summary>1.x: <c>Mux(streamers, k=2, rate=8, weights=[.7, .1, .1, .1])</c>: activation alike, draw by weight. H0: activations are independent and
    /// uniform; χ², bound at 10⁻⁶.</summary>
    [Fact]
    public void Mux1_Weights_AreThoseOfTheDraw()
    {
        var log = new ActivationLog(4);
        var mux = new StochasticMux<int>(log.Streams, 2, 1 + 8, [.7, .1, .1, .1], distribution: Poisson, weighting: MuxWeighting.ActiveSetDraw, seed: 1);
        Streams.Run(mux, 100_000);
        Assert.InRange(ChiSquare.Of(log.Activations, [0.25, 0.25, 0.25, 0.25]), 0, ChiSquare.Bound(3));
        Assert.True(ChiSquare.Of(log.Activations, [0.28, 0.24, 0.24, 0.24]) > ChiSquare.Bound(3));
    }

    /// <summary>1.x: <c>weights=[1, 0, 0, 0]</c> left places to streamers that were never drawn, and in the end nothing but those; now they are left out.</summary>
    [Fact]
    public void Mux1_WeightsOfZero_DoNotEndTheMux()
    {
        var mux = new StochasticMux<int>(Repeated.Endless(4), 2, 8, [1, 0, 0, 0], weighting: MuxWeighting.ActiveSetDraw, seed: 1);
        Assert.All(Streams.Items(mux, 1_000), item => Assert.Equal(0, item));
        Assert.Equal(1_000, Streams.Run(mux, 1_000));
    }

    /// <summary>1.x: <c>prune_empty_streams=False</c> (0.1: <c>prune_empty_seeds=False</c>).</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Mux1_PruneEmptyStreams_IsPruneEmpty(bool pruneEmpty)
    {
        int begun = 0;
        Streamer<char> late = Streamer.Create((_) => Enumerable.Repeat('z', begun++ == 0 ? 0 : 3)); // empty the first time
        var mux = new StochasticMux<char>([.. Streams.Letters(Texts), late], 2, null, mode: SingleActive, pruneEmpty: pruneEmpty, seed: 1);
        Assert.Equal(!pruneEmpty, Streams.Text(mux, 5_000).Contains('z', StringComparison.Ordinal));
    }

    /// <summary>1.x: <c>Mux([mux1, mux2], k=10, rate=None, prune_empty_streams=False, revive=True)</c>.</summary>
    [Fact]
    public void Mux1_OfMuxes_IsAMuxOfMuxes()
    {
        var first = new StochasticMux<char>(["abc", "xyz"], 10, null, pruneEmpty: false, seed: 135);
        var second = new StochasticMux<char>(["123", "456"], 10, null, pruneEmpty: false, seed: 246);
        var mux = new StochasticMux<char>([first, second], 10, null, pruneEmpty: false, seed: 987);
        Assert.Equal("123456abcxyz", string.Concat(Streams.Text(mux).Distinct().Order()));
    }

    /// <summary>1.x: <c>random_state=7</c>; <c>mux(max_iter=n)</c>, <c>mux.iterate(n)</c> and 0.1's <c>generate(max_items=n)</c>.</summary>
    [Fact]
    public void Mux1_RandomState_IsTheSeed()
    {
        string Text() => Streams.Text(new StochasticMux<char>(Texts, 2, 8, seed: 7), 50);
        Assert.Equal(Text(), Text());
        Assert.Equal(50, Text().Length);
    }

    /// <summary>1.x: k above the number of streamers without replacement left places empty; now it is said, and the number of streamers meant.</summary>
    [Fact]
    public void Mux1_MorePlacesThanStreamers_IsRefusedWithoutReplacement()
    {
        Assert.Throws<PescadorException>(() => new StochasticMux<char>(Texts, 10, null, mode: Exhaustive));
        Assert.Equal(80, Streams.Text(new StochasticMux<char>(Texts, Texts.Length, null, mode: Exhaustive)).Length);
        Assert.Equal(500, Streams.Text(new StochasticMux<char>(Texts, 10, null), 500).Length);
    }

    // H0: counts of closed activations are 1 + Poisson(λ). χ² over 1 .. 6 and more, bound at 10⁻⁶; the twin is λ + ½.
    private static void AssertCountsArePoisson(ActivationLog log, double lambda)
    {
        var counts = new long[6];
        foreach (int count in log.Counts.SelectMany(each => each.SkipLast(3))) // the last ones may have been cut short
        {
            counts[Math.Min(count, 6) - 1]++;
        }

        Assert.InRange(ChiSquare.Of(counts, Law(lambda)), 0, ChiSquare.Bound(5));
        Assert.True(ChiSquare.Of(counts, Law(lambda + 0.5)) > ChiSquare.Bound(5));

        static double[] Law(double mean)
        {
            double[] law = [.. Enumerable.Range(0, 5).Select(k => Math.Exp(-mean) * Math.Pow(mean, k) / Enumerable.Range(1, k).Aggregate(1.0, (a, b) => a * b))];
            return [.. law, 1 - law.Sum()];
        }
    }
}
