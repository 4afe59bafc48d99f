namespace Pescador.Fast;

/// <content>Learning from batches.</content>
public sealed partial class SgdClassifier : IPartialFit
{
    private int[] _labels = [];

    /// <summary>The name of the tensor of features, float32 [n, ...]: all axes but the first make the features.</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>The name of the tensor of labels, [n] or [n, 1], integers or whole float32 or float64.</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>Learns from a batch of features and labels.</summary>
    /// <param name="batch">With the tensors <see cref="FeaturesName"/> and <see cref="LabelsName"/>.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">Element types, shapes or labels are not as said above; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The weights diverged.</exception>
    public void PartialFit(Sample batch)
    {
        TensorView features = batch[FeaturesName];
        if (features.ElementType != ElementType.Float32 || features.Shape.Length < 2)
        {
            throw new DataException($"Tensor '{features.Name}': expected float32[n,...], got {features.Spec.Form}.");
        }

        int rows = checked((int)features.Shape[0]);
        Span<int> labels = ReadLabels(batch[LabelsName], rows);
        if (rows == 0)
        {
            return;
        }

        try
        {
            Fit(features.Span<float>(), checked((int)(features.ElementCount / rows)), labels);
        }
        catch (ArgumentException error)
        {
            throw new DataException($"A batch {batch} does not fit the classifier: {error.Message}", error);
        }
    }

    /// <summary>The part of a batch's labels that are predicted right.</summary>
    /// <param name="batch">As for <see cref="PartialFit"/>.</param>
    /// <inheritdoc cref="PartialFit"/>
    public double Score(Sample batch)
    {
        TensorView features = batch[FeaturesName];
        return Score(features.Span<float>(), ReadLabels(batch[LabelsName], checked((int)features.Shape[0])));
    }

    private Span<int> ReadLabels(TensorView tensor, int rows) => ClassLabels.Read(tensor, rows, FeaturesName, ref _labels);
}
