namespace Pescador.Fast.Throughput;

/// <summary>Tells whether counts can have come of given shares.</summary>
internal static class ShareCheck
{
    // A right program fails once in 10¹⁵ runs, were the statistic normal; its tail is somewhat heavier.
    private const double StandardDeviations = 8;

    private const int Groups = 10;

    /// <summary>Checks each count, all of them together, and groups of them, in which small but systematic deviations add up.</summary>
    /// <param name="counts">How often each was seen.</param>
    /// <param name="shares">What was expected; they sum to 1.</param>
    /// <param name="dispersion">A bound on the counts' variance, over that of independent draws: 1 for those, about rate + 1 where streams
    /// give their samples by runs of that mean length, 0 where all take turns.</param>
    /// <param name="what">What is counted, for the message.</param>
    /// <exception cref="VerificationException">They cannot.</exception>
    internal static void Verify(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares, double dispersion, string what)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        VerifyEach(counts, shares, total, dispersion, what);
        if (dispersion == 0)
        {
            return; // nothing was left to chance
        }

        VerifyTogether(counts, shares, total, dispersion, what);
        if (counts.Length > Groups)
        {
            int length = counts.Length;
            VerifyGroups(
                counts, shares, total, dispersion, index => (int)((long)index * Groups / length), $"contiguous tenths of the {what}");
            VerifyGroups(counts, shares, total, dispersion, static index => index % Groups, $"interleaved tenths of the {what}");
        }
    }

    private static void VerifyEach(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares, long total, double dispersion, string what)
    {
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = shares[i] * total;

            // The constant part is for small expectations, whose tails are not the normal ones.
            double bound = 1 + (10 * dispersion) + (StandardDeviations * Math.Sqrt(dispersion * expected));
            if (!(Math.Abs(counts[i] - expected) <= bound))
            {
                throw new VerificationException(
                    $"Of {total} samples {counts[i]} came from number {i} of the {counts.Length} {what}; "
                    + $"{expected:0.#} ± {bound:0.#} were to be.");
            }
        }
    }

    private static void VerifyGroups(
        ReadOnlySpan<long> counts, ReadOnlySpan<double> shares, long total, double dispersion, Func<int, int> groupOf, string what)
    {
        var groupCounts = new long[Groups];
        var groupShares = new double[Groups];
        for (int i = 0; i < counts.Length; i++)
        {
            groupCounts[groupOf(i)] += counts[i];
            groupShares[groupOf(i)] += shares[i];
        }

        VerifyTogether(groupCounts, groupShares, total, dispersion, what);
    }

    // Pearson's statistic against its bound.
    private static void VerifyTogether(ReadOnlySpan<long> counts, ReadOnlySpan<double> shares, long total, double dispersion, string what)
    {
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
        if (!(statistic <= bound))
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
