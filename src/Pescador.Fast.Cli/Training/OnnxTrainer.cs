namespace Pescador.Fast.Cli.Training;

/// <summary>A model that ONNX Runtime trains, on the batches' own memory.</summary>
internal sealed class OnnxTrainer : ITrainer
{
    private readonly OnnxLearner _learner;

    internal OnnxTrainer(TrainerChoice choice, DataForm form, int features, int classes, long seed) =>
        _learner = new OnnxLearner(
            new OnnxTrainingGraph(features, classes, choice.Hidden)
            {
                LearningRate = (float)choice.LearningRate,
                Momentum = (float)TrainerChoice.Momentum,
                Seed = seed,
                FeaturesName = form.Features,
                LabelsName = form.Label,
                LabelsType = form.LabelType,
            },
            new OnnxSessionOptions { Threads = TrainerChoice.Threads });

    public void PartialFit(Sample batch) => _learner.PartialFit(batch);

    public double Score(Sample batch) => _learner.Score(batch);

    public Sample CopyParameters() => _learner.CopyParameters();

    public void Dispose() => _learner.Dispose();
}
