namespace Pescador.Fast.Throughput;

/// <summary>A training epoch streamed out of files with Prefetch, against one over the same batches in memory.</summary>
internal static class EpochTraining
{
    private const int Ahead = 4;

    // The same batches and first weights: what may differ is in which order the trainer's threads add up.
    private const double LossTolerance = 0.001;

    internal static Outcome Run(Measure measure, int fileCount, Func<EpochModel> makeModel)
    {
        using var files = new TrainingFiles(fileCount);
        using var memory = new SlabPool(TrainingFiles.BatchSpec, files.BatchesPerEpoch + 1);
        Outcome outcome = Run(measure, files, memory, makeModel);
        return memory.Counters.Outstanding == 0
            ? outcome
            : throw new VerificationException($"{memory.Counters.Outstanding} batches in memory are still out; none was to be.");
    }

    /// <summary>The streamed side alone.</summary>
    internal static EpochContestant Streamed(TrainingFiles files, Func<EpochModel> makeModel) => new(files, makeModel, Stream(files));

    private static Streamer<Sample> Stream(TrainingFiles files, SlabPool? pool = null) => files.Epoch(pool).Prefetch(Ahead);

    private static Outcome Run(Measure measure, TrainingFiles files, SlabPool memory, Func<EpochModel> makeModel)
    {
        using EpochContestant streamed = Streamed(files, makeModel);
        using var inMemory = new EpochContestant(files, makeModel, Stream(files), Stream(files, memory).Iterate().ToList());
        Rounds rounds = measure.Of(streamed, inMemory);
        if (streamed.FirstEpochLoss is { } loss && !(Math.Abs(loss - (inMemory.FirstEpochLoss ?? double.NaN)) < LossTolerance))
        {
            throw new VerificationException($"Streamed, the loss falls to {loss}; with the same batches in memory to {inMemory.FirstEpochLoss}.");
        }

        Figure ratio = rounds.Ratio;
        Outcome outcome = new Outcome()
            .Add("samples_per_second", rounds.Of(static rate => rate * TrainingFiles.BatchSize))
            .Add("step_milliseconds", rounds.Of(static rate => 1e3 / rate))
            .Add("reference", "the same batches in memory")
            .Add("reference_step_milliseconds", rounds.OfReference(static rate => 1e3 / rate))
            .Add("ratio", new Figure(1 / ratio.Median, 1 / ratio.Max, 1 / ratio.Min)); // of times
        return (streamed.LastLoss is { } last ? outcome.Add("last_loss", last) : outcome).AddConduct(rounds);
    }
}
