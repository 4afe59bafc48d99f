using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Training;

/// <summary>What is to be learned, and how.</summary>
/// <param name="Label">The labels' tensor.</param>
/// <param name="Features">The features' tensor; found out when null.</param>
/// <param name="HeldOut">Part of each file's rows that is held out, above 0 and below 1.</param>
/// <param name="Trainer">Which model, and who computes.</param>
/// <param name="Epochs">How often each row is learned.</param>
/// <param name="Mix">How batches are drawn. Without a rate each row comes once in an epoch.</param>
/// <param name="SavePath">Of the file that the model is written to; null for none.</param>
internal sealed record TrainingPlan(string Label, string? Features, double HeldOut, TrainerChoice Trainer, int Epochs, Mix Mix, string? SavePath = null);
