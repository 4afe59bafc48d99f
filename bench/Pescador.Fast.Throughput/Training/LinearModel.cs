namespace Pescador.Fast.Throughput;

/// <summary>The library's own linear classifier.</summary>
internal sealed class LinearModel : EpochModel
{
    private readonly SgdClassifier _classifier = new(TrainingFiles.Classes);

    internal override long SamplesLearned => _classifier.SamplesSeen;

    public override void PartialFit(Sample batch) => _classifier.PartialFit(batch);
}
