namespace Pescador.Fast.Bench;

/// <summary>What a set-up proves before anything is measured.</summary>
internal static class Proof
{
    /// <summary>That a contestant draws indices with the given shares: none is further off than chance explains.</summary>
    /// <param name="contestant">Its name, for the message.</param>
    /// <param name="shares">They sum to 1.</param>
    /// <param name="draws">How many to take.</param>
    /// <param name="draw">Draws an index.</param>
    /// <param name="dispersion">A bound on the counts' variance over that of independent draws.</param>
    internal static void Shares(string contestant, ReadOnlySpan<double> shares, int draws, Func<int> draw, double dispersion = 1)
    {
        var counts = new int[shares.Length];
        for (int i = 0; i < draws; i++)
        {
            counts[draw()]++;
        }

        for (int i = 0; i < shares.Length; i++)
        {
            double expected = shares[i] * draws;
            double bound = 10 + (7 * Math.Sqrt(dispersion * expected));
            if (Math.Abs(counts[i] - expected) > bound)
            {
                throw new InvalidOperationException(
                    $"{contestant} drew {i} {counts[i]} times in {draws}; {expected:0} ± {bound:0} were to be.");
            }
        }
    }

    /// <summary>That two answers are the same.</summary>
    internal static void Same<T>(string contestant, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{contestant} gave {actual}; the others gave {expected}.");
        }
    }

    /// <summary>That a mean lies within a distance of another.</summary>
    internal static void Near(string contestant, double expected, double actual, double distance)
    {
        if (!(Math.Abs(actual - expected) <= distance))
        {
            throw new InvalidOperationException($"{contestant} gave {actual}; {expected} ± {distance} was to be.");
        }
    }

    internal static double[] Harmonic(int count)
    {
        double sum = Enumerable.Range(1, count).Sum(static i => 1.0 / i);
        return [.. Enumerable.Range(1, count).Select(i => 1 / (i * sum))];
    }
}
