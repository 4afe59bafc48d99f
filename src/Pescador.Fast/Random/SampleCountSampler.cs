namespace Pescador.Fast;

/// <summary>Draws how many samples a streamer may yield before it is replaced.</summary>
/// <remarks>
/// Every law is brought to R = offset ± (Y + B), Y binomial with r ≤ ½, or Poisson, and B Bernoulli and independent. For with
/// ν = (rate − 1) / (1 − p) = n + f, n whole, the mixture of Binomial(n, 1 − p) and Binomial(n + 1, 1 − p) in the proportion
/// 1 − f : f is Binomial(n, 1 − p) + Bernoulli(f (1 − p)); and where 1 − p &gt; ½ the failures, Binomial(n, p), are counted instead.
/// Y of a small mean is looked up in a <see cref="CumulativeTable"/>, that of a large one drawn by <see cref="TransformedRejection"/>.
/// What a share needs is kept until another share is asked for; that is a matter of speed only, and the draws do not depend on
/// what was asked before. Not thread-safe. Nothing is allocated after construction.
/// </remarks>
public sealed class SampleCountSampler
{
    /// <summary>The largest rate, in samples; up to it the binomial's first parameter is a whole number of a double's precision.</summary>
    public const double MaxRate = 1e12;

    private const double PoissonLimit = 0.9999;

    // From here on rejection is the faster of the two.
    private const double LargeMean = 64;

    private readonly CumulativeTable _table;
    private TransformedRejection _rejection;
    private double _share = double.NaN;    // as it was asked for
    private double _lawShare = double.NaN; // 1 for a law that does not depend on it
    private double _bernoulli;
    private long _offset;
    private int _sign;
    private bool _isLarge;

    /// <summary>Creates a sampler of counts.</summary>
    /// <param name="distribution">The law.</param>
    /// <param name="rate">Mean, in samples; at least 1 and at most <see cref="MaxRate"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="distribution"/> is none of the three, or
    /// <paramref name="rate"/> is out of range.</exception>
    public SampleCountSampler(SampleCountDistribution distribution, double rate)
    {
        if (distribution is < SampleCountDistribution.Constant or > SampleCountDistribution.Poisson)
            throw new ArgumentOutOfRangeException(nameof(distribution), distribution, "Expected Constant, Binomial or Poisson.");
        if (!(rate >= 1 && rate <= MaxRate)) // also true of NaN
            throw new ArgumentOutOfRangeException(nameof(rate), rate,
                $"A rate is at least 1 sample and at most {MaxRate:E0}, but is {rate}.");
        Distribution = distribution;
        Rate = rate;
        _table = new CumulativeTable(Math.Min(rate - 1, LargeMean));
    }

    /// <summary>The law.</summary>
    public SampleCountDistribution Distribution { get; }

    /// <summary>Mean of the counts, in samples.</summary>
    public double Rate { get; }

    /// <summary>Draws a count.</summary>
    /// <param name="share">Part of the active set's weight that falls on the streamer, 0 &lt; share ≤ 1. Only the binomial depends
    /// on it; above 0.9999 it takes its Poisson limit.</param>
    /// <param name="random">Gives the random numbers.</param>
    /// <returns>A count with a mean of <see cref="Rate"/>; at least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is out of range.</exception>
    /// <remarks>Source: pescador 3.0, "Analysis of Stochastic Mux". Its n = (rate − 1) / (1 − share) is truncated there, which lowers the
    /// mean; here the fraction is kept by drawing between the two neighbours.</remarks>
    public long Draw(double share, ref RandomGenerator random)
    {
        if (share != _share) SetUp(share); // also taken for NaN
        return _isLarge ? DrawLarge(ref random) : _offset + _sign * _table.Draw(ref random);
    }

    private long DrawLarge(ref RandomGenerator random)
    {
        long count = (long)_rejection.Draw(ref random);
        if (random.NextDouble() < _bernoulli) count++;
        return _offset + _sign * count;
    }

    private void SetUp(double share)
    {
        if (!(share > 0 && share <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, $"A share is above 0 and at most 1, but is {share}.");
        double lawShare = Distribution == SampleCountDistribution.Binomial && share <= PoissonLimit ? share : 1;
        if (lawShare != _lawShare)
        {
            if (Distribution == SampleCountDistribution.Constant) SetUpConstant();
            else if (lawShare == 1) SetUpPoisson(Rate - 1);
            else SetUpBinomial(lawShare);
            _lawShare = lawShare;
        }
        _share = share;
    }

    private void SetUpConstant()
    {
        double whole = Math.Floor(Rate);
        (_offset, _sign, _bernoulli) = ((long)whole, 1, Rate - whole);
        _table.SetBinomial(0, 0, _bernoulli); // Y = 0
    }

    private void SetUpPoisson(double mean)
    {
        (_offset, _sign, _bernoulli) = (1, 1, 0);
        _isLarge = mean > LargeMean;
        if (_isLarge) _rejection.SetPoisson(mean);
        else _table.SetPoisson(mean);
    }

    private void SetUpBinomial(double share)
    {
        double success = 1 - share;
        double trials = Math.Floor((Rate - 1) / success);
        double fraction = (Rate - 1) / success - trials;
        double probability = Math.Min(share, success);
        if (success <= share)
            (_offset, _sign, _bernoulli) = (1, 1, fraction * success);
        else // of n + 1 trials, the last one succeeds with probability f (1 − p); R = 1 + (n + 1) − failures
            (_offset, _sign, _bernoulli) = ((long)trials + 2, -1, 1 - fraction * success);

        _isLarge = trials * probability > LargeMean;
        if (_isLarge) _rejection.SetBinomial(trials, probability);
        else _table.SetBinomial(trials, probability, _bernoulli);
    }
}
