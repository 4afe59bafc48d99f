namespace Pescador.Fast.Throughput;

/// <summary>What each format costs: opening a file that is not kept, and a row of one that is open. 16 files of float32[4096,128] and labels, their
/// pages cached.</summary>
internal static class FormatWorkloads
{
    private const int Files = 16;
    private const int RowsPerFile = 4096;
    private const int Width = 128;
    private const int BatchSize = 128;

    internal static IEnumerable<Workload> All =>
    [
        Of("format-npy", CorpusForm.Npy),
        Of("format-npy-swapped", CorpusForm.NpySwapped),
        Of("format-npy-fortran", CorpusForm.NpyFortran),
        Of("format-safetensors", CorpusForm.SafeTensors),
        Of("format-npz-stored", CorpusForm.NpzStored),
        Of("format-npz-deflated", CorpusForm.NpzDeflated),
        Of("format-tar", CorpusForm.Tar),
        Of("format-csv", CorpusForm.Csv),
    ];

    private static Workload Of(string name, CorpusForm form) =>
        new(name, $"{form}: opening a file of 2 MB, and a row of 516 bytes out of {Files} that are open", "microseconds_per_opening", measure =>
        {
            using var corpus = new FileCorpus(form, Files, RowsPerFile, Width);
            using var opening = new OpeningContestant(corpus);
            Rounds openings = measure.Of(opening);
            var budget = new MemoryBudget(1L << 30);
            var mux = new ShuffledMux<Sample>(corpus.Sources.Select(static source => source.Rows()), seed: 1);
            using var contestant = new FilesContestant(corpus, mux.Buffer(BatchSize).With(budget: budget), BatchSize, 50);
            Rounds rows = measure.Of(contestant);
            const long Slabs = 4 * BatchSize * (Width + 1L) * sizeof(float);
            return new Outcome()
                .Add("microseconds_per_opening", openings.Of(static rate => 1e6 / rate))
                .Add("nanoseconds_per_row", rows.Of(static rate => 1e9 / rate))
                .Add("held_bytes_per_file", (budget.UsedInBytes - Slabs) / Files)
                .Add("data_bytes_per_file", corpus.FileLengthInBytes)
                .AddConduct(rows);
        });
}
