using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>Conditional Poisson sampling: sets of a fixed size, each with a probability ∝ the product of its members' odds.</summary>
/// <remarks>
/// The law of independent trials with p = c·w / (1 + c·w), given that there are `size` successes; it is the same for
/// every factor c, which is chosen so that about `size` are expected. Then no probability that matters underflows, for any odds.
/// With A the probability of size − 1 successes among all units but j, and B that of size, unit j's inclusion probability g has
/// g / (1 − g) = c·w · A / B. Both are sums of positive products of a prefix's and a suffix's law; the textbook recursion
/// for g, which subtracts, diverges for heavy units.
/// Source: S. X. Chen, A. P. Dempster, J. S. Liu, "Weighted finite population sampling to maximize entropy", Biometrika 81 (1994).
/// </remarks>
internal static class ConditionalPoisson
{
    private const double Tolerance = 1e-7;
    private const int MaxRounds = 1_000; // 45 were the most seen in 20,000 random problems

    /// <summary>Finds odds under which each unit has a given inclusion probability.</summary>
    /// <param name="inclusion">The probabilities π wanted, each above 0 and below 1; of sum <paramref name="size"/>.</param>
    /// <param name="size">Units in a set; for 0 and for all the odds returned are 1.</param>
    /// <returns>The odds; their common factor has no meaning. |g − π| is at most 10⁻⁷ of π and of 1 − π, or 10⁻¹²
    /// where that is more.</returns>
    /// <exception cref="InvalidOperationException">The probabilities' sum is not <paramref name="size"/>, so that no odds
    /// have them.</exception>
    /// <remarks>
    /// log a ← log a + θ (logit π − logit g), from a = π / (1 − π). With θ = 1 this is the fixed point of the source. Its derivative
    /// is 1 − θ D⁻¹J, J the covariance matrix of the membership and D its diagonal; J's rows sum to 0 and no two units are
    /// positively correlated, so that the eigenvalues of D⁻¹J lie between 0 and 2. At 2, which two units that trade one place
    /// reach, the fixed point swings for ever; half a step goes there at once. So θ is halved when a round gains too little.
    /// </remarks>
    public static double[] Solve(ReadOnlySpan<double> inclusion, int size)
    {
        Debug.Assert(size >= 0 && size <= inclusion.Length);
        var odds = new double[inclusion.Length];
        Array.Fill(odds, 1.0);
        if (size == 0 || size == inclusion.Length) return odds;

        var target = new double[inclusion.Length];
        for (int j = 0; j < target.Length; j++) target[j] = Math.Log(inclusion[j]) - SaddlePoint.LogOnePlus(-inclusion[j]);
        double[] logOdds = [.. target];
        var logRatios = new double[target.Length];
        var work = new Workspace(target.Length, size);

        double step = 1;
        double before = double.PositiveInfinity;
        for (int round = 0; round < MaxRounds; round++)
        {
            work.Load(logOdds);
            work.LogRatios(logRatios);
            double worst = 0;
            bool isDone = true;
            for (int j = 0; j < target.Length; j++)
            {
                double error = target[j] - logOdds[j] - logRatios[j];
                double g = 1 / (1 + Math.Exp(error - target[j]));
                isDone &= Math.Abs(g - inclusion[j]) <= Tolerance * Math.Min(inclusion[j], 1 - inclusion[j]) + 1e-12;
                worst = Math.Max(worst, Math.Abs(error));
                logRatios[j] = error;
            }
            if (isDone)
            {
                for (int j = 0; j < odds.Length; j++) odds[j] = Math.Exp(logOdds[j]);
                return odds;
            }
            if (worst > 0.7 * before && step > 0.1) step *= 0.5;
            before = worst;
            for (int j = 0; j < target.Length; j++) logOdds[j] += step * logRatios[j];
        }
        throw new InvalidOperationException($"No odds were found for these {inclusion.Length} inclusion probabilities at size {size}.");
    }

    /// <summary>Computes the probability of each unit to be in the set.</summary>
    /// <param name="odds">Each at least 0 and finite; at least <paramref name="size"/> positive.</param>
    /// <param name="size">Units in a set; at least 0, at most all.</param>
    /// <param name="result">As long as <paramref name="odds"/>; receives the probabilities, of sum <paramref name="size"/>.</param>
    public static void InclusionProbabilities(ReadOnlySpan<double> odds, int size, Span<double> result)
    {
        Debug.Assert(result.Length == odds.Length);
        if (size == 0)
        {
            result.Clear();
            return;
        }
        var work = new Workspace(odds.Length, size);
        double[] logOdds = LogOdds(odds);
        work.Load(logOdds);
        work.LogRatios(result);
        for (int j = 0; j < result.Length; j++) result[j] = 1 / (1 + Math.Exp(-logOdds[j] - result[j]));
    }

    /// <summary>Draws a set.</summary>
    /// <param name="odds">Each at least 0 and finite; at least <paramref name="size"/> positive.</param>
    /// <param name="size">Units in the set; at least 0, at most all.</param>
    /// <param name="random">Gives one output a unit, until the set is full.</param>
    /// <param name="chosen">At least <paramref name="size"/> long; receives the chosen units, rising.</param>
    /// <remarks>From the last unit to the first: with r places left, unit j is taken with the probability that it is in the set, given
    /// that r of the units 0 .. j are.</remarks>
    public static void DrawSet(ReadOnlySpan<double> odds, int size, ref RandomGenerator random, Span<int> chosen) =>
        new Sets(odds, size).Draw(ref random, chosen);

    /// <summary>Draws many sets under the same odds, and allocates nothing after construction. Not thread-safe.</summary>
    internal sealed class Sets
    {
        private readonly Workspace? _work; // none is needed for empty sets
        private readonly int _size;
        private readonly int _count;

        /// <inheritdoc cref="DrawSet"/>
        public Sets(ReadOnlySpan<double> odds, int size)
        {
            (_size, _count) = (size, odds.Length);
            if (size == 0) return;
            _work = new Workspace(odds.Length, size);
            _work.Load(LogOdds(odds));
        }

        /// <inheritdoc cref="DrawSet"/>
        public void Draw(ref RandomGenerator random, Span<int> chosen)
        {
            if (_work is null) return;
            _work.Laws.Rewind();
            int left = _size;
            for (int j = _count - 1; left > 0; j--)
            {
                ReadOnlySpan<double> law = _work.Laws.Before(j);
                double taken = _work.Success[j] * law[left - 1];
                double passed = _work.Failure[j] * law[left];
                // With as many places left as units, rounding has no say.
                if (random.NextDouble() * (taken + passed) < taken || left > j) chosen[--left] = j;
            }
        }
    }

    private static double[] LogOdds(ReadOnlySpan<double> odds)
    {
        var logOdds = new double[odds.Length];
        for (int j = 0; j < odds.Length; j++)
        {
            Debug.Assert(odds[j] >= 0 && double.IsFinite(odds[j]));
            logOdds[j] = Math.Log(odds[j]);
        }
        return logOdds;
    }

    /// <summary>The trials' probabilities and what is computed from them.</summary>
    private sealed class Workspace
    {
        private readonly int _size;
        private readonly double[] _suffix;
        private double _shift; // log c

        public Workspace(int count, int size)
        {
            _size = size;
            _suffix = new double[size + 1];
            Success = new double[count];
            Failure = new double[count];
            Laws = new SuccessLaws(Success, Failure, size);
        }

        public double[] Success { get; }
        public double[] Failure { get; }
        public SuccessLaws Laws { get; }

        /// <summary>Sets p = 1 / (1 + exp(−x − t)), t such that Σp is within ¼ of the size, found by bisection.</summary>
        public void Load(ReadOnlySpan<double> logOdds)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (double x in logOdds)
            {
                if (x == double.NegativeInfinity) continue;
                low = Math.Min(low, x);
                high = Math.Max(high, x);
            }
            // At −high − 50 every p is next to 0, at −low + 50 every one next to 1.
            (low, high) = (-high - 50, -low + 50);
            double shift = low < 0 && high > 0 ? 0 : 0.5 * (low + high);
            double sum = Shift(logOdds, shift);
            while (Math.Abs(sum - _size) > 0.25 && high - low > 1e-9)
            {
                if (sum < _size) low = shift;
                else high = shift;
                shift = 0.5 * (low + high);
                sum = Shift(logOdds, shift);
            }
            Laws.Compute();
        }

        /// <summary>log(c·A / B) of each unit: what takes a log odd to the logit of its inclusion probability.</summary>
        public void LogRatios(Span<double> result)
        {
            _suffix.AsSpan().Clear();
            _suffix[0] = 1;
            for (int j = Success.Length - 1; j >= 0; j--)
            {
                ReadOnlySpan<double> prefix = Laws.Before(j);
                double with = 0, without = prefix[_size] * _suffix[0];
                for (int k = 0; k < _size; k++)
                {
                    with += prefix[k] * _suffix[_size - 1 - k];
                    without += prefix[k] * _suffix[_size - k];
                }
                result[j] = _shift + Math.Log(with / without);
                Laws.Advance(_suffix, _suffix, j);
            }
        }

        private double Shift(ReadOnlySpan<double> logOdds, double shift)
        {
            _shift = shift;
            double sum = 0;
            for (int j = 0; j < logOdds.Length; j++)
            {
                double odds = Math.Exp(logOdds[j] + shift);
                Failure[j] = 1 / (1 + odds);
                Success[j] = odds > 1 ? 1 / (1 + 1 / odds) : odds * Failure[j];
                sum += Success[j];
            }
            return sum;
        }
    }
}
