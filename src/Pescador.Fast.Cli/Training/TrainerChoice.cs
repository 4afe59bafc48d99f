namespace Pescador.Fast.Cli.Training;

/// <summary>Which model is trained, and by whom.</summary>
/// <param name="Kind">Who computes.</param>
/// <param name="Loss">Of the library's own classifier.</param>
/// <param name="Hidden">Units of the perceptron that the others train; 0 for a softmax-linear model.</param>
/// <param name="LearningRate">Of theirs.</param>
internal sealed record TrainerChoice(TrainerKind Kind, SgdLoss Loss, int Hidden = TrainerChoice.DefaultHidden, double LearningRate = TrainerChoice.DefaultLearningRate)
{
    internal const int DefaultHidden = 64;
    internal const double DefaultLearningRate = 0.02;
    internal const double Momentum = 0.9;

    /// <summary>Of whoever computes: all cores but the one that prepares batches. Threads that wait for each other where there is no core for them cost far more than they save.</summary>
    internal static int Threads { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>What is trained and by whom, in a line.</summary>
    internal string Said => Kind switch
    {
        TrainerKind.Torch => $"{Model}, SGD with momentum, by libtorch {TorchRuntime.Version}",
        TrainerKind.Onnx => $"{Model}, SGD with momentum, by ONNX Runtime {OnnxRuntime.Version}",
        _ => $"linear classifier, {(Loss == SgdLoss.Log ? "log" : "hinge")} loss",
    };

    /// <summary>What makes it slower than it need be; null when nothing is known.</summary>
    internal string? Warning => Kind == TrainerKind.Torch ? TorchRuntime.Warning : null;

    private string Model => Hidden > 0 ? $"perceptron with {Hidden} hidden units" : "softmax-linear model";

    /// <summary>Looks whether it is there, before anything is read.</summary>
    /// <exception cref="NativeLibraryException">It is not; the message says what to install.</exception>
    internal void Require()
    {
        string? missing = Kind switch
        {
            TrainerKind.Torch => TorchRuntime.Missing,
            TrainerKind.Onnx => OnnxRuntime.Missing,
            _ => null,
        };
        if (missing is not null)
        {
            throw new NativeLibraryException($"{missing.TrimEnd('.')}. --trainer linear needs nothing.");
        }
    }

    /// <summary>Makes the model.</summary>
    /// <param name="form">The tensors' names.</param>
    /// <param name="features">Of a row.</param>
    /// <param name="classes">Labels are below.</param>
    /// <param name="seed">Of its first weights.</param>
    internal ITrainer Create(DataForm form, int features, int classes, long seed) => Kind switch
    {
        TrainerKind.Torch => new TorchTrainer(this, form, features, classes, seed),
        TrainerKind.Onnx => new OnnxTrainer(this, form, features, classes, seed),
        _ => new LinearTrainer(new SgdClassifier(classes, Loss) { FeaturesName = form.Features, LabelsName = form.Label }),
    };
}
