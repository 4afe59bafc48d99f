namespace Pescador.Fast;

/// <summary>Writes a training step as an ONNX graph of plain operators: a softmax-linear model, or a perceptron with one hidden layer.</summary>
/// <param name="features">Of one row; at least 1.</param>
/// <param name="classes">At least 2.</param>
/// <param name="hidden">Units of the hidden layer; 0 for none.</param>
public sealed class OnnxTrainingGraph(int features, int classes, int hidden = 0)
{
    internal const string MetadataKey = "pescador.training";

    /// <summary>Of one row.</summary>
    public int Features { get; } = features;

    /// <summary>How many.</summary>
    public int Classes { get; } = classes;

    /// <summary>Units of the hidden layer; 0: none.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>Step size of stochastic gradient descent.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>Part of the last step that is made again; 0 for none.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>What each feature is multiplied by, in the graph.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Of the first weights.</summary>
    public long Seed { get; init; }

    /// <summary>As the features are streamed; what is not float32 is converted in the graph.</summary>
    public ElementType FeaturesType { get; init; } = ElementType.Float32;

    /// <summary>As the labels are streamed; converted in the graph.</summary>
    public ElementType LabelsType { get; init; } = ElementType.Int64;

    /// <summary>The input of features, [n, features].</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>The input of labels, [n].</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>Writes the training step.</summary>
    public void WriteTraining(string path) => throw new NotImplementedException();

    /// <summary>Writes the training step.</summary>
    public void WriteTraining(Stream stream) => throw new NotImplementedException();

    /// <summary>Writes the model with given parameters, for inference alone.</summary>
    public void WriteInference(string path, Sample parameters) => throw new NotImplementedException();

    /// <summary>Writes the model with given parameters, for inference alone.</summary>
    public void WriteInference(Stream stream, Sample parameters) => throw new NotImplementedException();
}
