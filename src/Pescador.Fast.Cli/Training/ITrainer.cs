namespace Pescador.Fast.Cli.Training;

/// <summary>A model that the command trains, and asks how good it is.</summary>
internal interface ITrainer : IPartialFit, IDisposable
{
    /// <summary>The part of a batch's labels that are predicted right.</summary>
    double Score(Sample batch);

    /// <summary>What it has learned, copied, by the names and shapes of <see cref="OnnxTrainingGraph"/>.</summary>
    /// <returns>The caller's to dispose.</returns>
    Sample CopyParameters();
}
