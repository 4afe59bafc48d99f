namespace Pescador.Fast.Cli.Training;

/// <summary>How far a training is.</summary>
/// <param name="Stage">What it does now, as "epoch 2 of 10".</param>
/// <param name="Part">Of the stage, 0 to 1.</param>
/// <param name="SamplesPerSecond">In this stage.</param>
/// <param name="Accuracy">Of batches before they are learned, lately; null where nothing is learned yet.</param>
internal readonly record struct TrainingStep(string Stage, double Part, double SamplesPerSecond, double? Accuracy);
