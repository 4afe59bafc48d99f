namespace Pescador.Fast;

/// <summary>
/// How k places, each stream at most once, give each stream its share of the samples: some streams are pinned (always active), the
/// others are activated in proportion to weights that make their inclusion probabilities come out right.
/// </summary>
/// <remarks>With shares s_i = w_i / Σw, by falling share: while s_i · (places left) ≥ (share left), or no more streams are left than places, stream
/// i is pinned and its place and share are taken away. For the others, on k' places, π_j = k' s_j / (share left) is the inclusion
/// probability, and the weights are those of conditional Poisson sampling with it (S. X. Chen, A. P. Dempster, J. S. Liu, Biometrika 1994).
/// The draw among the active takes pinned i with probability s_i, else one of the k' others, each alike.</remarks>
internal sealed class InclusionPlan
{
    private const double Tolerance = 1e-12;

    private readonly double[] _activation; // 0 for the pinned and for those of weight 0
    private readonly double[] _shares;
    private readonly bool[] _isPinned;
    private readonly int[] _pinned;
    private readonly int[] _others;
    private readonly double[] _othersActivation = [];
    private readonly double _otherShare;
    private ConditionalPoisson.Sets? _sets;

    /// <summary>Solves the plan.</summary>
    /// <param name="weights">One per stream; 0 for those never to be active.</param>
    /// <param name="places">k; at least 1.</param>
    internal InclusionPlan(ReadOnlySpan<double> weights, int places)
    {
        Weights = weights.ToArray();
        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        // A positive weight stays positive, however far below the others it is.
        _shares = [.. Weights.Select(weight => weight > 0 ? Math.Max(weight / total, double.Epsilon) : 0)];
        _activation = new double[weights.Length];
        _isPinned = new bool[weights.Length];
        int[] byShare = [.. Enumerable.Range(0, weights.Length).Where(i => _shares[i] > 0).OrderByDescending(i => _shares[i])];
        int pinned = 0;

        // The share left is summed anew from the smallest: taking shares away from 1 would leave rounding where little is left.
        double[] left = new double[byShare.Length + 1];
        for (int i = byShare.Length - 1; i >= 0; i--)
        {
            left[i] = left[i + 1] + _shares[byShare[i]];
        }

        while (pinned < byShare.Length && pinned < places
            && (_shares[byShare[pinned]] * (places - pinned) >= left[pinned] * (1 - Tolerance) || byShare.Length - pinned <= places - pinned))
        {
            _isPinned[byShare[pinned++]] = true;
        }

        _pinned = byShare[..pinned];
        Array.Sort(_pinned);
        _others = byShare[pinned..];
        OtherPlaces = _others.Length == 0 ? 0 : places - pinned;
        if (OtherPlaces == 0)
        {
            // Too small for a place, but there to fill one when a pinned stream is empty and is not to be pruned.
            foreach (int other in _others)
            {
                _activation[other] = _shares[other];
            }

            return;
        }

        SharedOut = left[pinned];
        _otherShare = SharedOut / OtherPlaces;
        double[] inclusion = [.. _others.Select(i => OtherPlaces * _shares[i] / left[pinned])];
        _othersActivation = ConditionalPoisson.Solve(inclusion, OtherPlaces);
        for (int i = 0; i < _others.Length; i++)
        {
            _activation[_others[i]] = _othersActivation[i];
        }
    }

    /// <summary>What it was solved for.</summary>
    internal double[] Weights { get; }

    /// <summary>Activation weights of the streams that are not pinned.</summary>
    internal ReadOnlySpan<double> Activation => _activation;

    /// <summary>Those always active, rising; at most k.</summary>
    internal ReadOnlySpan<int> Pinned => _pinned;

    /// <summary>k'.</summary>
    internal int OtherPlaces { get; }

    /// <summary>The share of all that are not pinned together; 0 when no place is left for them.</summary>
    internal double SharedOut { get; }

    internal double ShareOf(int index) => _shares[index];

    internal bool IsPinned(int index) => _isPinned[index];

    /// <summary>Whether the pinned streams leave it no place.</summary>
    internal bool IsLeftOut(int index) => OtherPlaces == 0 && !_isPinned[index];

    /// <summary>The probability with which the draw takes this stream while it is active.</summary>
    internal double DrawWeight(int index) => _isPinned[index] || OtherPlaces == 0 ? _shares[index] : _otherShare;

    /// <summary>Draws a whole active set.</summary>
    /// <returns>How many.</returns>
    internal int DrawSet(Span<int> chosen, ref RandomGenerator random)
    {
        _pinned.CopyTo(chosen);
        Span<int> others = chosen.Slice(_pinned.Length, OtherPlaces);
        _sets ??= new ConditionalPoisson.Sets(_othersActivation, OtherPlaces); // kept: a nested mux draws one at each activation
        _sets.Draw(ref random, others);
        foreach (ref int other in others)
        {
            other = _others[other];
        }

        return _pinned.Length + OtherPlaces;
    }
}
