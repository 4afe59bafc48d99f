namespace Pescador.Fast.Throughput;

/// <summary>A Buffer to be measured against a plain copy of the same rows.</summary>
/// <param name="BatchSize">Rows per batch.</param>
/// <param name="Table">Makes the rows.</param>
internal sealed record BufferRecipe(int BatchSize, Func<RowTable> Table)
{
    private const int Slabs = 4;
    private const long PieceInBytes = 32 << 20;

    /// <summary>Makes the stream of rows; a view of the table's by default.</summary>
    internal Func<RowTable, Streamer<Sample>> Source { get; init; } = static table => Streamer.FromRows(table.Rows);

    /// <summary>See <see cref="ShareCheck"/>.</summary>
    internal double Dispersion { get; init; } = 1;

    /// <summary>Measures and verifies it.</summary>
    /// <returns>Batches per second, and bytes per batch.</returns>
    internal (Rounds Batches, long BatchLengthInBytes) Run(Measure measure)
    {
        RowTable table = Table();
        long batchLength = BatchSize * table.RowLengthInBytes;
        int perPiece = (int)Math.Clamp(PieceInBytes / batchLength, 2, 2048);
        using var pool = new SlabPool(table.Spec.Stack(BatchSize), Slabs);
        var subjectCheck = new BatchCheck(table, Dispersion);
        var referenceCheck = new BatchCheck(table, dispersion: 1);
        using var subject = new BufferContestant(Source(table).Buffer(BatchSize, pool: pool), perPiece, subjectCheck);
        using var reference = new CopyContestant(table, BatchSize, pool, perPiece, referenceCheck);
        Rounds rounds = measure.Of(subject, reference);
        subject.CheckNothingIsOut();
        subjectCheck.CheckShares();
        referenceCheck.CheckShares();
        return (rounds, batchLength);
    }

    /// <summary>Runs it and reports.</summary>
    internal Outcome Report(Measure measure)
    {
        (Rounds batches, long length) = Run(measure);
        return new Outcome()
            .Add("samples_per_second", batches.Of(rate => rate * BatchSize))
            .Add("gigabytes_per_second", batches.Of(rate => rate * length / 1e9))
            .Add("allocated_bytes_per_sample", batches.AllocatedBytesPerUnit / BatchSize)
            .Add("allocated_bytes_per_batch", batches.AllocatedBytesPerUnit)
            .Add("reference", "memcpy")
            .Add("reference_gigabytes_per_second", batches.OfReference(rate => rate * length / 1e9))
            .Add("ratio", batches.Ratio)
            .AddConduct(batches);
    }
}
