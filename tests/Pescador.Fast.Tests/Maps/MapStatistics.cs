namespace Pescador.Fast.Tests;

/// <summary>Pearson's test of counts against what was expected.</summary>
internal static class MapStatistics
{
    /// <summary>Σ (count − expected)² / expected.</summary>
    internal static double ChiSquare(IEnumerable<long> counts, IEnumerable<double> expected) =>
        counts.Zip(expected, (count, mean) => (count - mean) * (count - mean) / mean).Sum();

    /// <summary>Mean and six standard deviations of χ²: passed by chance less than once in 10⁶ for 5 or more degrees of freedom.</summary>
    internal static double Bound(int degreesOfFreedom) => degreesOfFreedom + (6 * Math.Sqrt(2.0 * degreesOfFreedom));

    /// <summary>The probabilities of 0, 1, ... failures before a success, the last one of all from there on.</summary>
    internal static IEnumerable<double> Geometric(double success, int cells)
    {
        double rest = 1;
        for (int i = 0; i < cells - 1; i++)
        {
            yield return rest * success;
            rest *= 1 - success;
        }

        yield return rest;
    }

    internal static long[] Histogram(IEnumerable<int> values, int cells)
    {
        var counts = new long[cells];
        foreach (int value in values)
        {
            counts[Math.Min(value, cells - 1)]++;
        }

        return counts;
    }
}
