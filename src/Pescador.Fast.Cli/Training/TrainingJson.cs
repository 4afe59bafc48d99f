namespace Pescador.Fast.Cli.Training;

/// <summary>The object that <c>train --json</c> prints.</summary>
internal sealed record TrainingJson(
    string Trainer,
    string Model,
    double Accuracy,
    long RowsHeldOut,
    long RowsTraining,
    int Classes,
    int Features,
    int Files,
    long DataBytes,
    int Epochs,
    int Batch,
    long Seed,
    long SamplesLearned,
    double SamplesPerSecond,
    double FirstPassSeconds,
    double LearningSeconds,
    long ResidentStartBytes,
    long ResidentPeakBytes,
    long BudgetBytes,
    long BudgetPeakBytes,
    string Bottleneck,
    string? SavedTo)
{
    internal static TrainingJson Of(TrainingResult result, TrainingPlan plan) => new(
        plan.Trainer.Kind.ToString().ToLowerInvariant(), plan.Trainer.Said,
        result.Accuracy, result.RowsHeldOut, result.RowsTraining, result.Classes, result.Features, result.Files, result.DataInBytes, result.Epochs,
        plan.Mix.Batch, plan.Mix.Seed, result.SamplesLearned, result.SamplesPerSecond, result.SurveySeconds, result.LearningSeconds,
        result.ResidentAtStart, result.ResidentPeak, result.Budget, result.BudgetPeak, result.Prefetch.Explain(), plan.SavePath);
}
