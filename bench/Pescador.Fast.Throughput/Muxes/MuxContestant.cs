namespace Pescador.Fast.Throughput;

/// <summary>Pulls samples from a mux, reads X[0] of each and disposes it. What was read is kept, and checked between the pieces.</summary>
internal sealed class MuxContestant : Contestant
{
    private readonly MuxRecipe _recipe;
    private readonly Streamer<Sample> _mux;
    private readonly ActiveStream<Sample> _stream;
    private readonly RowTable[] _tables;
    private readonly float[] _read;
    private readonly long[] _countsByCode;
    private long _checked;

    internal MuxContestant(MuxRecipe recipe, Streamer<Sample> mux, RowTable[] tables, int samplesPerPiece)
    {
        _recipe = recipe;
        _mux = mux;
        _tables = tables;
        _read = new float[samplesPerPiece];
        _countsByCode = new long[tables.Length * tables[0].Count];
        _stream = mux.Open();
    }

    internal override int UnitsPerPiece => _read.Length;

    internal override void Run()
    {
        ActiveStream<Sample> stream = _stream;
        float[] read = _read;
        for (int i = 0; i < read.Length; i++)
        {
            if (!stream.MoveNext())
            {
                throw new VerificationException("The mux ended, though its streams are endless.");
            }

            Sample sample = stream.Current;
            read[i] = sample["X"].Span<float>()[0];
            sample.Dispose();
        }
    }

    internal override void Check()
    {
        foreach (float code in _read)
        {
            int index = (int)code;
            if ((uint)index >= (uint)_countsByCode.Length || index != code)
            {
                throw new VerificationException($"X[0] was {code}; there are codes from 0 to {_countsByCode.Length - 1}.");
            }

            _countsByCode[index]++;
        }

        _checked += _read.Length;
        CheckWhole();
    }

    /// <summary>Checks what all pieces together must satisfy.</summary>
    internal void CheckAll()
    {
        int rows = _tables[0].Count;
        var rowCounts = new long[rows];
        var streamCounts = new long[_tables.Length];
        long sum = 0;
        for (int code = 0; code < _countsByCode.Length; code++)
        {
            rowCounts[code % rows] += _countsByCode[code];
            streamCounts[code / rows] += _countsByCode[code];
            sum += _countsByCode[code];
        }

        if (sum != _checked)
        {
            throw new VerificationException($"{_checked} samples were read, {sum} counted.");
        }

        ShareCheck.Verify(rowCounts, ShareCheck.Equal(rows), 1, "rows");
        if (_recipe.HasOwnTables)
        {
            ShareCheck.Verify(streamCounts, _recipe.Shares, _recipe.Dispersion, "streams");
        }

        long outstanding = _stream.Views.Outstanding + _stream.LooseSamples.Outstanding;
        _stream.Dispose();
        if (outstanding != 0 || _mux.ActivationCount != 0)
        {
            throw new VerificationException($"{outstanding} samples are out and {_mux.ActivationCount} activations open; none was to be.");
        }
    }

    public override void Dispose() => _stream.Dispose();

    // One more sample, all of it: every element of a row's, the last one plus its noise; or, of a marked one, what is marked.
    private void CheckWhole()
    {
        if (!_stream.MoveNext())
        {
            throw new VerificationException("The mux ended, though its streams are endless.");
        }

        using Sample sample = _stream.Current;
        Span<float> y = sample["Y"].Span<float>();
        Span<float> x = sample["X"].Span<float>();
        RowTable table = _tables.Length == 1 ? _tables[0] : _tables[(int)y[0] / _tables[0].Count];
        Span<float> whole = x.ToArray();
        if (_recipe.IsIterator((int)y[0] / table.Count))
        {
            // What the iterator adds to the row, or leaves out of it, is put right; the rest must be the row's.
            Span<float> row = table.XOf(table.RowOf(y[0]));
            float noise = whole[^1] - (_recipe.CopiesRows ? row[^1] : 0);
            if (Math.Abs(noise) <= Noise.Sigma)
            {
                whole[^1] = row[^1];
            }

            if (!_recipe.CopiesRows)
            {
                row[1..^1].CopyTo(whole[1..]);
            }
        }

        table.Recognise(whole, y);
    }
}
