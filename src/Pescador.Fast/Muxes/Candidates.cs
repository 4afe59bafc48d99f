namespace Pescador.Fast;

/// <summary>
/// Which streamers of a mux can be chosen, and with what weight: those that were not dropped as empty and are not held out. With correction,
/// weights are divided by m_j (<see cref="ActivationLengths"/>), which makes shares of samples of them, where streams end before their count.
/// </summary>
/// <remarks>What is held is not left out of the draw but rejected: a proposal is drawn as if nothing were held, and drawn again where it is held.
/// Given that it is accepted its law is that of the draw among the others, so nothing changes but this: the proposals are a function of the
/// generator and of weights that no holding moves, and so they can be foretold. After <see cref="MostProposals"/> rejected ones the draw is made
/// among the others alone, which is again that law.
/// With correction every closing moves weights. The proposals are then drawn <see cref="Lookahead"/> ahead and wait in a queue: m_j is that much
/// older, and converges as before. All of it is a pure function of what is saved.</remarks>
/// <param name="count">Number of streamers.</param>
/// <param name="isCorrected">Whether with correction.</param>
/// <param name="holds">Whether, as a rule, some are held: then several proposals are made for one choice.</param>
internal sealed partial class Candidates(int count, bool isCorrected, bool holds)
{
    /// <summary>How many choices can be foretold.</summary>
    internal const int Lookahead = 16;

    private readonly double[] _weights = new double[count];
    private readonly bool[] _isDropped = new bool[count];
    private readonly bool[] _isHeld = new bool[count];
    private readonly ActivationLengths _lengths = new(count);
    private CandidateOdds? _all; // of what is not dropped; while the draw is not uniform
    private CandidateOdds? _free; // of what is not held, either; kept up once it was needed
    private bool _hasFree;
    private double[]? _scratch;
    private bool _hasEqualWeights;
    private bool _drawsUniformly;
    private int _dropped;
    private int _held;
    private int _freeCount; // not dropped, not held, of positive weight

    /// <summary>Whether some activation has ended before its count; only noted with correction.</summary>
    internal bool HasEarlyEnd => _lengths.HasEarlyEnd;

    internal bool IsDropped(int index) => _isDropped[index];

    internal void Reset(ReadOnlySpan<double> weights)
    {
        Array.Clear(_isDropped);
        Array.Clear(_isHeld);
        _dropped = 0;
        _held = 0;
        _lengths.Clear();
        SetWeights(weights);
    }

    /// <summary>Takes other weights; what is dropped or held stays so.</summary>
    internal void SetWeights(ReadOnlySpan<double> weights)
    {
        _hasAlias &= weights.SequenceEqual(_weights);
        weights.CopyTo(_weights);
        _hasEqualWeights = !weights.ContainsAnyExcept(weights[0]);
        _hasAhead = false;
        _freeCount = 0;
        for (int i = 0; i < count; i++)
        {
            _freeCount += IsFree(i) ? 1 : 0;
        }

        Rebuild();
    }

    /// <summary>Takes one out of the draw for a while.</summary>
    internal void Hold(int index)
    {
        if (!_isHeld[index])
        {
            _held++;
            _freeCount -= IsFree(index) ? 1 : 0;
            _isHeld[index] = true;
            UpdateFree(index);
        }
    }

    /// <summary>Puts it back.</summary>
    internal void Release(int index)
    {
        if (_isHeld[index])
        {
            _held--;
            _isHeld[index] = false;
            _freeCount += IsFree(index) ? 1 : 0;
            UpdateFree(index);
        }
    }

    /// <summary>Takes one out for good.</summary>
    internal void Drop(int index)
    {
        if (!_isDropped[index])
        {
            _freeCount -= IsFree(index) ? 1 : 0;
            _isDropped[index] = true;
            _dropped++;
            _drawsByAlias = false;
            Update(index);
        }
    }

    /// <summary>Counts an activation that closed.</summary>
    /// <param name="index">Whose.</param>
    /// <param name="samples">How many it gave; if none, nothing is counted.</param>
    /// <param name="isEarly">Whether it ended before its count.</param>
    internal void CountClosed(int index, long samples, bool isEarly)
    {
        if (!isCorrected || samples == 0)
        {
            return;
        }

        if (_lengths.Count(index, samples, isEarly))
        {
            Rebuild();
        }
        else if (_lengths.HasEarlyEnd)
        {
            Update(index);
        }
    }

    /// <summary>Saves all but what is held, which the streams that are open tell.</summary>
    internal void Save(StateWriter writer)
    {
        ActivationLaw.Write(writer, _weights);
        for (int i = 0; i < count; i++)
        {
            if (_isDropped[i])
            {
                writer.Write(i);
            }
        }

        writer.Write(count);
        _lengths.Save(writer);
        SaveAhead(writer);
    }

    internal void Load(StateReader reader)
    {
        var weights = new double[count];
        ActivationLaw.Read(reader, weights);
        Reset(weights);
        for (int i = reader.ReadIndex(count); i < count; i = reader.ReadIndex(count))
        {
            _isDropped[i] = true;
            _dropped++;
        }

        _lengths.Load(reader);
        SetWeights(weights);
        LoadAhead(reader);
    }

    private bool IsFree(int index) => !_isDropped[index] && !_isHeld[index] && _weights[index] > 0;

    private void Update(int index)
    {
        if (_drawsUniformly)
        {
            Rebuild();
            return;
        }

        _all!.Set(index, _isDropped[index] ? 0 : _weights[index]); // made: see Choose
        UpdateFree(index);
    }

    private void UpdateFree(int index)
    {
        if (_hasFree)
        {
            _free!.Set(index, IsFree(index) ? _weights[index] : 0); // made, if it is in use
        }
    }

    private void Rebuild()
    {
        _hasFree = false;
        _drawsUniformly = _hasEqualWeights && _weights[0] > 0 && _dropped == 0 && !_lengths.HasEarlyEnd;
        _drawsByAlias = holds && !_hasEqualWeights && _dropped == 0 && !_lengths.HasEarlyEnd;
        if (!_drawsUniformly)
        {
            SetAll(_all ??= new CandidateOdds(count, _lengths), withHeld: true);
        }
    }

    private void SetAll(CandidateOdds odds, bool withHeld)
    {
        _scratch ??= new double[count];
        for (int i = 0; i < count; i++)
        {
            _scratch[i] = _isDropped[i] || (!withHeld && _isHeld[i]) ? 0 : _weights[i];
        }

        odds.SetAll(_scratch);
    }
}
