namespace Pescador.Fast.Tests;

/// <summary>Pearson's χ² of counts against probabilities.</summary>
internal static class ChiSquare
{
    internal static double Of(long[] counts, double[] probabilities)
    {
        double total = counts.Sum();
        double sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = total * probabilities[i];
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        return sum;
    }

    /// <summary>What a right law passes with a probability of 10⁻⁶ (Wilson and Hilferty's approximation; z = 4.753).</summary>
    internal static double Bound(int degreesOfFreedom)
    {
        double a = 2.0 / (9 * degreesOfFreedom);
        return degreesOfFreedom * Math.Pow(1 - a + 4.753 * Math.Sqrt(a), 3);
    }
}

/// <summary>Deviations of independent numbers' moments, in standard errors.</summary>
internal static class Moments
{
    internal static double MeanDeviation(double[] values, double expected)
    {
        double mean = values.Average();
        double error = Math.Sqrt(Moment(values, 2) / values.Length);
        return error > 0 ? (mean - expected) / error : Math.Abs(mean - expected) < 1e-9 ? 0 : double.PositiveInfinity;
    }

    internal static double VarianceDeviation(double[] values, double expected)
    {
        double variance = Moment(values, 2);
        double error = Math.Sqrt((Moment(values, 4) - variance * variance) / values.Length);
        return error > 0 ? (variance - expected) / error : Math.Abs(variance - expected) < 1e-9 ? 0 : double.PositiveInfinity;
    }

    private static double Moment(double[] values, int order)
    {
        double mean = values.Average();
        return values.Average(value => Math.Pow(value - mean, order));
    }
}
