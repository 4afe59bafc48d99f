namespace Pescador.Fast.Throughput;

/// <summary>One thread opens file after file, which inflates or parses it, and takes a row of each; none is kept.</summary>
internal sealed class OpeningContestant(FileCorpus corpus) : Contestant
{
    private readonly WorkingSet _workingSet = new(maxMappings: 2, openers: 0); // of one pair
    private readonly MemoryBudget _budget = new(2 * corpus.FileLengthInBytes); // for one file, so that none is kept
    private int _next;

    internal override int UnitsPerPiece => 4;

    internal override void Run()
    {
        for (int i = 0; i < UnitsPerPiece; i++)
        {
            Streamer<Sample> rows = corpus.Sources[_next].Rows().With(budget: _budget, workingSet: _workingSet);
            _next = (_next + 1) % corpus.Files;
            using ActiveStream<Sample> stream = rows.Open();
            if (!stream.MoveNext())
            {
                throw new VerificationException("A file without a row.");
            }

            stream.Current.Dispose();
        }
    }

    public override void Dispose() => _workingSet.Dispose();
}
