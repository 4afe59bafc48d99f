namespace Pescador.Fast.Throughput;

/// <summary>Takes batches through Prefetch and checks that each is the one that must come, none lost, none twice, none out of turn.</summary>
internal sealed class HandOffContestant : Contestant
{
    private const int BatchesPerPiece = 1 << 15;

    private readonly int[] _read = new int[BatchesPerPiece];
    private readonly ActiveStream<Sample> _stream;
    private readonly int _numbers; // batches are numbered 0 to this, and again
    private int _expected;

    internal HandOffContestant(Streamer<Sample> batches, int numbers)
    {
        _stream = batches.Open();
        _numbers = numbers;
    }

    internal override int UnitsPerPiece => BatchesPerPiece;

    // The other threads' included.
    internal override long ReadAllocatedBytes() => GC.GetTotalAllocatedBytes(precise: true);

    internal override void Run()
    {
        ActiveStream<Sample> stream = _stream;
        int[] read = _read;
        for (int i = 0; i < read.Length; i++)
        {
            if (!stream.MoveNext())
            {
                throw new VerificationException("The stream ended, though its batches are endless.");
            }

            Sample batch = stream.Current;
            read[i] = batch[0].Span<int>()[0];
            batch.Dispose();
        }
    }

    internal override void Check()
    {
        foreach (int number in _read)
        {
            if (number != _expected)
            {
                throw new VerificationException($"Batch {number} came where batch {_expected} had to.");
            }

            _expected = _expected + 1 < _numbers ? _expected + 1 : 0;
        }
    }

    internal PrefetchCounters Counters => _stream.Prefetch;

    public override void Dispose() => _stream.Dispose();
}
