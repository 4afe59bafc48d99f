using static Pescador.Fast.SampleCountDistribution;

namespace Pescador.Fast.Tests;

public class SampleCountSamplerTests
{
    private const int Draws = 300_000;

    private static readonly double[] Rates = [1, 1.5, 2, 8, 64, 256, 1e4, 1e6];
    private static readonly double[] Shares = [1e-4, 0.01, 0.3, 0.5, 0.75, 0.99, 0.9999, 1];

    public static TheoryData<double, double> RatesAndShares() => [.. from rate in Rates from share in Shares select (rate, share)];

    [Theory]
    [MemberData(nameof(RatesAndShares))]
    public void Draw_Binomial_HasExactLaw(double rate, double share) => AssertFits(Binomial, rate, share);

    [Theory]
    [InlineData(1), InlineData(1.5), InlineData(2), InlineData(8), InlineData(64), InlineData(256), InlineData(1e4), InlineData(1e6)]
    public void Draw_Poisson_HasExactLaw(double rate) => AssertFits(Poisson, rate, 0.25);

    [Theory]
    [InlineData(1), InlineData(1.5), InlineData(2), InlineData(8), InlineData(64.25), InlineData(256), InlineData(1e4)]
    [InlineData(1e6 + 0.125)]
    public void Draw_Constant_HasExactLaw(double rate) => AssertFits(Constant, rate, 0.25);

    [Theory] // on both sides of the change from table to rejection, and beyond the listed rates
    [InlineData(64.9, 0.99), InlineData(65.1, 0.5), InlineData(130, 0.5), InlineData(1e9, 0.3), InlineData(1e11, 1e-4)]
    [InlineData(1e12, 0.9999), InlineData(8, 1e-300)]
    public void Draw_BinomialAtTheEdges_HasExactLaw(double rate, double share) => AssertFits(Binomial, rate, share);

    [Theory] // twin: what pescador does
    [InlineData(1.5, 0.01), InlineData(2, 0.3), InlineData(8, 0.01), InlineData(8, 0.25), InlineData(64, 0.2), InlineData(256, 0.01)]
    [InlineData(1e4, 0.006)]
    public void Check_BinomialFirstParameterTruncated_Fails(double rate, double share)
    {
        double truncated = 1 + Math.Floor((rate - 1) / (1 - share)) * (1 - share);
        var wrong = new SampleCountSampler(Binomial, truncated);
        Assert.True(Distance(CountLaw.Of(Binomial, rate, share), (ref random) => wrong.Draw(share, ref random)) > 2 * GoodnessOfFit.Bound);
    }

    [Theory] // twin: the nearest whole first parameter
    [InlineData(2, 0.3), InlineData(8, 0.01), InlineData(64, 0.2), InlineData(256, 0.01)]
    public void Check_BinomialFirstParameterRounded_Fails(double rate, double share)
    {
        var wrong = new SampleCountSampler(Binomial, 1 + Math.Round((rate - 1) / (1 - share)) * (1 - share));
        Assert.True(Distance(CountLaw.Of(Binomial, rate, share), (ref random) => wrong.Draw(share, ref random)) > 2 * GoodnessOfFit.Bound);
    }

    [Theory] // twin
    [InlineData(1), InlineData(1.5), InlineData(2), InlineData(8), InlineData(64), InlineData(256)]
    public void Check_PoissonOfTheWholeRate_Fails(double rate)
    {
        var wrong = new SampleCountSampler(Poisson, rate + 1);
        Assert.True(Distance(CountLaw.Of(Poisson, rate, 1), (ref random) => wrong.Draw(1, ref random)) > 2 * GoodnessOfFit.Bound);
    }

    [Theory] // twin: same mean, slightly wrong variance
    [InlineData(8, 0.9), InlineData(256, 0.9), InlineData(1e4, 0.9), InlineData(1e6, 0.9)]
    public void Check_PoissonInPlaceOfBinomial_Fails(double rate, double share)
    {
        var wrong = new SampleCountSampler(Poisson, rate);
        Assert.True(Distance(CountLaw.Of(Binomial, rate, share), (ref random) => wrong.Draw(share, ref random)) > 2 * GoodnessOfFit.Bound);
    }

    [Fact] // twin
    public void Check_ConstantTruncated_Fails()
    {
        var wrong = new SampleCountSampler(Constant, 8);
        Assert.True(Distance(CountLaw.Of(Constant, 8.5, 1), (ref random) => wrong.Draw(1, ref random)) > 2 * GoodnessOfFit.Bound);
    }

    [Theory]
    [InlineData(Binomial, 8), InlineData(Binomial, 200), InlineData(Poisson, 8), InlineData(Constant, 1.5)]
    public void Draw_OtherSharesAskedBefore_GivesTheSameNumbers(SampleCountDistribution distribution, double rate)
    {
        var warm = new SampleCountSampler(distribution, rate);
        var random = new RandomGenerator(5);
        for (int i = 0; i < 2_000; i++)
        {
            double share = Shares[random.NextInt32(Shares.Length)];
            RandomGenerator twin = random;
            var cold = new SampleCountSampler(distribution, rate);
            Assert.Equal(cold.Draw(share, ref twin), warm.Draw(share, ref random));
            Assert.Equal(twin.NextUInt64(), random.NextUInt64());
        }
    }

    [Fact]
    public void Draw_AnyLaw_IsAtLeastOne()
    {
        var random = new RandomGenerator(6);
        foreach (double share in Shares)
        {
            foreach (double rate in new[] { 1, 1.001, 1.9, 70 })
            {
                var sampler = new SampleCountSampler(Binomial, rate);
                for (int i = 0; i < 20_000; i++) Assert.InRange(sampler.Draw(share, ref random), 1, long.MaxValue);
            }
        }
    }

    [Theory]
    [InlineData(0.999), InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(1.1e12)]
    public void Constructor_RateOutOfRange_Throws(double rate) =>
        Assert.Equal("rate", Assert.Throws<ArgumentOutOfRangeException>(() => new SampleCountSampler(Poisson, rate)).ParamName);

    [Fact]
    public void Constructor_UnknownDistribution_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleCountSampler((SampleCountDistribution)3, 2));

    [Theory]
    [InlineData(0), InlineData(-0.1), InlineData(1.0000001), InlineData(double.NaN)]
    public void Draw_ShareOutOfRange_Throws(double share)
    {
        foreach (SampleCountDistribution distribution in Enum.GetValues<SampleCountDistribution>())
        {
            var sampler = new SampleCountSampler(distribution, 8);
            var random = new RandomGenerator(1);
            Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Draw(share, ref random));
            Assert.InRange(sampler.Draw(0.5, ref random), 1, 1_000);
        }
    }

    [Theory]
    [InlineData(Constant, 1.5), InlineData(Binomial, 8), InlineData(Binomial, 1e4), InlineData(Poisson, 8), InlineData(Poisson, 1e4)]
    public void Draw_Always_AllocatesNothing(SampleCountDistribution distribution, double rate)
    {
        var sampler = new SampleCountSampler(distribution, rate);
        var random = new RandomGenerator(1);
        Allocations.AssertNone(100_000, i => sampler.Draw((i & 15) == 0 ? 0.7 : 0.3, ref random));
    }

    private static void AssertFits(SampleCountDistribution distribution, double rate, double share)
    {
        CountLaw law = CountLaw.Of(distribution, rate, share);
        Assert.Equal(1, law.Mean / rate, 1e-9);
        var sampler = new SampleCountSampler(distribution, rate);
        Assert.InRange(Distance(law, (ref random) => sampler.Draw(share, ref random)), double.NegativeInfinity, GoodnessOfFit.Bound);
    }

    private delegate long Sampler(ref RandomGenerator random);

    /// <summary>Cell by cell where values are few; 200 cells of like probability where they are many; and mean and variance.</summary>
    private static double Distance(CountLaw law, Sampler draw)
    {
        var counts = new long[law.Probabilities.Length];
        var random = new RandomGenerator(20_260_801);
        for (int i = 0; i < Draws; i++)
        {
            long cell = draw(ref random) - law.First;
            if ((ulong)cell >= (ulong)counts.Length) return double.PositiveInfinity; // of probability below 10⁻²⁰
            counts[cell]++;
        }
        double cells = GoodnessOfFit.ChiSquare(counts, law.Probabilities, counts.Length > 1_000 ? Draws / 200 : 10);
        return Math.Max(cells, GoodnessOfFit.Moments(counts, law.Probabilities));
    }
}
