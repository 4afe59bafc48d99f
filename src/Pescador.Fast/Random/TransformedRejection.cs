namespace Pescador.Fast;

/// <summary>Draws from a binomial or Poisson law of a large mean (10 or more), in a time that does not depend on the mean.</summary>
/// <remarks>
/// Transformed rejection with squeeze: BTRS and PTRS of W. Hörmann, "The generation of binomial random variates", J. Statist. Comput.
/// Simul. 46 (1993), and "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and
/// Economics 12 (1993). The constants are theirs. Four of five draws are accepted by the squeeze; for the others the
/// probability is evaluated by <see cref="SaddlePoint"/>, so that the law stays exact for first parameters of 10¹⁰ and more.
/// </remarks>
internal struct TransformedRejection
{
    private double _trials;      // infinite for Poisson
    private double _parameter;   // the binomial's r, or the Poisson's mean
    private double _a, _b, _centre, _squeeze;
    private double _logScale;

    public void SetPoisson(double mean)
    {
        (_trials, _parameter) = (double.PositiveInfinity, mean);
        _b = 0.931 + 2.53 * Math.Sqrt(mean);
        _a = -0.059 + 0.02483 * _b;
        _centre = mean + 0.43;
        _squeeze = 0.9277 - 3.6224 / (_b - 2);
        _logScale = Math.Log(1.1239 + 1.1328 / (_b - 3.4));
    }

    /// <param name="trials">n, a whole number.</param>
    /// <param name="probability">r, at most ½.</param>
    public void SetBinomial(double trials, double probability)
    {
        (_trials, _parameter) = (trials, probability);
        double deviation = Math.Sqrt(trials * probability * (1 - probability));
        _b = 1.15 + 2.53 * deviation;
        _a = -0.0873 + 0.0248 * _b + 0.01 * probability;
        _centre = trials * probability + 0.5;
        _squeeze = 0.92 - 4.2 / _b;
        double mode = Math.Floor((trials + 1) * probability);
        _logScale = Math.Log((2.83 + 5.1 / _b) * deviation) + SaddlePoint.LogBinomial(mode, trials, probability);
    }

    /// <returns>A whole number; at least 0, and at most the number of trials.</returns>
    public readonly double Draw(ref RandomGenerator random)
    {
        while (true)
        {
            double u = random.NextDouble() - 0.5;
            double v = random.NextDouble();
            double margin = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * _a / margin + _b) * u + _centre);
            if (margin >= 0.07 && v <= _squeeze) return k;
            if (k >= 0 && k <= _trials && IsAccepted(k, v, margin)) return k;
        }
    }

    private readonly bool IsAccepted(double k, double v, double margin)
    {
        double logDensity = double.IsFinite(_trials)
            ? SaddlePoint.LogBinomial(k, _trials, _parameter)
            : SaddlePoint.LogPoisson(k, _parameter);
        return Math.Log(v / (_a / (margin * margin) + _b)) + _logScale <= logDensity;
    }
}
