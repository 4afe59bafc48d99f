namespace Pescador.Fast.Throughput;

/// <summary>Samples per second out of files whose pages are cached: random rows of 300 files, 100 active, stacked by 128.</summary>
internal static class FileWorkloads
{
    private const int Files = 300;
    private const int RowsPerFile = 4096;
    private const int Width = 128;
    private const int Active = 100;
    private const int BatchSize = 128;
    private const int RoomInFiles = 128;

    internal static IEnumerable<Workload> All =>
    [
        Of("npy-rate8", CorpusForm.Npy, 8, 1e6),
        Of("npy-rate256", CorpusForm.Npy, 256, 2e6),
        Of("npz-stored-rate8", CorpusForm.NpzStored, 8, 500_000),
        new("npz-deflated-rate8", "the same of deflated .npz, room for 128 of the 300; ratio to 8 × the files one thread inflates", "samples_per_second", Deflated)
        {
            Targets = [Target.AtLeast("ratio", 1.2)],
        },
        new("files-30000", "30,000 .npy of 1 MiB, budget 64 MiB, 100 active, rate 8: memory", "peak_resident_bytes", ManyFiles.Run)
        {
            Targets = [Target.AtMost("peak_resident_bytes", ManyFiles.BudgetInBytes + (120 << 20))],
        },
    ];

    private static Workload Of(string name, CorpusForm form, int rate, double target) =>
        new(name, $"300 {form} files of float32[4096,128] and labels, 100 active, rate {rate}", "samples_per_second", measure =>
        {
            using var corpus = new FileCorpus(form, Files, RowsPerFile, Width);
            using var contestant = new FilesContestant(corpus, Mux(corpus, rate).Buffer(BatchSize), BatchSize, 50);
            Rounds rounds = measure.Of(contestant);
            contestant.CheckShares(rate);
            return Report(rounds).AddConduct(rounds);
        })
        {
            Targets = [Target.AtLeast("samples_per_second", target), Target.AtMost("allocated_bytes_per_sample", 0)],
        };

    private static Outcome Deflated(Measure measure)
    {
        const int Rate = 8;
        using var corpus = new FileCorpus(CorpusForm.NpzDeflated, Files, RowsPerFile, Width);
        const long BatchLength = BatchSize * (Width + 1L) * sizeof(float);
        var budget = new MemoryBudget((RoomInFiles * (corpus.FileLengthInBytes + 128)) + (4 * (BatchLength + 128)));
        using var contestant = new FilesContestant(corpus, Mux(corpus, Rate).Buffer(BatchSize).With(budget: budget), BatchSize, 2);
        using var reference = new OpeningContestant(corpus);
        Rounds rounds = measure.Of(contestant, reference);
        contestant.CheckShares(Rate);
        if (budget.PeakInBytes > budget.LimitInBytes)
        {
            throw new VerificationException($"The budget of {budget.LimitInBytes} bytes did not hold: {budget.PeakInBytes}.");
        }

        Figure ratio = rounds.Ratio;
        return Report(rounds)
            .Add("reference", "files that one thread inflates")
            .Add("reference_files_per_second", rounds.OfReference(static rate => rate))
            .Add("ratio", new Figure(ratio.Median / Rate, ratio.Min / Rate, ratio.Max / Rate))
            .AddConduct(rounds);
    }

    private static Outcome Report(Rounds rounds) => new Outcome()
        .Add("samples_per_second", rounds.Of(static rate => rate))
        .Add("gigabytes_per_second", rounds.Of(static rate => rate * (Width + 1) * sizeof(float) / 1e9))
        .Add("allocated_bytes_per_sample", rounds.AllocatedBytesPerUnit);

    private static StochasticMux<Sample> Mux(FileCorpus corpus, double rate) =>
        new(corpus.Sources.Select(static source => source.Rows()), Active, rate, mode: StochasticMode.SingleActive, seed: 1);
}
