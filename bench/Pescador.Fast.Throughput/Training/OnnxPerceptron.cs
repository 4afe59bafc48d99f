namespace Pescador.Fast.Throughput;

/// <summary>A perceptron that ONNX Runtime trains, by a graph that makes one step.</summary>
internal sealed class OnnxPerceptron(int hidden) : EpochModel
{
    private readonly OnnxLearner _learner = new(
        new OnnxTrainingGraph(TrainingFiles.Width, TrainingFiles.Classes, hidden)
        {
            LearningRate = Perceptron.LearningRate,
            Momentum = 0,
            Seed = Perceptron.Seed,
            LabelsType = ElementType.Int32,
        },
        new OnnxSessionOptions { Threads = Perceptron.Threads });

    internal override long SamplesLearned => _learner.Steps * TrainingFiles.BatchSize;

    internal override double? LastLoss => _learner.LastLoss;

    public override void PartialFit(Sample batch) => _learner.PartialFit(batch);

    public override void Dispose() => _learner.Dispose();
}
