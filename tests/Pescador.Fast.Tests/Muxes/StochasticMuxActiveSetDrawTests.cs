using static Pescador.Fast.SampleCountDistribution;

namespace Pescador.Fast.Tests;

/// <summary>The law of pescador 3.0, for who needs its statistics: uniform activation, weighted draw.</summary>
public sealed class StochasticMuxActiveSetDrawTests
{
    private static readonly double[] Weights = [0.7, 0.1, 0.1, 0.1];

    /// <summary>
    /// Measured on pescador 3.0: .253 .249 .242 .256. Over 60,000 samples in runs of R a share of ¼ has the standard error
    /// √(¼ ¾ E[R²]/E[R] / 60,000), 0.006 at most; theirs and ours differ by less than 6 of √2 such.
    /// </summary>
    [Theory]
    [InlineData(Constant)]
    [InlineData(Binomial)]
    [InlineData(Poisson)]
    public void Shares_OfFourStreams_AreThoseMeasuredInPescador(SampleCountDistribution distribution)
    {
        double[] measured = [0.253, 0.249, 0.242, 0.256];
        long[] counts = Counts(MuxWeighting.ActiveSetDraw, distribution);
        long[] twin = Counts(MuxWeighting.LongRunShare, distribution);
        Assert.All(measured.Zip(counts), pair => Assert.InRange(pair.Second / 60_000.0, pair.First - 0.05, pair.First + 0.05));
        Assert.NotInRange(twin[0] / 60_000.0, measured[0] - 0.05, measured[0] + 0.05);
    }

    /// <summary>H0: each activation is uniform among streams of positive weight, and independent. χ², bound at 10⁻⁶.</summary>
    [Fact]
    public void Activation_WithReplacement_IsUniform()
    {
        var log = new ActivationLog(5);
        var mux = new StochasticMux<int>(log.Streams, 2, 8, [.7, .1, .1, .1, 0], weighting: MuxWeighting.ActiveSetDraw, seed: 8);
        Streams.Run(mux, 400_000);
        Assert.Equal(0, log.Activations[4]);
        Assert.InRange(ChiSquare.Of(log.Activations[..4], ShareCheck.Shares([1, 1, 1, 1])), 0, ChiSquare.Bound(3));
        Assert.True(ChiSquare.Of(log.Activations[..4], ShareCheck.Shares([1.05, 1, 1, 1])) > ChiSquare.Bound(3));
    }

    /// <summary>H0: with all four active for ever, samples are independent, stream i with probability w_i. χ², bound at 10⁻⁶.</summary>
    [Fact]
    public void Draw_AmongTheActive_IsByWeight()
    {
        var mux = new StochasticMux<int>(
            Repeated.Endless(4), 4, null, Weights, StochasticMode.SingleActive, weighting: MuxWeighting.ActiveSetDraw, seed: 8);
        using ActiveStream<int> stream = Streams.Open(mux);
        long[] counts = ShareCheck.Count(stream, 100_000, 4);
        Assert.InRange(ChiSquare.Of(counts, Weights), 0, ChiSquare.Bound(3));
        Assert.True(ChiSquare.Of(counts, [0.69, 0.11, 0.1, 0.1]) > ChiSquare.Bound(3));
    }

    /// <summary>H0: with a rate of null the first set is uniform: each of six pairs alike. χ² over 12,000 runs, bound at 10⁻⁶.</summary>
    [Fact]
    public void FirstSet_SingleActiveAndRateNull_IsUniform()
    {
        var counts = new long[16];
        for (int seed = 0; seed < 12_000; seed++)
        {
            Streamer<int>[] leaves = [.. Repeated.Endless(4).Select(Streamer.From)];
            var mux = new StochasticMux<int>(leaves, 2, null, Weights, StochasticMode.SingleActive, weighting: MuxWeighting.ActiveSetDraw, seed: seed);
            using ActiveStream<int> stream = Streams.Open(mux);
            stream.MoveNext();
            counts[Enumerable.Range(0, 4).Sum(i => leaves[i].ActivationCount << i)]++;
        }

        long[] pairs = [.. counts.Where((_, set) => int.PopCount(set) == 2)];
        Assert.Equal(12_000, pairs.Sum());
        Assert.InRange(ChiSquare.Of(pairs, ShareCheck.Shares(new double[] { 1, 1, 1, 1, 1, 1 })), 0, ChiSquare.Bound(5));
    }

    private static long[] Counts(MuxWeighting weighting, SampleCountDistribution distribution)
    {
        var mux = new StochasticMux<int>(Repeated.Endless(4), 2, 8, Weights, distribution: distribution, weighting: weighting, seed: 8);
        using ActiveStream<int> stream = Streams.Open(mux);
        return ShareCheck.Count(stream, 60_000, 4);
    }
}
