using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>Muxes of muxes. See <see cref="ShareCheck"/> for the bounds.</summary>
public sealed class StochasticMuxNestedTests
{
    /// <summary>Inner muxes are activated again and again; from its first sample on each activation has the right law.</summary>
    [Theory]
    [InlineData(WithReplacement, SingleActive, SampleCountDistribution.Binomial)]
    [InlineData(SingleActive, SingleActive, SampleCountDistribution.Constant)]
    [InlineData(SingleActive, WithReplacement, SampleCountDistribution.Poisson)]
    public void LongRunShare_MuxOfMuxes_SharesMultiply(StochasticMode outer, StochasticMode inner, SampleCountDistribution distribution)
    {
        double[] first = [5, 3, 1, 1];
        double[] second = [1, 2, 3];
        StochasticMux<int> left = new(Repeated.Endless(4), 2, 8, first, inner, distribution: distribution);
        StochasticMux<int> right = new([.. Enumerable.Range(4, 3).Select(i => new Repeated(i))], 2, 3, second, inner, distribution: distribution);
        StochasticMux<int> mux = new([left, right, new Repeated(7)], 2, 16, [5, 3, 2], outer, distribution: distribution, seed: 4);
        double[] shares = [.. ShareCheck.Shares(first).Select(s => 0.5 * s), .. ShareCheck.Shares(second).Select(s => 0.3 * s), 0.2];

        var check = ShareCheck.Of(mux, shares, runs: 64, burnIn: 0, samples: 20_000);
        Assert.True(check.Passes, $"{check}");
        double[] off = [.. shares.Select((s, i) => i == 4 ? s - 0.005 : i == 5 ? s + 0.005 : s)];
        Assert.False(ShareCheck.Of(mux, off, runs: 64, burnIn: 0, samples: 80_000).Passes);
    }

    [Fact]
    public void ActivationCount_OfAMuxOfMuxes_IsExactAndReturnsToZero()
    {
        var leaves = Enumerable.Range(0, 6).Select(i => Streamer.From(new Repeated(i))).ToArray();
        var left = new StochasticMux<int>(leaves[..3], 2, 5, [3, 2, 1], SingleActive);
        var right = new StochasticMux<int>(leaves[3..], 2, 5, [3, 2, 1], SingleActive);
        var mux = new StochasticMux<int>([left, right], 2, 40, [1, 1], SingleActive, seed: 1);
        Assert.Equal(0, mux.ActivationCount);
        using (ActiveStream<int> stream = Streams.Open(mux))
        {
            Assert.Equal(0, mux.ActivationCount);
            Streams.Next(stream, 500);
            Assert.Equal(1, mux.ActivationCount);
            Assert.Equal(2, left.ActivationCount + right.ActivationCount);
            Assert.InRange(leaves.Sum(leaf => leaf.ActivationCount), 2, 4);
        }

        Assert.Equal(0, mux.ActivationCount + left.ActivationCount + right.ActivationCount + leaves.Sum(leaf => leaf.ActivationCount));
    }
}
