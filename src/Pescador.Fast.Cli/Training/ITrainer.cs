namespace Pescador.Fast.Cli.Training;

/// <summary>A model that the command trains, and asks how good it is.</summary>
internal interface ITrainer : IPartialFit, IDisposable
{
    /// <summary>The part of a batch's labels that are predicted right.</summary>
    double Score(Sample batch);
}
