namespace Pescador.Fast.Throughput;

/// <summary>A perceptron that libtorch trains.</summary>
internal sealed class TorchPerceptron : EpochModel
{
    private readonly TorchModel _model;
    private readonly TorchLearner _learner;

    internal TorchPerceptron(int hidden)
    {
        TorchRuntime.Threads = Perceptron.Threads;
        _model = TorchModel.Perceptron(TrainingFiles.Width, hidden, TrainingFiles.Classes, Perceptron.Seed);
        _learner = new TorchLearner(_model, TorchOptimizer.Sgd(Perceptron.LearningRate));
    }

    internal override long SamplesLearned => _learner.Steps * TrainingFiles.BatchSize;

    internal override double? LastLoss => _learner.LastLoss;

    public override void PartialFit(Sample batch) => _learner.PartialFit(batch);

    public override void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
    }
}
