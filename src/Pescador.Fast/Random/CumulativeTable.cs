using System.Numerics;
using System.Runtime.Intrinsics;

namespace Pescador.Fast;

/// <summary>Draws Y + B by inversion, Y binomial or Poisson of a small mean, B Bernoulli and independent of it.</summary>
/// <remarks>
/// P(Y = k + 1) = P(Y = k) · (top − slope · k) / (k + 1), with top = slope · n and slope = r / (1 − r) for Binomial(n, r), and top the
/// mean and slope 0 for Poisson (the recurrence of H. H. Panjer, ASTIN Bulletin 12, 1981). P(Y + B ≤ k) = P(Y ≤ k) − b · P(Y = k).
/// The sums are made eight at a time when a draw first reaches them, from left to right always, so that a table has the same values
/// whichever draws made it: a share used once pays for no more than its draw. A sum is right to about 10⁻¹⁴.
/// </remarks>
internal sealed class CumulativeTable
{
    private const int Block = 8;
    private const double Negligible = 1e-17;

    private readonly double[] _cumulative;
    private int _filled;

    // Of the first entry not yet filled in: P(Y = k), P(Y < k).
    private double _density, _below;
    private double _top, _slope, _mean, _bernoulli, _last;

    /// <summary>Makes room for means up to <paramref name="largestMean"/>: ten standard deviations beyond it.</summary>
    public CumulativeTable(double largestMean)
    {
        int length = (int)(largestMean + 10 * Math.Sqrt(largestMean)) + 3 * Block;
        _cumulative = new double[(length + Block - 1) / Block * Block];
    }

    public void SetPoisson(double mean) => Reset(Math.Exp(-mean), mean, 0, mean, 0, double.PositiveInfinity);

    /// <param name="trials">n, a whole number; n · r at most the largest mean.</param>
    /// <param name="probability">r, at most ½.</param>
    /// <param name="bernoulli">P(B = 1).</param>
    public void SetBinomial(double trials, double probability, double bernoulli)
    {
        double odds = probability / (1 - probability);
        double none = Math.Exp(trials * SaddlePoint.LogOnePlus(-probability));
        Reset(none, trials * odds, odds, trials * probability, bernoulli, bernoulli > 0 ? trials + 1 : trials);
    }

    public int Draw(ref RandomGenerator random)
    {
        double u = random.NextDouble();
        for (int start = 0; ; start += Block)
        {
            if (start == _filled) Extend();
            Vector512<double> block = Vector512.Create(_cumulative.AsSpan(start, Block));
            int passed = BitOperations.PopCount((uint)Vector512.LessThanOrEqual(block, Vector512.Create(u)).ExtractMostSignificantBits());
            if (passed < Block) return start + passed;
        }
    }

    private void Reset(double none, double top, double slope, double mean, double bernoulli, double last)
    {
        (_density, _below, _filled) = (none, 0, 0);
        (_top, _slope, _mean, _bernoulli) = (top, slope, mean, bernoulli);
        _last = Math.Min(last, _cumulative.Length - 1);
    }

    private void Extend()
    {
        for (int k = _filled; k < _filled + Block; k++)
        {
            _below += _density;
            // The last value takes what rounding has left of the unit interval.
            bool isLast = k >= _last || (k > _mean && _density < Negligible);
            _cumulative[k] = isLast ? double.PositiveInfinity : _below - _bernoulli * _density;
            _density *= (_top - _slope * k) / (k + 1);
        }
        _filled += Block;
    }
}
