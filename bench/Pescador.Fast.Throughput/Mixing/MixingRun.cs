namespace Pescador.Fast.Throughput;

/// <summary>The real mux over streams that give nothing but the number of their file, and what it did.</summary>
internal sealed class MixingRun
{
    private readonly int[] _stream;
    private readonly int _files;
    private readonly Ledger _ledger = new();

    /// <summary>Runs a mux, all parameters but these at their defaults.</summary>
    /// <param name="files">N.</param>
    /// <param name="active">k.</param>
    /// <param name="rate">r.</param>
    /// <param name="samples">How many to draw.</param>
    /// <param name="seed">Of the mux.</param>
    /// <param name="rows">Rows of a file that is read once; endless when null.</param>
    internal MixingRun(int files, int active, double rate, int samples, long seed, int? rows = null)
    {
        _files = files;
        _stream = new int[samples];
        var mux = new StochasticMux<int>(
            Enumerable.Range(0, files).Select(file => Streamer.Create(Rows, file, rows ?? int.MaxValue, _ledger)), active, rate, seed: seed);
        int count = 0;
        foreach (int file in mux.Iterate(samples))
        {
            _stream[count++] = file;
            _ledger.Now = count;
        }

        if (count != samples)
        {
            throw new VerificationException($"{samples} samples were asked for, {count} came.");
        }

        _ledger.OpenedAt.RemoveRange(0, active); // the first set
        ReplacementsPerSample = (double)_ledger.OpenedAt.Count / samples;
    }

    internal double ReplacementsPerSample { get; }

    /// <summary>The most replacements in any window so long, to what they are on average.</summary>
    internal double HighestWave(int window) =>
        _ledger.OpenedAt.GroupBy(sample => sample / window).Max(static replacements => replacements.Count()) / (window * ReplacementsPerSample);

    /// <summary>Distinct files in a batch, on average over all batches.</summary>
    internal double FilesPerBatch(int batch)
    {
        int[] lastSeen = new int[_files];
        Array.Fill(lastSeen, -1);
        long distinct = 0;
        int batches = _stream.Length / batch;
        for (int i = 0; i < batches * batch; i++)
        {
            ref int last = ref lastSeen[_stream[i]];
            distinct += last == i / batch ? 0 : 1;
            last = i / batch;
        }

        return (double)distinct / batches;
    }

    /// <summary>Share of pairs so far apart that are of one file.</summary>
    internal double SameFile(int distance)
    {
        long same = 0;
        for (int i = distance; i < _stream.Length; i++)
        {
            same += _stream[i] == _stream[i - distance] ? 1 : 0;
        }

        return (double)same / (_stream.Length - distance);
    }

    private static IEnumerable<int> Rows(StreamContext context, int file, int rows, Ledger ledger)
    {
        ledger.OpenedAt.Add(ledger.Now);
        for (int i = 0; i < rows; i++)
        {
            yield return file;
        }
    }

    /// <summary>When streams were opened, in samples.</summary>
    private sealed class Ledger
    {
        internal int Now { get; set; }

        internal List<int> OpenedAt { get; } = [];
    }
}
