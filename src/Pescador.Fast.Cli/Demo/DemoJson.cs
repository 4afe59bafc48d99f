using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli.Demo;

/// <summary>The object that <c>demo --json</c> prints.</summary>
/// <param name="Corpus">As of <c>train --json</c>.</param>
/// <param name="CorpusBestAccuracy">Of who knows the classes' means.</param>
/// <param name="Noisy">The run from noisy streams.</param>
internal sealed record DemoJson(TrainingJson Corpus, double CorpusBestAccuracy, DemoJson.NoisyRun Noisy)
{
    internal static DemoJson Of(TrainingResult corpus, TrainingPlan plan, NoisyTrainingResult noisy) => new(
        TrainingJson.Of(corpus, plan),
        CorpusProblem.BestAccuracy(),
        new NoisyRun(
            noisy.Accuracy, noisy.HeldOut, noisy.Learned.Samples, noisy.Learned.Batches, noisy.Duration.TotalSeconds,
            noisy.Learned.Samples / noisy.Duration.TotalSeconds, noisy.AllocatedBytesPerSample));

    /// <summary>What the run from noisy streams found.</summary>
    internal sealed record NoisyRun(
        double Accuracy, int RowsHeldOut, long SamplesLearned, long Batches, double Seconds, double SamplesPerSecond, double AllocatedBytesPerSample);
}
