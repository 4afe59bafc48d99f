namespace Pescador.Fast.Cli.Training;

/// <summary>A model that libtorch trains, on the batches' own memory.</summary>
internal sealed class TorchTrainer : ITrainer
{
    private readonly TorchModel _model;
    private readonly TorchLearner _learner;
    private readonly int _hidden;

    internal TorchTrainer(TrainerChoice choice, DataForm form, int features, int classes, long seed)
    {
        _hidden = choice.Hidden;
        TorchRuntime.Threads = TrainerChoice.Threads; // the process's
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

    public Sample CopyParameters()
    {
        var parameters = new float[_model.ParameterCount];
        _model.CopyParameters<float>(parameters);
        int features = (int)_model.Features; // as they were given
        int outputs = (int)_model.Outputs;
        ReadOnlySpan<float> rest = parameters;
        return _hidden == 0
            ? Sample.Of(("scores.weights", NextWeights(ref rest, features, outputs)), ("scores.bias", NextBias(ref rest, outputs)))
            : Sample.Of(
                ("hidden.weights", NextWeights(ref rest, features, _hidden)),
                ("hidden.bias", NextBias(ref rest, _hidden)),
                ("scores.weights", NextWeights(ref rest, _hidden, outputs)),
                ("scores.bias", NextBias(ref rest, outputs)));
    }

    public void Dispose()
    {
        _learner.Dispose();
        _model.Dispose();
    }

    // libtorch has them [outputs, inputs].
    private static float[,] NextWeights(ref ReadOnlySpan<float> rest, int inputs, int outputs)
    {
        var weights = new float[inputs, outputs];
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < inputs; input++)
            {
                weights[input, output] = rest[(output * inputs) + input];
            }
        }

        rest = rest[(inputs * outputs)..];
        return weights;
    }

    private static float[] NextBias(ref ReadOnlySpan<float> rest, int outputs)
    {
        float[] bias = rest[..outputs].ToArray();
        rest = rest[outputs..];
        return bias;
    }
}
