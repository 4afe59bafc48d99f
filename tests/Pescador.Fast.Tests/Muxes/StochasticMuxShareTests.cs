using static Pescador.Fast.SampleCountDistribution;
using static Pescador.Fast.StochasticMode;
using static Pescador.Fast.Tests.WeightShape;

namespace Pescador.Fast.Tests;

/// <summary>What the weights promise: stream i's share of the samples tends to w_i / Σw. See <see cref="ShareCheck"/> for the bounds.</summary>
public sealed class StochasticMuxShareTests
{
    private const int Runs = 64;

    /// <summary>Each mode with each distribution, rate and shape of weights, few and many streams and places.</summary>
    public static TheoryData<LongRunShareCase> Endless => Cases(
        new(WithReplacement, Constant, 1, 4, 2, SevenToOne),
        new(WithReplacement, Constant, 2.5, 100, 50, Harmonic),
        new(WithReplacement, Constant, 64, 7, 12, Geometric),
        new(WithReplacement, Constant, 8, 20, 5, OneAtTheEdge),
        new(WithReplacement, Binomial, 1, 30, 8, Uniform),
        new(WithReplacement, Binomial, 2, 4, 2, SevenToOne),
        new(WithReplacement, Binomial, 8, 50, 20, OneAbove),
        new(WithReplacement, Binomial, 64, 100, 2, Uniform),
        new(WithReplacement, Binomial, 2.5, 12, 3, Steep),
        new(WithReplacement, Poisson, 1, 10, 3, Geometric),
        new(WithReplacement, Poisson, 2, 100, 20, OneAtTheEdge),
        new(WithReplacement, Poisson, 2.5, 4, 50, SevenToOne),
        new(WithReplacement, Poisson, 64, 20, 8, Harmonic),
        new(WithReplacement, Poisson, 8, 9, 3, OneAbove),
        new(SingleActive, Constant, 1, 10, 3, Geometric),
        new(SingleActive, Constant, 2, 4, 2, OneAbove),
        new(SingleActive, Constant, 2.5, 20, 5, OneAtTheEdge),
        new(SingleActive, Constant, 8, 100, 50, Harmonic),
        new(SingleActive, Constant, 64, 4, 3, SevenToOne),
        new(SingleActive, Constant, 8, 12, 2, Uniform),
        new(SingleActive, Binomial, 1, 100, 20, Harmonic),
        new(SingleActive, Binomial, 2, 20, 8, Geometric),
        new(SingleActive, Binomial, 2.5, 50, 12, Uniform),
        new(SingleActive, Binomial, 8, 4, 2, SevenToOne),
        new(SingleActive, Binomial, 8, 8, 4, OneAtTheEdge),
        new(SingleActive, Binomial, 64, 30, 5, OneAbove),
        new(SingleActive, Binomial, 8, 12, 3, Steep),
        new(SingleActive, Poisson, 1, 8, 4, OneAtTheEdge),
        new(SingleActive, Poisson, 2, 9, 8, Geometric),
        new(SingleActive, Poisson, 2.5, 30, 20, OneAbove),
        new(SingleActive, Poisson, 8, 4, 3, SevenToOne),
        new(SingleActive, Poisson, 64, 100, 50, Harmonic),
        new(SingleActive, Poisson, 8, 5, 2, Harmonic),
        new(SingleActive, Binomial, 8, 6, 6, Geometric),
        new(SingleActive, Constant, 8, 4, 1, SevenToOne));

    /// <summary>Lengths of 3, 22 and 41 samples, so that some end before their count and some do not.</summary>
    public static TheoryData<LongRunShareCase> Ending => Cases(
        new(WithReplacement, Constant, 8, 4, 2, SevenToOne, IsFinite: true),
        new(WithReplacement, Constant, 64, 9, 4, Harmonic, IsFinite: true),
        new(WithReplacement, Binomial, 64, 5, 8, Uniform, IsFinite: true),
        new(WithReplacement, Binomial, 2.5, 4, 3, OneAbove, IsFinite: true),
        new(WithReplacement, Poisson, 8, 6, 2, Geometric, IsFinite: true),
        new(WithReplacement, Poisson, null, 6, 4, Harmonic, IsFinite: true),
        new(SingleActive, Constant, 8, 6, 2, Geometric, IsFinite: true),
        new(SingleActive, Constant, null, 5, 2, Harmonic, IsFinite: true),
        new(SingleActive, Binomial, 8, 4, 2, SevenToOne, IsFinite: true),
        new(SingleActive, Binomial, 64, 7, 3, Uniform, IsFinite: true),
        new(SingleActive, Poisson, 2, 6, 3, OneAtTheEdge, IsFinite: true),
        new(SingleActive, Poisson, 64, 9, 4, Harmonic, IsFinite: true),
        new(SingleActive, Binomial, null, 4, 2, OneAbove, IsFinite: true));

    /// <summary>Over seeds: with a rate of null nothing of an endless stream is ever replaced.</summary>
    public static TheoryData<LongRunShareCase> NeverReplaced => Cases(
        new(WithReplacement, Binomial, null, 5, 3, Harmonic),
        new(WithReplacement, Binomial, null, 4, 6, SevenToOne),
        new(SingleActive, Binomial, null, 6, 3, Geometric),
        new(SingleActive, Binomial, null, 4, 2, SevenToOne),
        new(SingleActive, Binomial, null, 8, 4, OneAtTheEdge),
        new(SingleActive, Binomial, null, 5, 5, Harmonic),
        new(SingleActive, Binomial, null, 6, 2, Uniform));

    [Theory]
    [MemberData(nameof(Endless))]
    public void LongRunShare_EndlessStreams_SharesAreTheWeights(LongRunShareCase given)
    {
        var check = ShareCheck.Of(given.Mux(), ShareCheck.Shares(given.Weights), Runs, burnIn: 0, samples: 60_000);
        Assert.True(check.Passes, $"{check}");
    }

    // The lengths m_j are learnt, which biases a share by about 1 / (activations so far): the burn-in brings that below the standard error.
    [Theory]
    [MemberData(nameof(Ending))]
    public void LongRunShare_StreamsThatEndEarly_SharesAreTheWeights(LongRunShareCase given)
    {
        var check = ShareCheck.Of(given.Mux(), ShareCheck.Shares(given.Weights), Runs, burnIn: 60_000, samples: 30_000);
        Assert.True(check.Passes, $"{check}");
    }

    [Theory]
    [MemberData(nameof(NeverReplaced))]
    public void LongRunShare_RateNullOverEndlessStreams_SharesOverSeedsAreTheWeights(LongRunShareCase given)
    {
        var check = ShareCheck.Of(given.Mux(), ShareCheck.Shares(given.Weights), runs: 4_000, burnIn: 0, samples: 50);
        Assert.True(check.Passes, $"{check}");
    }

    /// <summary>Twin: pescador 3.0's law, whose weights have no lasting effect, does not pass.</summary>
    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    public void ShareCheck_OfActiveSetDraw_Fails(StochasticMode mode)
    {
        var given = new LongRunShareCase(mode, Binomial, 8, 10, 3, Harmonic);
        var check = ShareCheck.Of(given.Mux(MuxWeighting.ActiveSetDraw), ShareCheck.Shares(given.Weights), Runs, burnIn: 0, samples: 30_000);
        Assert.False(check.Passes, $"{check}");
    }

    /// <summary>Twin: SingleActive that activates in proportion to w, not to weights solved for, does not pass.</summary>
    [Theory]
    [InlineData(10, 3, Geometric)]
    [InlineData(20, 5, Harmonic)]
    [InlineData(8, 4, OneAtTheEdge)]
    public void ShareCheck_OfPlacesActivatedByWeight_Fails(int streams, int active, WeightShape shape)
    {
        var given = new LongRunShareCase(SingleActive, Constant, 8, streams, active, shape);
        Streamer<int> wrong = Streamer.Create(WrongMuxes.ActivatedByWeight, given.Weights, active, 8).WithSeed(1);
        var check = ShareCheck.Of(wrong, ShareCheck.Shares(given.Weights), Runs, burnIn: 0, samples: 30_000);
        Assert.False(check.Passes, $"{check}");
    }

    /// <summary>Twin: activation in proportion to w where streams end early, without m_j, does not pass.</summary>
    [Fact]
    public void ShareCheck_OfStreamsThatEndEarlyWithoutCorrection_Fails()
    {
        Streamer<int> wrong = Streamer.Create(WrongMuxes.NotCorrectedForLengths, new[] { 3, 22, 41, 3 }, 2, 8).WithSeed(1);
        var check = ShareCheck.Of(wrong, ShareCheck.Shares([1, 1, 1, 1]), Runs, burnIn: 0, samples: 30_000);
        Assert.False(check.Passes, $"{check}");
    }

    /// <summary>Lengths far apart, places few: where the time at which a stream is replaced matters most.</summary>
    [Theory]
    [InlineData(2, Constant)]
    [InlineData(2, Poisson)]
    [InlineData(4, Binomial)]
    public void LongRunShare_SingleActiveWithLengthsFarApart_SharesAreTheWeights(double rate, SampleCountDistribution distribution)
    {
        double[] weights = [4, 3, 2, 1];
        var mux = new StochasticMux<int>(Repeated.Of(1, 50, 1, 50), 2, rate, weights, SingleActive, distribution: distribution, seed: 2);
        var check = ShareCheck.Of(mux, ShareCheck.Shares(weights), Runs, burnIn: 30_000, samples: 30_000);
        Assert.True(check.Passes, $"{check}");
    }

    /// <summary>Twin: replacing some at the next pull, some when drawn, is off by several per cent.</summary>
    [Fact]
    public void ShareCheck_OfStreamsReplacedAtTwoTimes_Fails()
    {
        Streamer<int> wrong = Streamer.Create(WrongMuxes.ReplacedAtTwoTimes, new[] { 1, 50, 1, 50 }, 2).WithSeed(1);
        var check = ShareCheck.Of(wrong, ShareCheck.Shares([1, 1, 1, 1]), Runs, burnIn: 0, samples: 30_000);
        Assert.False(check.Passes, $"{check}");
    }

    /// <summary>The activations themselves: with replacement they are independent, so χ² applies; 99 degrees of freedom, bound at 10⁻⁶.</summary>
    [Fact]
    public void LongRunShare_WithReplacement_ActivatesInProportionToWeights()
    {
        double[] weights = [.. Enumerable.Range(0, 100).Select(i => 1.0 / (i + 1))];
        var log = new ActivationLog(100);
        var mux = new StochasticMux<int>(log.Streams, 10, 8, weights, seed: 3);
        Streams.Run(mux, 400_000);

        Assert.InRange(ChiSquare.Of(log.Activations, ShareCheck.Shares(weights)), 0, ChiSquare.Bound(99));
        Assert.True(ChiSquare.Of(log.Activations, ShareCheck.Shares(weights.Select(w => w + 0.003))) > ChiSquare.Bound(99));
    }

    /// <summary>Mean of R per stream, whatever its weight: 40 closed activations or more each, bound |z| ≤ 6.</summary>
    [Theory]
    [InlineData(Constant)]
    [InlineData(Binomial)]
    [InlineData(Poisson)]
    public void LongRunShare_SingleActive_MeanCountOfEachStreamIsTheRate(SampleCountDistribution distribution)
    {
        double[] weights = [.. Enumerable.Range(0, 12).Select(i => Math.Pow(0.8, i))];
        var log = new ActivationLog(12);
        var mux = new StochasticMux<int>(log.Streams, 3, 8.25, weights, SingleActive, distribution: distribution, seed: 3);
        Streams.Run(mux, 300_000);

        for (int i = 0; i < 12; i++)
        {
            double[] counts = [.. log.Counts[i].SkipLast(1).Select(count => (double)count)];
            Assert.InRange(counts.Length, 40, int.MaxValue);
            Assert.InRange(Moments.MeanDeviation(counts, 8.25), -6, 6);
            Assert.NotInRange(Moments.MeanDeviation(counts, 10), -6, 6);
        }
    }

    private static TheoryData<LongRunShareCase> Cases(params LongRunShareCase[] cases) => new(cases);
}
