namespace Pescador.Fast.Cli.Training;

/// <summary>A model that libtorch trains, on the batches' own memory.</summary>
internal sealed class TorchTrainer : ITrainer
{
    private readonly TorchModel _model;
    private readonly TorchLearner _learner;

    internal TorchTrainer(TrainerChoice choice, DataForm form, int features, int classes, long seed)
    {
        _model = choice.Hidden > 0 ? TorchModel.Perceptron(features, choice.Hidden, classes, seed) : TorchModel.Linear(features, classes, seed);
        try
        {
            _learner = new TorchLearner(_model, TorchOptimizer.Sgd(choice.LearningRate, TrainerChoice.Momentum)) { FeaturesName = form.Features, LabelsName = form.Label };
        }
        catch
        {
            _model.Dispose();
            throw;
        }
    }

    public void PartialFit(Sample batch) => _learner.PartialFit(batch);

    public double Score(Sample batch) => _learner.Score(batch);

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
    }
}
