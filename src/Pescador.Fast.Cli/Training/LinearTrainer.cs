namespace Pescador.Fast.Cli.Training;

/// <summary>The library's own linear classifier.</summary>
internal sealed class LinearTrainer(SgdClassifier classifier) : ITrainer
{
    public void PartialFit(Sample batch) => classifier.PartialFit(batch);

    public double Score(Sample batch) => classifier.Score(batch);

    public void Dispose()
    {
    }
}
