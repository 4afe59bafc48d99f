namespace Pescador.Fast.Tests;

public sealed class AliasTableTests
{
    public static TheoryData<double[]> EveryWeights => new(Weights);

    private static double[][] Weights =>
    [
        [1],
        [1, 1, 1],
        [0, 0, 5, 0],
        [0.7, 0.1, 0.1, 0.1],
        [1e-300, 1, 1e-12, 0],
        [1e300, 1e300, 3e299, 0, 1],
        [.. Enumerable.Range(0, 100).Select(i => 1.0 / (i + 1))],
        [.. Enumerable.Range(0, 1000).Select(i => i % 3 == 0 ? 0 : Math.Pow(1.01, i))],
    ];

    [Theory]
    [MemberData(nameof(EveryWeights))]
    public void Build_OfAnyWeights_GivesEachIndexItsProbability(double[] weights)
    {
        var table = new AliasTable(weights.Length);
        table.Build([.. weights.Reverse()]); // an earlier table leaves nothing behind
        table.Build(weights);
        double scale = weights.Max();
        double total = weights.Sum(weight => weight / scale);
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = weights[i] / scale / total;
            Assert.InRange(table.ProbabilityOf(i), expected * (1 - 1e-9) - 1e-15, expected * (1 + 1e-9) + 1e-15);
        }
    }

    [Theory]
    [MemberData(nameof(EveryWeights))]
    public void Draw_OfAnyWeights_NeverGivesAnIndexWithoutWeight(double[] weights)
    {
        var table = new AliasTable(weights.Length);
        table.Build(weights);
        var random = new RandomGenerator(3);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(weights[table.Draw(ref random)] > 0);
        }
    }

    // Hypothesis: indices come in proportion to .7 .1 .1 .1. χ² with 3 degrees of freedom passes 22 with probability 6.5e-5. The twin's weights
    // are off by one place and fail.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draw_ManyTimes_FollowsTheWeights(bool isTwin)
    {
        double[] expected = [0.7, 0.1, 0.1, 0.1];
        var table = new AliasTable(4);
        table.Build(isTwin ? [0.1, 0.7, 0.1, 0.1] : expected);
        var random = new RandomGenerator(11);
        var counts = new int[4];
        for (int i = 0; i < 100_000; i++)
        {
            counts[table.Draw(ref random)]++;
        }

        double chiSquared = counts.Select((found, i) => Math.Pow(found - (expected[i] * 100_000), 2) / (expected[i] * 100_000)).Sum();
        Assert.Equal(isTwin, chiSquared > 22);
    }
}
