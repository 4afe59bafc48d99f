namespace Pescador.Fast.Tests;

public class DiscreteSamplerTests
{
    private const int Draws = 300_000;

    public static TheoryData<string> WeightSets() =>
        ["one", "uniform", "geometric", "harmonic", "random", "holes", "tiny", "huge", "spread"];

    [Theory]
    [MemberData(nameof(WeightSets))]
    public void Draw_AnyWeights_HasExactLaw(string name)
    {
        double[] weights = Weights(name);
        Assert.True(Distance(new DiscreteSampler(weights), weights) < GoodnessOfFit.Bound);
    }

    [Theory] // twin
    [InlineData("geometric"), InlineData("harmonic"), InlineData("random"), InlineData("holes")]
    [InlineData("tiny"), InlineData("huge"), InlineData("spread")]
    public void Check_WeightsOffByOnePlace_Fails(string name)
    {
        double[] weights = Weights(name);
        double[] wrong = [.. weights[1..], weights[0]];
        Assert.True(Distance(new DiscreteSampler(wrong), weights) > 2 * GoodnessOfFit.Bound);
    }

    [Fact] // twin: one weight of 40, 0.3 of the total, is 5 % too large
    public void Check_OneWeightSlightlyWrong_Fails()
    {
        double[] weights = Weights("geometric");
        var wrong = new DiscreteSampler(weights) { [0] = 1.05 };
        Assert.True(Distance(wrong, weights) > 2 * GoodnessOfFit.Bound);
    }

    [Theory] // on both sides of every power of seven
    [InlineData(1), InlineData(6), InlineData(7), InlineData(8), InlineData(48), InlineData(49), InlineData(50)]
    [InlineData(342), InlineData(343), InlineData(344), InlineData(2_401), InlineData(2_402)]
    public void Find_WholeWeights_AgreesWithScan(int count)
    {
        var random = new RandomGenerator((ulong)count);
        double[] weights = [.. Enumerable.Range(0, count).Select(i => (double)random.NextInt32(4))];
        weights[^1] = 1;
        var sampler = new DiscreteSampler(weights);
        Assert.Equal(weights.Sum(), sampler.Total);
        int place = 0;
        for (int i = 0; i < count; i++)
            for (int k = 0; k < weights[i]; k++, place++)
            {
                Assert.Equal(i, sampler.Find(place));
                Assert.Equal(i, sampler.Find(place + 0.5));
            }
        Assert.Equal(count - 1, sampler.Find(Math.BitDecrement(sampler.Total)));
    }

    [Fact]
    public void Draw_WeightsOfManyMagnitudes_NeverGivesWeightZero()
    {
        var random = new RandomGenerator(77);
        for (int round = 0; round < 500; round++)
        {
            double[] weights = [.. Enumerable.Range(0, 1 + random.NextInt32(400)).Select(i => 0.0)];
            for (int i = 0; i < weights.Length; i++)
                if (random.NextInt32(3) == 0)
                    weights[i] = random.NextDouble() * Math.Pow(10, random.NextInt32(40) - (round % 2 == 0 ? 20 : 330));
            weights[random.NextInt32(weights.Length)] = 1e-310;
            var sampler = new DiscreteSampler(weights);
            for (int i = 0; i < 200; i++) Assert.NotEqual(0, weights[sampler.Draw(ref random)]);
            // The ends of the line, where rounding is worst.
            Assert.NotEqual(0, weights[sampler.Find(0)]);
            for (double u = Math.BitDecrement(sampler.Total); u > 0.999999999999999 * sampler.Total; u = Math.BitDecrement(u))
                Assert.NotEqual(0, weights[sampler.Find(u)]);
        }
    }

    [Theory] // of which every second draw is rounded up to the total
    [InlineData(1, 20), InlineData(7, 20), InlineData(6, 8), InlineData(0, 60), InlineData(59, 60)]
    public void Draw_TotalOfSmallestDouble_GivesItsIndex(int index, int count)
    {
        var sampler = new DiscreteSampler(count) { [index] = double.Epsilon };
        var random = new RandomGenerator(9);
        for (int i = 0; i < 100; i++) Assert.Equal(index, sampler.Draw(ref random));
    }

    [Theory]
    [InlineData(5), InlineData(100), InlineData(3_000)]
    public void SetOneByOne_AnyHistory_GivesTheStateOfTheWeights(int count)
    {
        var random = new RandomGenerator(4);
        var updated = new DiscreteSampler(count);
        var weights = new double[count];
        for (int i = 0; i < 5 * count; i++)
        {
            int index = random.NextInt32(count);
            updated[index] = weights[index] = random.NextInt32(5) == 0 ? 0 : Math.Exp(10 * random.NextNormal());
        }
        var fresh = new DiscreteSampler(weights);
        Assert.Equal(fresh.Total, updated.Total);
        RandomGenerator twin = random;
        for (int i = 0; i < count; i++) Assert.Equal(weights[i], updated[i]);
        for (int i = 0; i < 20_000; i++) Assert.Equal(fresh.Draw(ref twin), updated.Draw(ref random));

        updated.SetAll(new double[count]);
        Assert.Equal(0, updated.Total);
        updated[count - 1] = 2;
        Assert.Equal(count - 1, updated.Draw(ref random));
    }

    [Fact]
    public void Draw_AfterUpdates_HasExactLaw()
    {
        double[] weights = Weights("harmonic");
        var sampler = new DiscreteSampler(weights);
        for (int i = 0; i < weights.Length; i += 2) sampler[i] = weights[i] = i % 3;
        Assert.True(Distance(sampler, weights) < GoodnessOfFit.Bound);
    }

    [Fact]
    public void Draw_AllWeightsZero_Throws()
    {
        var sampler = new DiscreteSampler(3);
        var random = new RandomGenerator(1);
        Assert.Throws<InvalidOperationException>(() => sampler.Draw(ref random));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Find(0));
    }

    [Theory]
    [InlineData(-1.0), InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(-double.Epsilon)]
    public void Weights_NegativeOrNotFinite_AreRefusedByIndexAndValue(double weight)
    {
        Assert.Contains("Weight 1 ", Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSampler([1, weight])).Message);
        var sampler = new DiscreteSampler([1, 2]);
        Assert.Contains("Weight 1 ", Assert.Throws<ArgumentOutOfRangeException>(() => sampler[1] = weight).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.SetAll([3, weight]));
        Assert.Equal(3, sampler.Total);
    }

    [Fact]
    public void Weights_TotalBeyondLargestDouble_IsRefused()
    {
        Assert.Contains("common factor", Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSampler([1e308, 1e308])).Message);
        var sampler = new DiscreteSampler([1e308, 1, 5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler[1] = 1e308);
        Assert.Equal((1e308, 1, 5, 1e308), (sampler[0], sampler[1], sampler[2], sampler.Total));
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler.SetAll([1e308, 1e308, 0]));
        Assert.Equal((0, 0), (sampler.Total, sampler[0]));
    }

    [Fact]
    public void Members_ArgumentOutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSampler(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSampler([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteSampler(int.MaxValue));
        var sampler = new DiscreteSampler([1, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => sampler[-1] = 1);
        Assert.Throws<ArgumentException>(() => sampler.SetAll([1]));
        foreach (double u in new[] { -1e-300, 3, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => sampler.Find(u));
    }

    [Fact]
    public void EveryCall_AfterConstruction_AllocatesNothing()
    {
        double[] weights = Weights("harmonic");
        var sampler = new DiscreteSampler(weights);
        var random = new RandomGenerator(1);
        Allocations.AssertNone(100_000, i =>
        {
            sampler[i % weights.Length] = i & 7;
            sampler.Draw(ref random);
            if (i % 1_000 == 0) sampler.SetAll(weights);
        });
    }

    private static double[] Weights(string name)
    {
        var random = new RandomGenerator(31);
        return name switch
        {
            "one" => [3],
            "uniform" => [.. Enumerable.Repeat(1.0, 11)],
            "geometric" => [.. Enumerable.Range(0, 40).Select(i => Math.Pow(0.7, i))],
            "harmonic" => [.. Enumerable.Range(0, 1_000).Select(i => 1.0 / (i + 1))],
            "random" => [.. Enumerable.Range(0, 400).Select(_ => Math.Exp(random.NextNormal()))],
            "holes" => [.. Enumerable.Range(0, 100).Select(i => i % 3 == 1 ? i : 0.0)],
            "tiny" => [1e-300, 2e-300, 0, 3e-300, 4e-300],
            "huge" => [1e300, 2e300, 0, 3e300, 4e300],
            "spread" => [1e-300, 1, 1e300, 0, 1e-300, 3e300, 1e150],
            _ => throw new ArgumentException(name),
        };
    }

    private static double Distance(DiscreteSampler sampler, double[] weights)
    {
        double largest = weights.Max();
        double[] shares = [.. weights.Select(w => w / largest)];
        double sum = shares.Sum();
        // Below 10⁻¹⁴ an index may not be seen at all; its cell stands for "possible".
        double[] probabilities = [.. shares.Select(s => s / sum)];
        var counts = new long[weights.Length];
        var random = new RandomGenerator(20_260_802);
        for (int i = 0; i < Draws; i++) counts[sampler.Draw(ref random)]++;
        return Math.Max(GoodnessOfFit.ChiSquare(counts, probabilities), GoodnessOfFit.Moments(counts, probabilities));
    }
}
