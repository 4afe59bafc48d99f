namespace Pescador.Fast;

/// <summary>
/// Which streamers of a mux can be chosen, and with what weight: those that were not dropped as empty and are not held out. With correction,
/// weights are divided by m_j, which makes shares of samples of them, where streams end before their count.
/// </summary>
/// <remarks>m_j is 1 for all until some activation has ended before its count. From then on m_j = (S_j + M) / (n_j + 1), over the n_j closed
/// activations of j that gave anything, S_j samples in all; M is the mean over all closed activations, as it was when j was last closed.
/// Streamers never closed share the present M: they stand in a sampler of their own with that common factor, so that a closing changes
/// O(1) weights. All of it is a pure function of what is saved.</remarks>
/// <param name="count">Number of streamers.</param>
/// <param name="isCorrected">Whether with correction.</param>
/// <param name="canHold">Whether some are held out for a while; then there is always a sampler, never a uniform draw.</param>
internal sealed class Candidates(int count, bool isCorrected, bool canHold)
{
    private readonly double[] _weights = new double[count];
    private readonly bool[] _isDropped = new bool[count];
    private readonly bool[] _isHeld = new bool[count];
    private DiscreteSampler? _neverClosed; // all of them, until there is correction
    private DiscreteSampler? _closed;
    private double[]? _scratch;
    private Lengths[]? _lengths;
    private double _samples;
    private long _activations;
    private bool _hasEarlyEnd;
    private bool _hasEqualWeights;
    private bool _drawsUniformly;
    private int _dropped;

    private struct Lengths
    {
        internal double Samples;
        internal long Activations;
        internal double MeanAtLast;
    }

    /// <summary>Whether some activation has ended before its count; only noted with correction.</summary>
    internal bool HasEarlyEnd => _hasEarlyEnd;

    internal bool IsDropped(int index) => _isDropped[index];

    internal void Reset(ReadOnlySpan<double> weights)
    {
        Array.Clear(_isDropped);
        Array.Clear(_isHeld);
        _dropped = 0;
        _samples = 0;
        _activations = 0;
        _hasEarlyEnd = false;
        if (_lengths is not null)
        {
            Array.Clear(_lengths);
        }

        SetWeights(weights);
    }

    /// <summary>Takes other weights; what is dropped or held stays so.</summary>
    internal void SetWeights(ReadOnlySpan<double> weights)
    {
        weights.CopyTo(_weights);
        _hasEqualWeights = !weights.ContainsAnyExcept(weights[0]);
        Rebuild();
    }

    /// <summary>Draws one.</summary>
    /// <returns>Its index; −1 when there is none.</returns>
    internal int Choose(ref RandomGenerator random)
    {
        if (_drawsUniformly)
        {
            return random.NextInt32(count);
        }

        return Draw(_neverClosed!, ref random); // made whenever the draw is not uniform
    }

    private int Draw(DiscreteSampler neverClosed, ref RandomGenerator random)
    {
        if (!_hasEarlyEnd || _closed is null)
        {
            return neverClosed.Total > 0 ? neverClosed.Draw(ref random) : -1;
        }

        if (_closed.Total == 0 || neverClosed.Total == 0)
        {
            DiscreteSampler only = neverClosed.Total > 0 ? neverClosed : _closed;
            return only.Total > 0 ? only.Draw(ref random) : -1;
        }

        double never = neverClosed.Total / Mean;
        return random.NextDouble() * (never + _closed.Total) < never ? neverClosed.Draw(ref random) : _closed.Draw(ref random);
    }

    /// <summary>Takes one out of the draw for a while.</summary>
    internal void Hold(int index)
    {
        if (!_isHeld[index])
        {
            _isHeld[index] = true;
            Update(index);
        }
    }

    /// <summary>Puts it back.</summary>
    internal void Release(int index)
    {
        if (_isHeld[index])
        {
            _isHeld[index] = false;
            Update(index);
        }
    }

    /// <summary>Takes one out for good.</summary>
    internal void Drop(int index)
    {
        if (!_isDropped[index])
        {
            _isDropped[index] = true;
            _dropped++;
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

        _lengths ??= new Lengths[count];
        _samples += samples;
        _activations++;
        ref Lengths lengths = ref _lengths[index];
        lengths.Samples += samples;
        lengths.Activations++;
        lengths.MeanAtLast = Mean;
        if (isEarly && !_hasEarlyEnd)
        {
            _hasEarlyEnd = true;
            Rebuild();
        }
        else if (_hasEarlyEnd)
        {
            Update(index);
        }
    }

    /// <summary>Saves all but what is held, which the streams that are open tell.</summary>
    internal void Save(StateWriter writer)
    {
        foreach (double weight in _weights)
        {
            writer.Write(weight);
        }

        for (int i = 0; i < count; i++)
        {
            if (_isDropped[i])
            {
                writer.Write(i);
            }
        }

        writer.Write(count);
        writer.Write(_hasEarlyEnd);
        for (int i = 0; i < count && _lengths is not null; i++)
        {
            if (_lengths[i].Activations > 0)
            {
                writer.Write(i);
                writer.Write(_lengths[i].Samples);
                writer.Write(_lengths[i].Activations);
                writer.Write(_lengths[i].MeanAtLast);
            }
        }

        writer.Write(count);
    }

    internal void Load(StateReader reader)
    {
        var weights = new double[count];
        for (int i = 0; i < count; i++)
        {
            weights[i] = reader.ReadDouble();
        }

        Reset(weights);
        for (int i = reader.ReadIndex(count); i < count; i = reader.ReadIndex(count))
        {
            _isDropped[i] = true;
            _dropped++;
        }

        _hasEarlyEnd = reader.ReadBoolean();
        for (int i = reader.ReadIndex(count); i < count; i = reader.ReadIndex(count))
        {
            _lengths ??= new Lengths[count];
            _lengths[i] = new Lengths { Samples = reader.ReadDouble(), Activations = reader.ReadInt64(), MeanAtLast = reader.ReadDouble() };
            _samples += _lengths[i].Samples;
            _activations += _lengths[i].Activations;
        }

        SetWeights(weights);
    }

    private double Mean => _samples / _activations;

    private double WeightOf(int index) => _isDropped[index] || _isHeld[index] ? 0 : _weights[index];

    private bool WasClosed(int index) => _lengths is not null && _lengths[index].Activations > 0;

    private double Corrected(int index)
    {
        ref Lengths lengths = ref _lengths![index]; // only of those that were closed
        return WeightOf(index) / ((lengths.Samples + lengths.MeanAtLast) / (lengths.Activations + 1));
    }

    private void Update(int index)
    {
        if (_drawsUniformly)
        {
            Rebuild();
        }
        else if (_hasEarlyEnd && WasClosed(index))
        {
            _neverClosed![index] = 0; // both were made by Rebuild
            _closed![index] = Corrected(index);
        }
        else
        {
            _neverClosed![index] = WeightOf(index);
        }
    }

    private void Rebuild()
    {
        _drawsUniformly = _hasEqualWeights && _dropped == 0 && !_hasEarlyEnd && !canHold;
        if (_drawsUniformly)
        {
            return;
        }

        _scratch ??= new double[count];
        for (int i = 0; i < count; i++)
        {
            _scratch[i] = _hasEarlyEnd && WasClosed(i) ? 0 : WeightOf(i);
        }

        _neverClosed ??= new DiscreteSampler(count);
        _neverClosed.SetAll(_scratch);
        if (_hasEarlyEnd)
        {
            for (int i = 0; i < count; i++)
            {
                _scratch[i] = WasClosed(i) ? Corrected(i) : 0;
            }

            _closed ??= new DiscreteSampler(count);
            _closed.SetAll(_scratch);
        }
    }
}
