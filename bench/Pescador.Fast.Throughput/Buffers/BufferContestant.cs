namespace Pescador.Fast.Throughput;

/// <summary>Batches from Buffer.</summary>
internal sealed class BufferContestant(Streamer<Sample> batches, int batchesPerPiece, BatchCheck check)
    : BatchContestant(batchesPerPiece, check)
{
    private readonly ActiveStream<Sample> _stream = batches.Open();

    protected override void Make(Span<float> read)
    {
        ActiveStream<Sample> stream = _stream;
        for (int i = 0; i < read.Length; i++)
        {
            if (!stream.MoveNext())
            {
                throw new VerificationException("The stream ended, though its rows are endless.");
            }

            Sample batch = stream.Current;
            read[i] = batch["Y"].Span<float>()[^1];
            batch.Dispose();
        }
    }

    protected override Sample MakeOne() =>
        _stream.MoveNext() ? _stream.Current : throw new VerificationException("The stream ended, though its rows are endless.");

    internal void CheckNothingIsOut()
    {
        long outstanding = _stream.Views.Outstanding + _stream.LooseSamples.Outstanding + _stream.Batches.Outstanding;
        if (outstanding != 0)
        {
            throw new VerificationException($"{outstanding} samples and batches are out; none was to be.");
        }
    }

    public override void Dispose() => _stream.Dispose();
}
