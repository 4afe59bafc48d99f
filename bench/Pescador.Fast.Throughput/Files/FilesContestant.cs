namespace Pescador.Fast.Throughput;

/// <summary>Batches from files. Of each the last label is read; of each piece one more batch is checked whole.</summary>
internal sealed class FilesContestant(FileCorpus corpus, Streamer<Sample> batches, int batchSize, int batchesPerPiece) : Contestant
{
    private readonly ActiveStream<Sample> _stream = batches.Open();
    private readonly float[] _read = new float[batchesPerPiece];
    private readonly long[] _counts = new long[corpus.Files];

    internal override int UnitsPerPiece => batchesPerPiece * batchSize;

    internal override void Run()
    {
        for (int i = 0; i < _read.Length; i++)
        {
            using Sample batch = Next();
            _read[i] = batch[corpus.LabelName].Span<float>()[^1];
        }
    }

    internal override void Check()
    {
        foreach (float code in _read)
        {
            _counts[(int)code / corpus.RowsPerFile]++;
        }

        using Sample batch = Next();
        Span<float> x = batch["X"].Span<float>();
        Span<float> y = batch[corpus.LabelName].Span<float>();
        for (int i = 0; i < y.Length; i++)
        {
            _counts[corpus.Recognise(x.Slice(i * corpus.Width, corpus.Width), y[i])]++;
        }
    }

    /// <summary>Checks that rows come from all files, each about as often, once enough have been looked at.</summary>
    internal void CheckShares(double rate)
    {
        long seen = _counts.Sum();
        double expected = (double)seen / corpus.Files;

        // Counts come in runs of about rate samples, so their variance is that many times a count's own; six deviations off is wrong.
        double deviation = Math.Sqrt(expected * 2 * rate);
        if (expected > 36 * 2 * rate && Array.Exists(_counts, count => Math.Abs(count - expected) > 6 * deviation))
        {
            throw new VerificationException($"Of {seen} rows one file gave {_counts.Min()}, another {_counts.Max()}; {expected:0} were expected of each.");
        }
    }

    internal WorkingSetCounters WorkingSet => _stream.WorkingSet;

    public override void Dispose() => _stream.Dispose();

    private Sample Next() => _stream.MoveNext() ? _stream.Current : throw new VerificationException("The stream ended, though it is endless.");
}
