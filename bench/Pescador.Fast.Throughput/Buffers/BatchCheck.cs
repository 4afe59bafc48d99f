namespace Pescador.Fast.Throughput;

/// <summary>Recognises every row of whole batches, bit for bit, and counts which they were.</summary>
/// <param name="table">Where the rows come from.</param>
/// <param name="dispersion">See <see cref="ShareCheck"/>.</param>
internal sealed class BatchCheck(RowTable table, double dispersion)
{
    private const int MostBins = 256;

    private readonly long[] _counts = new long[Math.Min(table.Count, MostBins)];

    /// <summary>Checks a code that was read in the timed part.</summary>
    internal void CheckCode(float code) => table.RowOf(code);

    internal void CheckBatch(Sample batch)
    {
        Span<float> x = batch["X"].Span<float>();
        Span<float> y = batch["Y"].Span<float>();
        for (int i = 0; i < y.Length; i++)
        {
            int row = table.Recognise(x.Slice(i * table.Width, table.Width), y.Slice(i, 1));
            _counts[(int)((long)row * _counts.Length / table.Count)]++;
        }
    }

    /// <summary>Checks that all rows come alike.</summary>
    internal void CheckShares()
    {
        var shares = new double[_counts.Length];
        for (int row = 0; row < table.Count; row++)
        {
            shares[(int)((long)row * _counts.Length / table.Count)] += 1.0 / table.Count;
        }

        if (_counts.Length > 1)
        {
            ShareCheck.Verify(_counts, shares, dispersion, "parts of the table");
        }
    }
}
