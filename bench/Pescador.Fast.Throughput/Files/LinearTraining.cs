namespace Pescador.Fast.Throughput;

/// <summary>A training epoch of a linear classifier, 128 features, 10 classes, batches of 1,024: out of files with Prefetch, and with the same
/// batches in memory.</summary>
internal static class LinearTraining
{
    private const int Files = 64;
    private const int RowsPerFile = 4096;
    private const int Width = 128;
    private const int BatchSize = 1024;
    private const int Classes = 10;
    private const int BatchesPerEpoch = Files * RowsPerFile / BatchSize;

    internal static Outcome Run(Measure measure)
    {
        string folder = Directory.CreateTempSubdirectory("pescador-throughput-").FullName;
        try
        {
            for (int file = 0; file < Files; file++)
            {
                Write(Path.Combine(folder, $"{file:00}"), new Random(file));
            }

            return Run(measure, Source.OpenAll([folder]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Outcome Run(Measure measure, IReadOnlyList<Source> sources)
    {
        var row = new SampleSpec(TensorSpec.Of<float>("X", Width), TensorSpec.Of<int>("Y"));
        using var memory = new SlabPool(row.Stack(BatchSize), BatchesPerEpoch + 1);
        Streamer<Sample> batches = Epoch(sources, pool: null);
        using var streamed = new EpochContestant(batches.Prefetch(4), null);
        using var inMemory = new EpochContestant(batches, Epoch(sources, memory).Iterate().ToList());
        Rounds rounds = measure.Of(streamed, inMemory);
        Figure ratio = rounds.Ratio;
        return new Outcome()
            .Add("samples_per_second", rounds.Of(static rate => rate * BatchSize))
            .Add("step_milliseconds", rounds.Of(static rate => 1e3 / rate))
            .Add("reference", "the same batches in memory")
            .Add("reference_step_milliseconds", rounds.OfReference(static rate => 1e3 / rate))
            .Add("ratio", new Figure(1 / ratio.Median, 1 / ratio.Max, 1 / ratio.Min)) // of times
            .AddConduct(rounds);
    }

    // Each file's rows once, permuted, 16 files open at a time.
    private static Streamer<Sample> Epoch(IReadOnlyList<Source> sources, SlabPool? pool) => new StochasticMux<Sample>(
            sources.Select(static source => source.Rows(RowOrder.Permuted)), 16, null, mode: StochasticMode.Exhaustive, seed: 3)
        .Buffer(BatchSize, pool: pool);

    // Ten classes, each with a part of the features of its own that is raised.
    private static void Write(string stem, Random random)
    {
        var x = new float[RowsPerFile * Width];
        var y = new int[RowsPerFile];
        for (int row = 0; row < RowsPerFile; row++)
        {
            y[row] = random.Next(Classes);
            for (int column = 0; column < Width; column++)
            {
                x[(row * Width) + column] = random.NextSingle() - 0.5f + (column % Classes == y[row] ? 0.5f : 0);
            }
        }

        using var features = new NpyWriter($"{stem}.X.npy", ElementType.Float32, Width);
        features.Write<float>(x);
        features.Complete();
        using var labels = new NpyWriter($"{stem}.Y.npy", ElementType.Int32);
        labels.Write<int>(y);
        labels.Complete();
    }

    private sealed class EpochContestant(Streamer<Sample> batches, List<Sample>? kept) : Contestant
    {
        private SgdClassifier _model = new(Classes);

        internal override int UnitsPerPiece => BatchesPerEpoch;

        internal override void Prepare() => _model = new SgdClassifier(Classes);

        internal override void Run()
        {
            if (kept is null)
            {
                new StreamLearner(_model).Fit(batches);
                return;
            }

            foreach (Sample batch in kept)
            {
                _model.PartialFit(batch);
            }
        }

        internal override void Check()
        {
            if (_model.SamplesSeen != (long)Files * RowsPerFile)
            {
                throw new VerificationException($"An epoch has {(long)Files * RowsPerFile} samples; {_model.SamplesSeen} were learned.");
            }
        }

        public override void Dispose() => kept?.ForEach(static batch => batch.Dispose());
    }
}
