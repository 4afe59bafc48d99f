using System.Numerics;

namespace Pescador.Fast.Tests;

public class ConditionalPoissonTests
{
    public static TheoryData<string> OddsSets() => ["equal", "harmonic", "geometric", "heavy", "two heavy", "spread", "one"];

    [Theory]
    [MemberData(nameof(OddsSets))]
    public void InclusionProbabilities_EverySize_AgreeWithEnumeration(string name)
    {
        double[] odds = Odds(name);
        for (int size = 0; size <= odds.Length; size++)
        {
            var actual = new double[odds.Length];
            ConditionalPoisson.InclusionProbabilities(odds, size, actual);
            double[] expected = Included(odds, size);
            for (int j = 0; j < odds.Length; j++) Assert.Equal(1, (actual[j] + 1e-300) / (expected[j] + 1e-300), 1e-11);
        }
    }

    [Fact]
    public void InclusionProbabilities_OddsZero_AreZero()
    {
        var result = new double[4];
        ConditionalPoisson.InclusionProbabilities([0, 3, 0, 5], 2, result);
        Assert.Equal([0, 1, 0, 1], result);
        ConditionalPoisson.InclusionProbabilities([0, 3, 1, 0], 1, result);
        Assert.Equal([0, 0.75, 0.25, 0], result.Select(x => Math.Round(x, 12)));
    }

    [Theory] // every number of blocks, whole and cut, of the checkpointed laws
    [InlineData(16, 3), InlineData(17, 5), InlineData(20, 19), InlineData(150, 12)]
    public void InclusionProbabilities_ManyUnits_AgreeWithLeavingEachOut(int count, int size)
    {
        double[] odds = [.. Enumerable.Range(0, count).Select(i => 3.0 / (i + 1))];
        var actual = new double[count];
        ConditionalPoisson.InclusionProbabilities(odds, size, actual);
        double all = Symmetric(odds, -1, size);
        for (int j = 0; j < count; j++) Assert.Equal(1, actual[j] / (odds[j] * Symmetric(odds, j, size - 1) / all), 1e-11);
    }

    [Fact]
    public void InclusionProbabilities_HundredThousandUnits_SumToTheSize()
    {
        double[] odds = [.. Enumerable.Range(0, 100_000).Select(i => 1.0 / (i + 1))];
        var result = new double[odds.Length];
        ConditionalPoisson.InclusionProbabilities(odds, 50, result);
        Assert.Equal(50, result.Sum(), 1e-8);
        Assert.All(result, g => Assert.InRange(g, 1e-6, 1));
    }

    [Theory]
    [InlineData("equal"), InlineData("harmonic"), InlineData("geometric"), InlineData("two heavy")]
    public void Solve_ProbabilitiesOfKnownOdds_AreMet(string name)
    {
        double[] odds = Odds(name);
        for (int size = 0; size <= odds.Length; size++) AssertSolved(Included(odds, size), size);
    }

    [Fact]
    public void Solve_OneOfTwo_DoesNotSwing()
    {
        AssertSolved([0.7, 0.3], 1);
        AssertSolved([1 - 1e-9, 1e-9], 1);
    }

    [Fact]
    public void Solve_OneNextToCertain_IsMet()
    {
        AssertSolved([1 - 1e-9, 0.4, 0.3, 0.3 + 1e-9], 2);
        AssertSolved([1 - 1e-9, 1 - 1e-9, 1e-9, 1e-9], 2);
        AssertSolved([1 - 3e-12, 1e-12, 1e-12, 1e-12], 1);
    }

    [Theory]
    [InlineData(0.5, 20, 1), InlineData(0.9, 30, 4), InlineData(0.99, 100, 8)]
    public void Solve_Geometric_IsMet(double ratio, int count, int size)
    {
        (double[] inclusion, int places) = Wanted(Enumerable.Range(0, count).Select(i => Math.Pow(ratio, i)), size);
        AssertSolved(inclusion, places);
    }

    [Theory]
    [InlineData(5, 2), InlineData(50, 8), InlineData(1_000, 30), InlineData(20_000, 50)]
    public void Solve_Harmonic_IsMet(int count, int size)
    {
        (double[] inclusion, int places) = Wanted(Enumerable.Range(1, count).Select(i => 1.0 / i), size);
        AssertSolved(inclusion, places);
    }

    [Fact]
    public void Solve_RandomShares_AreMet()
    {
        // Shares over up to thirteen orders of magnitude: next to 1 beside next to 0.
        var random = new RandomGenerator(8);
        for (int round = 0; round < 1_000; round++)
        {
            int count = 3 + random.NextInt32(12);
            double spread = 5 * random.NextDouble();
            double[] shares = [.. Enumerable.Repeat(0, count).Select(_ => Math.Exp(spread * random.NextNormal()))];
            (double[] inclusion, int places) = Wanted(shares, 1 + random.NextInt32(count - 1));
            AssertSolved(inclusion, places);
        }
    }

    [Fact] // twin: the odds one starts from are not those that are right
    public void Check_OddsBeforeSolving_Fail()
    {
        (double[] inclusion, int places) = Wanted(Enumerable.Range(1, 50).Select(i => 1.0 / i), 8);
        double[] first = [.. inclusion.Select(p => p / (1 - p))];
        Assert.True(Error(first, inclusion, places) > 1e-3);
    }

    [Fact]
    public void Solve_SumIsNotTheSize_Throws() =>
        Assert.Throws<InvalidOperationException>(() => ConditionalPoisson.Solve([0.5, 0.4, 0.3], 1));

    [Theory]
    [MemberData(nameof(OddsSets))]
    public void DrawSet_EverySize_HasExactLaw(string name)
    {
        double[] odds = Odds(name);
        for (int size = 0; size <= odds.Length; size++)
        {
            var chosen = new int[size];
            Assert.True(Distance(odds, size, (ref random) =>
            {
                ConditionalPoisson.DrawSet(odds, size, ref random, chosen);
                return chosen;
            }) < GoodnessOfFit.Bound);
        }
    }

    [Fact] // twin
    public void Check_OddsOffByOnePlace_Fails()
    {
        double[] odds = Odds("harmonic");
        double[] wrong = [.. odds[1..], odds[0]];
        var chosen = new int[3];
        Assert.True(Distance(odds, 3, (ref random) =>
        {
            ConditionalPoisson.DrawSet(wrong, 3, ref random, chosen);
            return chosen;
        }) > 2 * GoodnessOfFit.Bound);
    }

    [Fact] // twin: the set drawn place by place ∝ odds, which is another law
    public void Check_DrawnPlaceByPlace_Fails()
    {
        double[] odds = Odds("harmonic");
        var chosen = new int[3];
        Assert.True(Distance(odds, 3, (ref random) =>
        {
            var left = new DiscreteSampler(odds);
            for (int i = 0; i < chosen.Length; i++)
            {
                chosen[i] = left.Draw(ref random);
                left[chosen[i]] = 0;
            }
            return chosen;
        }) > 2 * GoodnessOfFit.Bound);
    }

    [Fact]
    public void DrawSet_ManyUnits_MeetsInclusionProbabilities()
    {
        double[] odds = [.. Enumerable.Range(0, 300).Select(i => 5.0 / (i + 1))];
        var inclusion = new double[odds.Length];
        ConditionalPoisson.InclusionProbabilities(odds, 10, inclusion);
        var counts = new long[odds.Length];
        var random = new RandomGenerator(21);
        var chosen = new int[10];
        const int Sets = 20_000;
        for (int i = 0; i < Sets; i++)
        {
            ConditionalPoisson.DrawSet(odds, 10, ref random, chosen);
            Assert.Equal(chosen.Distinct().Order(), chosen);
            foreach (int j in chosen) counts[j]++;
        }
        // 300 z's, of which one may pass 4 with probability 0.02.
        for (int j = 0; j < odds.Length; j++)
            Assert.InRange((counts[j] - Sets * inclusion[j]) / Math.Sqrt(Sets * inclusion[j] * (1 - inclusion[j])), -4.5, 4.5);
    }

    private static double[] Odds(string name) => name switch
    {
        "equal" => [2, 2, 2, 2, 2],
        "harmonic" => [1, 1 / 2.0, 1 / 3.0, 1 / 4.0, 1 / 5.0, 1 / 6.0],
        "geometric" => [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6],
        "heavy" => [1, 1e9, 2, 3, 0.5],
        "two heavy" => [1e6, 1, 1e6, 2, 3],
        "spread" => [1e-40, 1e40, 1, 1e20, 1e-20, 3],
        "one" => [0.3],
        _ => throw new ArgumentException(name),
    };

    /// <summary>Inclusion probabilities k·s / Σs of the shares that are left once those that would pass 1 are pinned.</summary>
    private static (double[] Inclusion, int Places) Wanted(IEnumerable<double> shares, int places)
    {
        double[] sorted = [.. shares.OrderDescending()];
        double left = sorted.Sum();
        int pinned = 0;
        while (places > 0 && (sorted[pinned] * places >= left * (1 - 1e-9) || sorted.Length - pinned <= places))
        {
            pinned++;
            places--;
            left = sorted[pinned..].Sum();
        }
        return ([.. sorted[pinned..].Select(s => places * s / left)], places);
    }

    private static void AssertSolved(double[] inclusion, int size) =>
        Assert.InRange(Error(ConditionalPoisson.Solve(inclusion, size), inclusion, size), 0, 1e-7);

    private static double Error(double[] odds, double[] inclusion, int size)
    {
        Assert.All(odds, a => Assert.True(a > 0 && double.IsFinite(a)));
        var actual = new double[odds.Length];
        ConditionalPoisson.InclusionProbabilities(odds, size, actual);
        return odds.Length == 0 ? 0 : actual.Zip(inclusion, (g, p) => Math.Abs(g - p)).Max();
    }

    private static (int[] Sets, double[] Probabilities) Enumerate(double[] odds, int size)
    {
        int[] sets = [.. Enumerable.Range(0, 1 << odds.Length).Where(set => BitOperations.PopCount((uint)set) == size)];
        double[] products = [.. sets.Select(set => odds.Where((_, j) => (set >> j & 1) == 1).Aggregate(1.0, (a, b) => a * b))];
        double sum = products.Sum();
        return (sets, [.. products.Select(p => p / sum)]);
    }

    private static double[] Included(double[] odds, int size)
    {
        (int[] sets, double[] probabilities) = Enumerate(odds, size);
        return [.. odds.Select((_, j) => probabilities.Where((_, i) => (sets[i] >> j & 1) == 1).Sum())];
    }

    /// <summary>The elementary symmetric function of a degree, one unit left out.</summary>
    private static double Symmetric(double[] odds, int without, int degree)
    {
        var sums = new double[degree + 1];
        sums[0] = 1;
        for (int j = 0; j < odds.Length; j++)
            for (int k = degree; k > 0 && j != without; k--) sums[k] += odds[j] * sums[k - 1];
        return sums[degree];
    }

    private delegate int[] SetSampler(ref RandomGenerator random);

    private static double Distance(double[] odds, int size, SetSampler draw)
    {
        (int[] sets, double[] probabilities) = Enumerate(odds, size);
        var counts = new long[sets.Length];
        var random = new RandomGenerator(17);
        for (int i = 0; i < 30_000; i++) counts[Array.BinarySearch(sets, draw(ref random).Sum(j => 1 << j))]++;
        return GoodnessOfFit.ChiSquare(counts, probabilities);
    }
}
