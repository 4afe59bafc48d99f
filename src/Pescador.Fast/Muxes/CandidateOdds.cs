namespace Pescador.Fast;

/// <summary>Draws a streamer in proportion to its weight, divided by m_j once some activation has ended early.</summary>
/// <remarks>Streamers never closed share the present mean as one common factor: they stand in a sampler of their own, so that a closing
/// changes O(1) weights.</remarks>
internal sealed class CandidateOdds(int count, ActivationLengths lengths)
{
    private readonly DiscreteSampler _neverClosed = new(count); // all of them, until there is correction
    private DiscreteSampler? _closed;
    private double[]? _scratch;

    /// <summary>Takes all weights anew.</summary>
    internal void SetAll(ReadOnlySpan<double> weights)
    {
        if (!lengths.HasEarlyEnd)
        {
            _neverClosed.SetAll(weights);
            return;
        }

        _scratch ??= new double[count];
        for (int i = 0; i < count; i++)
        {
            _scratch[i] = lengths.Has(i) ? 0 : weights[i];
        }

        _neverClosed.SetAll(_scratch);
        for (int i = 0; i < count; i++)
        {
            _scratch[i] = lengths.Has(i) ? weights[i] / lengths[i] : 0;
        }

        _closed ??= new DiscreteSampler(count);
        _closed.SetAll(_scratch);
    }

    /// <summary>Takes one weight, and the streamer's m_j as it is now.</summary>
    internal void Set(int index, double weight)
    {
        if (lengths.HasEarlyEnd && lengths.Has(index))
        {
            _neverClosed[index] = 0;
            _closed![index] = weight / lengths[index]; // all weights were set at the first early end
        }
        else
        {
            _neverClosed[index] = weight;
        }
    }

    /// <summary>Draws one.</summary>
    /// <returns>Its index; −1 when there is none.</returns>
    internal int Draw(ref RandomGenerator random)
    {
        if (!lengths.HasEarlyEnd)
        {
            return _neverClosed.Total > 0 ? _neverClosed.Draw(ref random) : -1;
        }

        DiscreteSampler closed = _closed!; // as above
        if (closed.Total == 0 || _neverClosed.Total == 0)
        {
            DiscreteSampler only = _neverClosed.Total > 0 ? _neverClosed : closed;
            return only.Total > 0 ? only.Draw(ref random) : -1;
        }

        double never = _neverClosed.Total / lengths.Mean;
        return random.NextDouble() * (never + closed.Total) < never ? _neverClosed.Draw(ref random) : closed.Draw(ref random);
    }
}
