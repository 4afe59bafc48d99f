namespace Pescador.Fast.Throughput;

/// <summary>
/// The reference: a plain loop of Span.CopyTo of random rows' X and Y into slabs of the same pool, rented and returned the same way.
/// </summary>
/// <remarks>Both sides write the slab that was returned last, so equally hot memory, and both draw each row from the same kind of
/// generator: its cost is in both figures.</remarks>
internal sealed class CopyContestant(RowTable table, int rows, SlabPool pool, int batchesPerPiece, BatchCheck check)
    : BatchContestant(batchesPerPiece, check)
{
    private RandomGenerator _random = new(1);

    protected override void Make(Span<float> read)
    {
        for (int i = 0; i < read.Length; i++)
        {
            Sample batch = MakeOne();
            read[i] = batch["Y"].Span<float>()[^1];
            batch.Dispose();
        }
    }

    protected override Sample MakeOne()
    {
        Sample batch = pool.Rent();
        Span<float> x = batch["X"].Span<float>();
        Span<float> y = batch["Y"].Span<float>();
        int width = table.Width;
        ReadOnlySpan<float> sourceX = table.X;
        ReadOnlySpan<float> sourceY = table.Y;
        RandomGenerator random = _random; // a local copy stays in registers
        for (int i = 0; i < rows; i++)
        {
            int row = (int)random.NextUInt64((ulong)sourceY.Length);
            sourceX.Slice(row * width, width).CopyTo(x[(i * width)..]);
            sourceY.Slice(row, 1).CopyTo(y[i..]);
        }

        _random = random;
        return batch;
    }
}
