namespace Pescador.Fast.Tests;

/// <summary>Whether streams get their shares of the samples.</summary>
/// <remarks>
/// H0: stream i's expected share of a run's samples is s_i. Samples come in runs of R, so that a χ² over samples would fail a right mux
/// (by E[R²]/E[R]); here each share is compared by its own standard error over independent runs, at least the one that independent
/// samples would have. Two statistics: the worst |t|, and the mean of t².
/// Bounds: 64 runs have |t| > 6 with a probability of 10⁻⁷, so that 5,000 of them pass with 0.999; the mean of t² over N streams stays below
/// 1 + 8 √(2/N) with more than that.
/// </remarks>
internal readonly record struct ShareCheck(double Worst, double MeanSquare, int Streams)
{
    internal const double WorstAllowed = 6;

    internal double MeanSquareAllowed => 1 + 8 * Math.Sqrt(2.0 / Streams);

    internal bool Passes => Worst <= WorstAllowed && MeanSquare <= MeanSquareAllowed;

    /// <summary>Of the streamer's next runs.</summary>
    /// <param name="mux">Gives the numbers of its streams.</param>
    /// <param name="shares">Expected.</param>
    /// <param name="runs">At least 30.</param>
    /// <param name="burnIn">Samples of each run that are not looked at.</param>
    /// <param name="samples">Samples of each run that are.</param>
    internal static ShareCheck Of(Streamer<int> mux, double[] shares, int runs, int burnIn, int samples)
    {
        var counts = new long[runs][];
        for (int run = 0; run < runs; run++)
        {
            using ActiveStream<int> stream = mux.Open();
            Count(stream, burnIn, shares.Length);
            counts[run] = Count(stream, samples, shares.Length);
        }

        return Of(counts, shares);
    }

    /// <summary>How often each number comes next.</summary>
    internal static long[] Count(ActiveStream<int> stream, int samples, int streams)
    {
        var counts = new long[streams];
        for (int i = 0; i < samples; i++)
        {
            Assert.True(stream.MoveNext(), "the mux has ended");
            counts[stream.Current]++;
        }

        return counts;
    }

    /// <param name="counts">By run, then by stream.</param>
    /// <param name="shares">Expected.</param>
    internal static ShareCheck Of(long[][] counts, double[] shares)
    {
        double worst = 0;
        double squares = 0;
        double all = counts.Sum(run => (double)run.Sum());
        for (int i = 0; i < shares.Length; i++)
        {
            double[] observed = [.. counts.Select(run => (double)run[i] / run.Sum())];
            double mean = observed.Average();
            double variance = observed.Sum(share => (share - mean) * (share - mean)) / (observed.Length - 1) / observed.Length;
            double error = Math.Sqrt(Math.Max(variance, shares[i] * (1 - shares[i]) / all));
            double t = mean == shares[i] ? 0 : Math.Abs(mean - shares[i]) / error;
            worst = Math.Max(worst, t);
            squares += t * t;
        }

        return new ShareCheck(worst, squares / shares.Length, shares.Length);
    }

    internal static double[] Shares(IEnumerable<double> weights)
    {
        double[] all = [.. weights];
        double total = all.Sum();
        return [.. all.Select(weight => weight / total)];
    }
}
