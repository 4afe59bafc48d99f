using Pescador.Fast;

namespace Samples;

/// <summary>A model that learns digits, and tells which part of a batch it tells right.</summary>
internal sealed class DigitModel : IPartialFit, IDisposable
{
    public const string Kinds = "linear, torch or onnx";

    private const int Hidden = 64;

    private readonly IPartialFit _model;
    private readonly Func<Sample, double> _score;
    private readonly IDisposable[] _owned;

    private DigitModel(IPartialFit model, Func<Sample, double> score, params IDisposable[] owned) => (_model, _score, _owned) = (model, score, owned);

    /// <summary>Makes one that has learned nothing.</summary>
    /// <param name="kind">linear: the library's own classifier; torch, onnx: a perceptron in libtorch or in ONNX Runtime.</param>
    /// <param name="seed">Of the first weights.</param>
    public static DigitModel Make(string kind, long seed)
    {
        switch (kind)
        {
            case "linear":
                var classifier = new SgdClassifier(RareDigits.Classes, SgdLoss.Log, schedule: LearningRateSchedule.Constant, eta0: 0.1);
                return new DigitModel(classifier, classifier.Score);
            case "torch":
                var perceptron = TorchModel.Perceptron(RareDigits.Pixels, Hidden, RareDigits.Classes, seed);
                var torch = new TorchLearner(perceptron, TorchOptimizer.Sgd(learningRate: 0.05, momentum: 0.9));
                return new DigitModel(torch, torch.Score, torch, perceptron);
            case "onnx":
                var graph = new OnnxTrainingGraph(RareDigits.Pixels, RareDigits.Classes, Hidden) { LearningRate = 0.05f, Momentum = 0.9f, Seed = seed };
                var onnx = new OnnxLearner(graph);
                return new DigitModel(onnx, onnx.Score, onnx);
            default:
                throw new ArgumentException($"There is no model '{kind}'; there are {Kinds}.", nameof(kind));
        }
    }

    public void PartialFit(Sample batch) => _model.PartialFit(batch);

    public double Score(Sample batch) => _score(batch);

    public void Dispose() => Array.ForEach(_owned, owned => owned.Dispose());
}
