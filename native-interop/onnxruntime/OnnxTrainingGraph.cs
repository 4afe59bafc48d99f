using System.Globalization;

namespace Pescador.Fast;

/// <summary>
/// Writes a training step as an ONNX graph of plain operators: a softmax-linear model, or a perceptron with one hidden layer of rectified linear units.
/// Forward pass, cross entropy, gradients and the optimiser's step are all in the graph.
/// </summary>
/// <remarks><para>With x the features times <see cref="Scale"/>, h = max(0, x W₁ + b₁), scores s = h W₂ + b₂ (or s = x W₂ + b₂), p = softmax(s), and
/// labels y: loss = −(1/n) Σ ln p[y]; ∂s = (p − onehot(y))/n; ∂W₂ = hᵀ ∂s, ∂b₂ = Σ ∂s; ∂h = (∂s W₂ᵀ) ⊙ [h &gt; 0]; ∂W₁ = xᵀ ∂h, ∂b₁ = Σ ∂h. Source: I. Goodfellow,
/// Y. Bengio, A. Courville, "Deep Learning", 2016, chapter 6.</para>
/// <para>Inputs: features, labels, and the parameters <c>hidden.weights</c> [features, hidden], <c>hidden.bias</c>, <c>scores.weights</c>
/// [hidden or features, classes], <c>scores.bias</c>, with what the optimiser keeps of each, all with values of their own to begin with; and
/// <c>learning_rate</c>, which has one, too. Outputs: <c>loss</c>, <c>scores</c> [n, classes], and each parameter's next value under its name with <c>.next</c>.
/// What other programs train by the same names, <see cref="OnnxLearner"/> drives as well.</para>
/// <para>First weights are normal with variance 2/inputs before the rectifier (K. He and others, 2015) and 1/inputs before the scores; biases are 0.</para></remarks>
public sealed class OnnxTrainingGraph
{
    internal const string MetadataKey = "pescador.training";

    private const string FormVersion = "1";
    private const long LargestModelInBytes = 2_000_000_000; // the format ends at 2 GiB

    /// <summary>A graph for features of a number and classes of a number.</summary>
    /// <param name="features">Of one row; at least 1.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="hidden">Units of the hidden layer; 0 for none, which leaves the softmax-linear model.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few, or more weights than an ONNX file can hold.</exception>
    public OnnxTrainingGraph(int features, int classes, int hidden = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(hidden);
        if (IsTooLarge(features, classes, hidden))
        {
            throw new ArgumentOutOfRangeException(
                nameof(hidden), hidden, $"{features} features, {hidden} hidden units and {classes} classes make more weights than one ONNX file can hold with what an optimiser keeps of each.");
        }

        (Features, Classes, Hidden) = (features, classes, hidden);
        Weights = hidden == 0
            ? new SampleSpec(Weight("scores.weights", features, classes), Weight("scores.bias", classes))
            : new SampleSpec(
                Weight("hidden.weights", features, hidden), Weight("hidden.bias", hidden), Weight("scores.weights", hidden, classes), Weight("scores.bias", classes));
    }

    /// <summary>Of one row.</summary>
    public int Features { get; }

    /// <summary>How many.</summary>
    public int Classes { get; }

    /// <summary>Units of the hidden layer; 0: none.</summary>
    public int Hidden { get; }

    /// <summary>How the parameters move.</summary>
    public OnnxOptimiser Optimiser { get; init; }

    /// <summary>η: the step size; the input <c>learning_rate</c> has this value unless a batch has a tensor of that name, a float32 scalar.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>μ: the part of the last step that is made again; 0 for none. Only of <see cref="OnnxOptimiser.Momentum"/>.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>What each feature is multiplied by, in the graph.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Of the first weights.</summary>
    public long Seed { get; init; }

    /// <summary>As the features are streamed; what is not float32 is converted in the graph, bool to 0 and 1.</summary>
    public ElementType FeaturesType { get; init; } = ElementType.Float32;

    /// <summary>As the labels are streamed: any type of whole numbers, or float32 or float64 that are whole; converted in the graph. A label that is no class
    /// fails the step.</summary>
    public ElementType LabelsType { get; init; } = ElementType.Int64;

    /// <summary>The input of features, [n, <see cref="Features"/>].</summary>
    /// <exception cref="ArgumentException">It is empty, or taken: "scores", "loss", "learning_rate", "step", "step.next", or what begins with "scores.", "hidden." or
    /// "pescador.".</exception>
    public string FeaturesName
    {
        get;
        init => field = Free(value, nameof(FeaturesName));
    } = "X";

    /// <summary>The input of labels, [n]; another than that of the features.</summary>
    /// <exception cref="ArgumentException">As of <see cref="FeaturesName"/>.</exception>
    public string LabelsName
    {
        get;
        init => field = Free(value, nameof(LabelsName));
    } = "Y";

    /// <summary>Names and shapes of weights and biases, without what the optimiser keeps.</summary>
    internal SampleSpec Weights { get; }

    /// <summary>Writes the training step to a file, which stands under its name once it is complete.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A property's value makes no graph.</exception>
    public void WriteTraining(string path) => WriteFile(path, TrainingModel());

    /// <summary>Writes the training step.</summary>
    /// <inheritdoc cref="WriteTraining(string)"/>
    public void WriteTraining(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(TrainingModel());
    }

    /// <summary>Writes the model with given parameters, for inference alone: features in, <c>scores</c> out.</summary>
    /// <param name="path">Of the file, which stands under its name once it is complete.</param>
    /// <param name="parameters">Of the names and shapes that <see cref="OnnxLearner.Parameters"/> tells; the optimiser's are not needed.</param>
    /// <param name="standardiser">What it was trained behind, if it was: the graph then takes features as they were before
    /// <see cref="Standardiser.Transform"/>, and standardises them before all else.</param>
    /// <exception cref="KeyNotFoundException">A parameter is missing.</exception>
    /// <exception cref="DataException">A parameter has another form.</exception>
    /// <exception cref="ArgumentException">The standardiser has learned from rows of another number of features, or from none.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteInference(string path, Sample parameters, Standardiser? standardiser = null) => WriteFile(path, InferenceModel(parameters, standardiser));

    /// <summary>Writes the model with given parameters, for inference alone.</summary>
    /// <inheritdoc cref="WriteInference(string, Sample, Standardiser)"/>
    public void WriteInference(Stream stream, Sample parameters, Standardiser? standardiser = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(InferenceModel(parameters, standardiser));
    }

    /// <summary>Reads what a graph that was written here says of itself.</summary>
    /// <returns>Null where it says nothing, or nothing that is understood.</returns>
    internal static OnnxTrainingGraph? TryRead(string? text)
    {
        // Version, features, classes, hidden, seed, scale, type, name: the last may have blanks.
        if (text?.Split(' ', 8) is not [FormVersion, var features, var classes, var hidden, var seed, var scale, var type, var name]
            || !int.TryParse(features, CultureInfo.InvariantCulture, out int featureCount) || featureCount < 1
            || !int.TryParse(classes, CultureInfo.InvariantCulture, out int classCount) || classCount < 2
            || !int.TryParse(hidden, CultureInfo.InvariantCulture, out int hiddenCount) || hiddenCount < 0
            || !long.TryParse(seed, CultureInfo.InvariantCulture, out long seedValue)
            || !float.TryParse(scale, CultureInfo.InvariantCulture, out float scaleValue) || !float.IsFinite(scaleValue) || scaleValue == 0
            || !Enum.TryParse(type, out ElementType elementType) || !Enum.IsDefined(elementType) || name.Length == 0 || IsOwn(name)
            || IsTooLarge(featureCount, classCount, hiddenCount))
        {
            return null;
        }

        return new OnnxTrainingGraph(featureCount, classCount, hiddenCount)
        {
            Seed = seedValue,
            Scale = scaleValue,
            FeaturesType = elementType,
            FeaturesName = name,
        };
    }

    /// <summary>A parameter's first values: of weights by chance, of everything else 0.</summary>
    internal float[] FirstValues(TensorSpec parameter)
    {
        var values = new float[parameter.ElementCount];
        int index = Weights.Find(parameter.Name);
        if (index >= 0 && parameter.Shape.Length == 2)
        {
            double variance = (index + 2 < Weights.Count ? 2.0 : 1.0) / parameter.Shape[0];
            new StreamRandom(RandomGenerator.Mix((ulong)Seed, (ulong)index)).FillNormal(values, 0, (float)Math.Sqrt(variance));
        }

        return values;
    }

    internal byte[] TrainingModel()
    {
        Require(float.IsFinite(LearningRate) && LearningRate > 0, $"a learning rate is a finite number above 0, not {LearningRate}");
        Require(Momentum is >= 0 and < 1, $"a momentum is at least 0 and below 1, not {Momentum}");
        CheckForward();
        Require(LabelsType is not (ElementType.Float16 or ElementType.Bool), $"labels are whole numbers, not {LabelsType.Name()}");
        Require(LabelsName != FeaturesName, $"labels need a name of their own, not '{LabelsName}'");
        var graph = new OnnxGraphBuilder("training");
        new OnnxTrainingNodes(this, graph).AddTraining();
        return graph.Model(MetadataKey, Describe());
    }

    /// <summary>The forward pass whose weights may be given with each run.</summary>
    internal byte[] ScoringModel()
    {
        CheckForward();
        var graph = new OnnxGraphBuilder("scoring");
        new OnnxTrainingNodes(this, graph).AddInference(FirstValues, areInputs: true);
        return graph.Model();
    }

    private byte[] InferenceModel(Sample parameters, Standardiser? standardiser)
    {
        CheckForward();
        if (standardiser is not null && standardiser.Features != Features)
        {
            throw new ArgumentException($"The graph takes {Features} features, the standardiser has learned from rows of {standardiser.Features}.", nameof(standardiser));
        }

        foreach (TensorSpec weight in Weights.Tensors)
        {
            TensorSpec given = parameters[weight.Name].Spec;
            if (!given.HasFormOf(weight))
            {
                throw new DataException($"Parameter '{weight.Name}': the graph takes {weight.Form}, got {given.Form}.");
            }
        }

        var graph = new OnnxGraphBuilder("inference");
        new OnnxTrainingNodes(this, graph).AddInference(weight => parameters[weight.Name].Span<float>().ToArray(), areInputs: false, standardiser);
        return graph.Model();
    }

    private void CheckForward()
    {
        Require(float.IsFinite(Scale) && Scale != 0, $"a scale is a finite number other than 0, not {Scale}");
    }

    private string Describe() => string.Create(
        CultureInfo.InvariantCulture, $"{FormVersion} {Features} {Classes} {Hidden} {Seed} {Scale:R} {FeaturesType} {FeaturesName}");

    private static TensorSpec Weight(string name, params ReadOnlySpan<nint> shape) => TensorSpec.Of<float>(name, shape);

    // Parameters are called "scores." or "hidden." and something, the optimiser's "step" and "step.next".
    private static bool IsOwn(string name) => name is "scores" or "loss" or OnnxTrainingNodes.LearningRate or "step" or "step.next"
        || Array.Exists(["scores.", "hidden.", OnnxGraphBuilder.OwnPrefix], prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Free(string name, string property)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, property);
        return IsOwn(name) ? throw new ArgumentException($"A tensor of the batch cannot be called '{name}': the graph has one of its own by that name.", property) : name;
    }

    private static void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The graph cannot be written: {expected}.");
        }
    }

    // With what Adam keeps, two more numbers of each. In floating point: no sizes overflow it.
    private static bool IsTooLarge(int features, int classes, int hidden) =>
        3.0 * sizeof(float) * (hidden == 0 ? (features + 1.0) * classes : ((features + 1.0 + classes) * hidden) + classes) > LargestModelInBytes;

    private static void WriteFile(string path, byte[] model) => WholeFile.Write(path, part => File.WriteAllBytes(part, model));
}
