namespace Pescador.Fast.Throughput;

/// <summary>Tells whether counts can have come of given shares.</summary>
internal static class ShareCheck
{
    // A right program fails once in 10¹⁵ runs, were the statistic normal; its tail is somewhat heavier.
    private const double StandardDeviations = 8;

    /// <summary>Pearson's statistic against its bound.</summary>
    /// <param name="counts">How often each was seen.</param>
    /// <param name="shares">What was expected; they sum to 1.</param>
    /// <param name="dispersion">A bound on the counts' variance, over that of independent draws: 1 for those, about rate + 1 where streams
    /// give their samples by runs of that mean length.</param>
    /// <param name="what">What is counted, for the message.</param>
    /// <exception cref="VerificationException">They cannot.</exception>
    internal static void Verify(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares, double dispersion, string what)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        double statistic = 0;
        double reciprocals = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = shares[i] * total;
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            reciprocals += 1 / expected;
        }

        int freedom = counts.Length - 1;
        double bound = dispersion * (freedom + (StandardDeviations * Math.Sqrt((2 * freedom) + reciprocals)));
        if (statistic > bound)
        {
            throw new VerificationException(
                $"The shares of {counts.Length} {what} in {total} samples are not the expected ones: "
                + $"χ² = {statistic:0.#}, at most {bound:0.#} was to be.");
        }
    }

    internal static double[] Equal(int count)
    {
        var shares = new double[count];
        Array.Fill(shares, 1.0 / count);
        return shares;
    }

    /// <summary>In proportion to 1 / (i + 1).</summary>
    internal static double[] Harmonic(int count)
    {
        var shares = new double[count];
        double sum = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            sum += 1.0 / (i + 1);
        }

        for (int i = 0; i < count; i++)
        {
            shares[i] = 1 / ((i + 1) * sum);
        }

        return shares;
    }
}
