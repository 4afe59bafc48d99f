using static Pescador.Fast.SampleCountDistribution;

namespace Pescador.Fast.Tests;

/// <summary>
/// D, the number of the mux's samples until one given stream is replaced. With as many places as streams each stream is always active and drawn
/// with its share p, so that its Ds are independent: from one closing to the next.
/// </summary>
public sealed class StochasticMuxReplacementTimeTests
{
    private static readonly double[] Shares = [0.4, 0.3, 0.2, 0.1];

    /// <summary>H0: mean and variance of D are the formulas'. 1,400 values or more each; bound 5 standard errors, which 24 · 2 comparisons
    /// of a right law pass with 0.9999.</summary>
    [Theory]
    [InlineData(Constant, 1)]
    [InlineData(Constant, 8)]
    [InlineData(Constant, 64)]
    [InlineData(Binomial, 1)]
    [InlineData(Binomial, 2.5)]
    [InlineData(Binomial, 8)]
    [InlineData(Binomial, 64)]
    [InlineData(Poisson, 2.5)]
    [InlineData(Poisson, 8)]
    [InlineData(Poisson, 64)]
    public void D_AtConstantShare_HasTheMeanAndVarianceOfItsLaw(SampleCountDistribution distribution, double rate)
    {
        double[][] times = Times(distribution, rate, 900_000);
        for (int i = 0; i < Shares.Length; i++)
        {
            double p = Shares[i];
            Assert.InRange(times[i].Length, 1_400, int.MaxValue);
            Assert.InRange(Moments.MeanDeviation(times[i], rate / p), -5, 5);
            Assert.InRange(Moments.VarianceDeviation(times[i], Variance(distribution, rate, p)), -5, 5);
        }
    }

    /// <summary>Twin: the formula that pescador's page gives for the binomial too, and a mean one half off, do not pass.</summary>
    [Fact]
    public void Moments_OfTheBinomialAgainstTheConstantsFormula_Fail()
    {
        double[][] times = Times(Binomial, 8, 900_000);
        Assert.NotInRange(Moments.VarianceDeviation(times[0], Variance(Constant, 8, 0.4)), -5, 5);
        Assert.NotInRange(Moments.MeanDeviation(times[0], 7.5 / 0.4), -5, 5);
        Assert.NotInRange(Moments.VarianceDeviation(times[0], Variance(Poisson, 8, 0.4)), -5, 5);
    }

    /// <summary>H0: at the start the binomial's p is the share once all places are filled, so that Var[R] = (rate − 1) p + f (1 − f)(1 − p)². Bound 5
    /// standard errors over 4,000 runs; the twin is the p of places filled one by one, 1 for the first: Var[R] = rate − 1.</summary>
    [Fact]
    public void FirstCounts_Binomial_AreDrawnOnceAllPlacesAreFilled()
    {
        var log = new ActivationLog(Shares.Length);
        var mux = new StochasticMux<int>(log.Streams, Shares.Length, 8, Shares, StochasticMode.Exhaustive, seed: 12);
        for (int run = 0; run < 4_000; run++)
        {
            Streams.Run(mux, 10_000);
        }

        for (int i = 0; i < Shares.Length; i++)
        {
            double p = Shares[i];
            double f = 7 / (1 - p) - Math.Floor(7 / (1 - p));
            double[] counts = [.. log.Counts[i].Select(count => (double)count)];
            Assert.Equal(4_000, counts.Length);
            Assert.InRange(Moments.MeanDeviation(counts, 8), -5, 5);
            Assert.InRange(Moments.VarianceDeviation(counts, 7 * p + f * (1 - f) * (1 - p) * (1 - p)), -5, 5);
            Assert.NotInRange(Moments.VarianceDeviation(counts, 7), -5, 5);
        }
    }

    private static double Variance(SampleCountDistribution distribution, double rate, double p)
    {
        double trials = (rate - 1) / (1 - p);
        double f = trials - Math.Floor(trials + 1e-9);
        return distribution switch
        {
            Constant => rate * (1 - p) / (p * p),
            Binomial => (rate - p) / (p * p) + f * (1 - f) * (1 - p) * (1 - p) / (p * p),
            _ => (rate * (2 - p) - 1) / (p * p),
        };
    }

    private static double[][] Times(SampleCountDistribution distribution, double rate, int samples)
    {
        var log = new ActivationLog(Shares.Length);
        var mux = new StochasticMux<int>(log.Streams, Shares.Length, rate, Shares, StochasticMode.SingleActive, distribution: distribution, seed: 12);
        Streams.Run(mux, samples);
        var last = new long[Shares.Length];
        List<double>[] times = [.. Shares.Select(_ => new List<double>())];
        foreach ((int stream, long position) in log.Closings.SkipLast(Shares.Length)) // the last ones were not replaced
        {
            times[stream].Add(position - last[stream]);
            last[stream] = position;
        }

        return [.. times.Select(list => list.ToArray())];
    }
}
