namespace Pescador.Fast.Throughput;

/// <summary>What docs/out-of-core.md says of a StochasticMux over endless files of equal weight: k active of N, r samples an activation. Its
/// section on each formula says where it comes from.</summary>
internal static class MixingLaws
{
    /// <summary>Replacements per sample: one after each activation's last.</summary>
    /// <param name="rate">r.</param>
    /// <param name="rows">Rows of a file that is read once; endless when null.</param>
    internal static double ReplacementsPerSample(double rate, int? rows = null) => 1 / Math.Min(rate, rows ?? double.PositiveInfinity);

    /// <summary>Distinct files in a batch of B: of S = k (1 − (1 − 1/k)^B) places that are drawn each gives one, and each of the other B − S draws
    /// meets a stream that came since with probability 1/r. Activations of one file are one file: they are spread over N.</summary>
    internal static double FilesPerBatch(int active, double rate, int batch, int files)
    {
        double places = active * (1 - Math.Pow(1 - (1.0 / active), batch));
        double activations = places + ((batch - places) / rate);
        return files * (1 - Math.Pow(1 - (1.0 / files), activations));
    }

    /// <summary>Probability that two samples, the second so many later, are of one file: (1/k) E[(R − 1 − J)⁺]/r, J ~ Binomial(distance − 1, 1/k),
    /// if they are of one activation, which gives R samples by the default law; else 1/N.</summary>
    internal static double SameFile(int active, double rate, long distance, int files)
    {
        double p = 1.0 / active;
        double n = (rate - 1) / (1 - p);
        double[] few = Binomial((long)n, 1 - p, (int)n + 1);
        double[] many = Binomial((long)n + 1, 1 - p, (int)n + 1);
        double[] between = Binomial(distance - 1, p, (int)Math.Min(distance - 1, (long)n + 1));
        double same = 0;
        for (int given = 1; given <= (int)n + 1; given++) // R - 1
        {
            double weight = few[given] + ((n - Math.Floor(n)) * (many[given] - few[given]));
            for (int j = 0; j < Math.Min(given, between.Length); j++)
            {
                same += weight * between[j] * (given - j);
            }
        }

        same *= p / rate;
        return same + ((1 - same) / files);
    }

    /// <summary>Probabilities of 0 to <paramref name="upTo"/> successes.</summary>
    private static double[] Binomial(long trials, double p, int upTo)
    {
        double[] probabilities = new double[upTo + 1];
        double log = trials * Math.Log(1 - p);
        for (int i = 0; i <= Math.Min(upTo, trials); i++)
        {
            probabilities[i] = Math.Exp(log);
            log += Math.Log((trials - i) / (i + 1.0) * p / (1 - p));
        }

        return probabilities;
    }
}
