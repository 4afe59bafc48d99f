namespace Pescador.Fast.Tests;

/// <summary>Compares counted draws with exact probabilities. Each result is a z: about standard normal
/// where the law is right.</summary>
internal static class GoodnessOfFit
{
    /// <summary>The bound of every statistical test here: P(z > 4) is 3·10⁻⁵, 10⁻⁴ for a χ² of one degree of freedom.
    /// Seeds are fixed.</summary>
    public const double Bound = 4;

    /// <summary>Pearson's χ² over cells, neighbouring ones pooled until each expects at least <paramref name="leastExpected"/>, as a z by
    /// E. B. Wilson and M. M. Hilferty (1931). A count where none is possible gives infinity.</summary>
    public static double ChiSquare(ReadOnlySpan<long> counts, ReadOnlySpan<double> probabilities, double leastExpected = 10)
    {
        Assert.Equal(probabilities.Length, counts.Length);
        long draws = 0;
        foreach (long count in counts) draws += count;

        double statistic = 0, expected = 0, observed = 0, expectedLeft = draws, lastExpected = 0, lastObserved = 0;
        int cells = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (probabilities[i] == 0 && counts[i] > 0) return double.PositiveInfinity;
            expected += draws * probabilities[i];
            expectedLeft -= draws * probabilities[i];
            observed += counts[i];
            // What is left must make a cell of its own, or it joins this one.
            if (expected < leastExpected || (expectedLeft < leastExpected && i < counts.Length - 1)) continue;
            statistic += Term(observed, expected);
            (lastObserved, lastExpected) = (observed, expected);
            (observed, expected) = (0, 0);
            cells++;
        }
        if (observed > 0 || expected > 0)
            statistic += Term(observed + lastObserved, expected + lastExpected) - (cells > 0 ? Term(lastObserved, lastExpected) : 0);
        if (cells < 2) return 0;
        double spread = 2.0 / (9 * (cells - 1));
        return (Math.Cbrt(statistic / (cells - 1)) - (1 - spread)) / Math.Sqrt(spread);
    }

    /// <summary>The larger of the distances of mean and variance from those of the law, in their standard errors.</summary>
    public static double Moments(ReadOnlySpan<long> counts, ReadOnlySpan<double> probabilities)
    {
        double mean = 0, variance = 0, fourth = 0, draws = 0, sum = 0, squares = 0;
        for (int i = 0; i < probabilities.Length; i++) mean += i * probabilities[i];
        for (int i = 0; i < probabilities.Length; i++)
        {
            double square = (i - mean) * (i - mean);
            variance += square * probabilities[i];
            fourth += square * square * probabilities[i];
            draws += counts[i];
            sum += counts[i] * (i - mean);
            squares += counts[i] * square;
        }
        if (variance < 1e-9) return 0; // one value only, which the cells have tested
        double meanZ = Math.Abs(sum / draws) / Math.Sqrt(variance / draws);
        double varianceZ = Math.Abs(squares / draws - variance) / Math.Sqrt(Math.Max(fourth - variance * variance, 1e-9) / draws);
        return Math.Max(meanZ, varianceZ);
    }

    private static double Term(double observed, double expected) =>
        expected > 0 ? (observed - expected) * (observed - expected) / expected : 0;
}
