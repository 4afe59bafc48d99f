namespace Pescador.Fast;

/// <summary>The laws in which what one place holds does not say what another may want.</summary>
/// <remarks><code>
///                                   activated in proportion to    held out while active    drawn in proportion to
/// LongRunShare    WithReplacement   w_j / m_j                     no                       1
/// ActiveSetDraw   WithReplacement   1                             no                       w_j
///                 SingleActive      1                             yes                      w_j
/// both            Exhaustive        w_j                           once active, for good    w_j
/// </code>m_j is that of <see cref="Candidates"/>. The second and third are pescador 3.0's.</remarks>
internal sealed class IndependentPlacesLaw(int count, StochasticMode mode, MuxWeighting weighting) : ActivationLaw
{
    private readonly bool _isLongRun = mode == StochasticMode.WithReplacement && weighting == MuxWeighting.LongRunShare;
    private readonly bool _activatesByWeight = mode == StochasticMode.Exhaustive || weighting == MuxWeighting.LongRunShare;
    private readonly Candidates _candidates = new(
        count,
        isCorrected: mode == StochasticMode.WithReplacement && weighting == MuxWeighting.LongRunShare,
        holds: mode == StochasticMode.SingleActive);

    private readonly double[] _weights = new double[count];
    private readonly double[] _activation = new double[count];
    private bool _areEqual;

    internal override bool DrawsUniformly => _isLongRun || _areEqual;

    internal override bool HasSteadyPlaces => false;

    internal override void Begin(ReadOnlySpan<double> weights)
    {
        TakeWeights(weights);
        _candidates.Reset(_activation);
    }

    internal override void SetWeights(ReadOnlySpan<double> weights)
    {
        TakeWeights(weights);
        _candidates.SetWeights(_activation);
    }

    internal override double DrawWeight(int index) => _isLongRun ? 1 : _weights[index];

    internal override bool IsLeftOut(int index) => _weights[index] == 0;

    internal override int ChooseFirst(Span<int> chosen, ref RandomGenerator random)
    {
        int filled = 0;
        while (filled < chosen.Length && _candidates.Choose(ref random) is var index and >= 0)
        {
            chosen[filled++] = index;
            CountOpened(index);
        }

        return filled;
    }

    internal override int Choose(int closed, ref RandomGenerator random) => _candidates.Choose(ref random);

    internal override int Foretell(Span<int> next, RandomGenerator random) => mode == StochasticMode.Exhaustive
        ? _candidates.ForetellDropping(next, random)
        : _candidates.Foretell(next, isHeldOnceChosen: mode == StochasticMode.SingleActive, random);

    internal override void CountOpened(int index)
    {
        if (mode == StochasticMode.Exhaustive)
        {
            _candidates.Drop(index);
        }
        else if (mode == StochasticMode.SingleActive)
        {
            _candidates.Hold(index);
        }
    }

    internal override void CountClosed(int index, long samples, bool isEarly)
    {
        _candidates.CountClosed(index, samples, isEarly);
        if (mode == StochasticMode.SingleActive)
        {
            _candidates.Release(index);
        }
    }

    internal override void Drop(int index) => _candidates.Drop(index);

    internal override void SetAside(int index) => _candidates.Hold(index);

    internal override void TakeBack(int index) => _candidates.Release(index);

    internal override void Save(StateWriter writer)
    {
        Write(writer, _weights);
        _candidates.Save(writer);
    }

    internal override void Load(StateReader reader)
    {
        Read(reader, _weights);
        TakeWeights([.. _weights]);
        _candidates.Load(reader);
    }

    private void TakeWeights(ReadOnlySpan<double> weights)
    {
        weights.CopyTo(_weights);
        _areEqual = AreEqual(weights);
        Version++;
        for (int i = 0; i < count; i++)
        {
            _activation[i] = _activatesByWeight ? weights[i] : weights[i] > 0 ? 1 : 0;
        }
    }
}
