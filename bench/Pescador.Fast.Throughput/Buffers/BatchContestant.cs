namespace Pescador.Fast.Throughput;

/// <summary>Makes batches, one after the other. Of each the last code is read; of each piece one more batch is checked whole.</summary>
internal abstract class BatchContestant(int batchesPerPiece, BatchCheck check) : Contestant
{
    private readonly float[] _read = new float[batchesPerPiece];

    internal override int UnitsPerPiece => _read.Length;

    internal override void Run() => Make(_read);

    internal override void Check()
    {
        foreach (float code in _read)
        {
            check.CheckCode(code);
        }

        using Sample batch = MakeOne();
        check.CheckBatch(batch);
    }

    /// <summary>Makes a batch for each place, reads its last code and disposes it.</summary>
    protected abstract void Make(Span<float> read);

    protected abstract Sample MakeOne();
}
