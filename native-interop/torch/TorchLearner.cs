namespace Pescador.Fast;

/// <summary>Trains a <see cref="TorchModel"/> on batches where they lie: features are never copied.</summary>
/// <remarks>Not thread-safe. The model stays the caller's to dispose, after the learner.</remarks>
public sealed class TorchLearner : IPartialFit, IDisposable
{
    /// <summary>A learner that has made no step.</summary>
    /// <param name="model">Learns; stays the caller's.</param>
    /// <param name="optimizer">How.</param>
    /// <param name="loss">What is minimised.</param>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    public TorchLearner(TorchModel model, TorchOptimizer optimizer, TorchLoss loss = TorchLoss.CrossEntropy)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        (Model, Optimizer, Loss) = (model, optimizer, loss);
    }

    /// <summary>The model that learns.</summary>
    public TorchModel Model { get; }

    /// <summary>How it learns.</summary>
    public TorchOptimizer Optimizer { get; }

    /// <summary>What is minimised.</summary>
    public TorchLoss Loss { get; }

    /// <summary>The name of the tensor of features, float32 or float64, [n, ...]: all axes but the first make the features.</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>The name of the tensor of labels, [n] or [n, 1], integers or whole floats; for squared errors [n, ...] of the features' type.</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>Mean loss of the batch learned last, before its step; NaN before the first.</summary>
    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>Batches learned.</summary>
    public long Steps { get; private set; }

    /// <summary>One step: forward, backward, update.</summary>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">Element types, shapes or labels do not fit; nothing is learned.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite: the weights diverged.</exception>
    /// <exception cref="ObjectDisposedException">The learner or its model is disposed.</exception>
    public void PartialFit(Sample batch)
    {
        (LastLoss, Steps) = (0, batch.Count);
        throw new NativeLibraryException(TorchRuntime.Missing ?? "");
    }

    /// <summary>The part of a batch's labels that are predicted right; NaN for a batch of no rows.</summary>
    /// <inheritdoc cref="PartialFit"/>
    public double Score(Sample batch) => throw new NativeLibraryException($"{TorchRuntime.Missing} {batch} {FeaturesName} {LabelsName}");

    /// <summary>The class of each row: that of the greatest output.</summary>
    /// <param name="batch">With the tensor <see cref="FeaturesName"/>.</param>
    /// <param name="classes">At least as long as the batch; the first n are written.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public void Predict(Sample batch, Span<int> classes) =>
        throw new NativeLibraryException($"{TorchRuntime.Missing} {batch} {classes.Length} {FeaturesName} {LabelsName}");

    /// <summary>Gives back the optimizer's state; not the model.</summary>
    public void Dispose()
    {
    }
}
