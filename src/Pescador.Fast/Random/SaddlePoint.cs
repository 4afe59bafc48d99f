namespace Pescador.Fast;

/// <summary>Logarithms of binomial and Poisson probabilities, right to a few units of the last place of a number near 1 for any
/// parameters: no two large numbers are subtracted, as they are with log-gamma, whose error at n = 10¹⁰ is 10⁻⁵.</summary>
/// <remarks>Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000).</remarks>
internal static class SaddlePoint
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>log P(Y = k), Y Poisson.</summary>
    public static double LogPoisson(double k, double mean) => k == 0
        ? -mean
        : -StirlingError(k) - Deviance(k, mean) - HalfLogTwoPi - 0.5 * Math.Log(k);

    /// <summary>log P(Y = k), Y binomial of n trials of probability r, 0 ≤ k ≤ n.</summary>
    public static double LogBinomial(double k, double n, double r)
    {
        if (k == 0) return n * LogOnePlus(-r);
        if (k == n) return n * Math.Log(r);
        double rest = n - k;
        return StirlingError(n) - StirlingError(k) - StirlingError(rest) - Deviance(k, n * r) - Deviance(rest, n * (1 - r))
            - HalfLogTwoPi - 0.5 * Math.Log(k * (rest / n));
    }

    /// <summary>log(1 + x) for x &gt; −1, exact also where 1 + x is rounded (W. Kahan).</summary>
    public static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>x log(x / m) + m − x, by its series in v = (x − m) / (x + m) where the two are close.</summary>
    private static double Deviance(double x, double m)
    {
        double difference = x - m;
        if (Math.Abs(difference) > 0.1 * (x + m)) return x * Math.Log(x / m) - difference;
        double v = difference / (x + m);
        double square = v * v;
        double sum = difference * v;
        double power = 2 * x * v;
        for (int j = 3; ; j += 2)
        {
            power *= square;
            double next = sum + power / j;
            if (next == sum) return sum;
            sum = next;
        }
    }

    /// <summary>log(k!) − log(√(2πk) (k/e)^k) for whole k ≥ 1.</summary>
    private static double StirlingError(double k)
    {
        if (k < 16)
        {
            double factorial = 1;
            for (int i = 2; i <= k; i++) factorial *= i;
            return Math.Log(factorial) - ((k + 0.5) * Math.Log(k) - k + HalfLogTwoPi);
        }
        double inverse = 1 / k;
        double square = inverse * inverse;
        return inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188)))));
    }
}
