namespace Pescador.Fast.Throughput;

/// <summary>A training epoch of one model over the same files: streamed to libtorch, and through PyTorch's DataLoader.</summary>
internal static class DataLoaderTraining
{
    private const int Files = 16;

    // Small, for what is compared is the way of the samples to it: a step takes a millisecond.
    internal const int Hidden = 128;

    // Other first weights, another order. Between seeds the loss of a last batch differs by some 0.05, and it falls by 0.5.
    private const double LossTolerance = 0.15;

    internal static string? Missing => TorchRuntime.Missing ?? DataLoaderProcess.Missing;

    internal static Outcome Run(Measure measure)
    {
        using var files = new TrainingFiles(Files);
        var third = new Measure(measure.Time / 3);
        Duel alone = Fight(third, files, new DataLoaderForm(0));
        Duel two = Fight(third, files, new DataLoaderForm(2));
        Duel batches = Fight(third, files, new DataLoaderForm(0, AsksForBatches: true));

        // Which is better shows against ours in the same rounds; between the duels the machine may have changed.
        Duel better = alone.Rounds.Ratio.Median <= two.Rounds.Ratio.Median ? alone : two;
        return new Outcome()
            .Add("samples_per_second", better.Rounds.Of(static rate => rate * TrainingFiles.BatchSize))
            .Add("step_milliseconds", better.Rounds.Of(static rate => 1e3 / rate))
            .Add("last_loss", better.Loss)
            .Add("reference", $"PyTorch {better.Version}, DataLoader, {better.Form}, the better of 0 and 2")
            .Add("reference_samples_per_second", better.Rate)
            .Add("reference_samples_per_second_0_workers", alone.Rate)
            .Add("reference_samples_per_second_2_workers", two.Rate)
            .Add("reference_epoch_seconds", better.Last.Seconds) // by Python's clock
            .Add("reference_last_loss", better.Last.LastLoss)
            .Add("ratio", better.Rounds.Ratio)
            .Add("reference_samples_per_second_whole_batches", batches.Rate) // no part of the ratio: not how the DataLoader is commonly used
            .Add("ratio_whole_batches", batches.Rounds.Ratio)
            .Add("threads", TorchRuntime.Threads)
            .AddConduct(better.Rounds);
    }

    private static Duel Fight(Measure measure, TrainingFiles files, DataLoaderForm form)
    {
        using DataLoaderProcess process = DataLoaderProcess.Start(files, Hidden, form, TorchRuntime.Threads);
        using EpochContestant streamed = EpochTraining.Streamed(files, static () => new TorchPerceptron(Hidden));
        using var loaded = new DataLoaderContestant(files, process);
        Rounds rounds = measure.Of(streamed, loaded);
        process.End();
        double loss = streamed.LastLoss ?? double.NaN;
        return Math.Abs(loss - loaded.Last.LastLoss) < LossTolerance
            ? new Duel(form, process.Version, rounds, loss, loaded.Last)
            : throw new VerificationException($"The loss falls to {loss}, through the DataLoader to {loaded.Last.LastLoss}: not the same within {LossTolerance}.");
    }

    private sealed record Duel(DataLoaderForm Form, string Version, Rounds Rounds, double Loss, DataLoaderEpoch Last)
    {
        internal Figure Rate { get; } = Rounds.OfReference(static rate => rate * TrainingFiles.BatchSize);
    }
}
