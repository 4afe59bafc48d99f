using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli.Demo;

/// <summary>Makes a corpus that is larger than the memory allowed, and trains on it.</summary>
internal static class CorpusTraining
{
    internal const int Active = 64;
    private const int Epochs = 2;
    private const int Batch = 128;

    /// <summary>Makes it, trains, and removes it unless it was given a folder.</summary>
    /// <param name="folder">Where the corpus stays; null for a temporary one.</param>
    /// <param name="lengthInBytes">Of the corpus, about.</param>
    /// <param name="plan">Of <see cref="Plan"/>; its seed is that of the corpus, too.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; the corpus is removed then, too.</param>
    /// <exception cref="PescadorException">There is no room on the disk, or in the budget.</exception>
    internal static TrainingResult Run(
        string? folder, long lengthInBytes, TrainingPlan plan, Action<TrainingStep>? progress, CancellationToken cancellation)
    {
        int rows = Corpus.RowsPerFile(lengthInBytes);
        using var corpus = new TemporaryFolder(folder);
        corpus.Require(Math.Max(lengthInBytes, Corpus.LengthInBytes(rows)));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        var gate = new Lock(); // files are written by several threads
        string stage = FormattableString.Invariant($"writing {Corpus.Files} files");
        int most = 0;
        Corpus.Write(
            corpus.Path,
            rows,
            plan.Mix.Seed,
            written =>
            {
                lock (gate)
                {
                    most = Math.Max(most, written);
                    double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
                    progress?.Invoke(new TrainingStep(stage, (double)most / Corpus.Files, (double)most * rows / seconds, null));
                }
            },
            cancellation);
        corpus.Complete();

        // The writers' buffers are garbage by now; they are no part of what training takes.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return OutOfCoreTraining.Run(Source.OpenAll([corpus.Path]), plan, progress, cancellation);
    }

    /// <summary>How it trains.</summary>
    /// <param name="budgetInBytes">What training may take.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="trainer">Who trains.</param>
    internal static TrainingPlan Plan(long budgetInBytes, long seed, TrainerKind trainer = TrainerKind.Linear) => new(
        "Y", null, HeldOut: 0.1, new TrainerChoice(trainer, SgdLoss.Log), Epochs, new Mix(Active, null, Batch, seed, budgetInBytes, Prefetch: 2));
}
