using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Pescador.Fast;

/// <summary>
/// Trains a <see cref="TorchModel"/> on batches where they lie: features are never copied. Labels that are not int64 are, into memory of the learner.
/// </summary>
/// <remarks>Not thread-safe, nor are two learners of one model. Whoever made it disposes it; the model stays the caller's. End training before the
/// process ends: libtorch takes itself apart then, and a step that is under way on another thread fails.</remarks>
public sealed partial class TorchLearner : IPartialFit, IDisposable
{
    private readonly TorchTrainer _trainer;
    private readonly TorchLabels _labels;

    /// <summary>A learner that has made no step.</summary>
    /// <param name="model">Learns; stays the caller's to dispose.</param>
    /// <param name="optimizer">How weights follow gradients.</param>
    /// <param name="loss">What is minimised.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such loss.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public TorchLearner(TorchModel model, TorchOptimizer optimizer, TorchLoss loss = TorchLoss.CrossEntropy)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (loss is not (TorchLoss.CrossEntropy or TorchLoss.MeanSquaredError))
        {
            throw new ArgumentOutOfRangeException(nameof(loss), loss, "Expected CrossEntropy or MeanSquaredError.");
        }

        (Model, Optimizer, Loss) = (model, optimizer, loss);
        _trainer = new TorchTrainer(model, optimizer, loss);
        _labels = new TorchLabels(model, loss);
    }

    /// <summary>The model that learns.</summary>
    public TorchModel Model { get; }

    /// <summary>How weights follow gradients.</summary>
    public TorchOptimizer Optimizer { get; }

    /// <summary>What is minimised.</summary>
    public TorchLoss Loss { get; }

    /// <summary>The name of the tensor of features, of the model's element type, [n, ...]: all axes but the first make the features.</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>The name of the tensor of labels: classes [n] or [n, 1], integers or whole floats; for squared errors values [n, ...] of the model's
    /// element type, as many as it has outputs.</summary>
    public string LabelsName { get; init; } = "Y";

    /// <summary>Mean loss of the batch learned last, before its step; NaN before the first.</summary>
    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>Batches learned.</summary>
    public long Steps { get; private set; }

    /// <summary>Where the features lay that the model was given last.</summary>
    internal nint ComputedOn { get; private set; }

    /// <summary>One step: forward, backward, update. A batch of no rows makes none.</summary>
    /// <param name="batch">With the tensors <see cref="FeaturesName"/> and <see cref="LabelsName"/>; stays the caller's to dispose.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">Element types, shapes or labels do not fit, or the loss is not finite because a feature, or a value to be
    /// learned, is not. Nothing is learned.</exception>
    /// <exception cref="InvalidOperationException">The loss is not finite although features and values are: the weights have diverged.</exception>
    /// <exception cref="ObjectDisposedException">The learner, its model or the batch is disposed.</exception>
    /// <exception cref="PescadorException">libtorch failed; with its own words.</exception>
    public unsafe void PartialFit(Sample batch)
    {
        TensorView features = Check(batch, out long rows);
        TensorView labels = batch[LabelsName];
        if (rows == 0)
        {
            return;
        }

        nint copied = _labels.Read(labels, rows, FeaturesName, out long length);
        using MemoryHandle pinned = labels.Pin();
        NativeLease lease = NativeLease.Take(features.Pin());
        try
        {
            // Invariant: what the call is given stays where it is until it returns; the features' memory until libtorch ends the lease.
            fixed (nint* shape = features.Shape)
            {
                var y = new TorchMemory(copied == 0 ? (nint)pinned.Pointer : copied, &length, 1, LabelType);
                var x = new TorchMemory(lease, (long*)shape, features.Shape.Length, Model.ElementType);
                int code = TorchCalls.Step(_trainer, &x, &y, out double loss, out nint computedOn);
                if (code == TorchCalls.Diverged)
                {
                    ThrowDiverged(features, labels, loss);
                }

                TorchCalls.Check(code);
                (LastLoss, ComputedOn) = (loss, computedOn);
            }
        }
        finally
        {
            lease.Release(); // where the call was never made, because another thread disposed the learner meanwhile; else long ended
        }

        Steps++;
    }

    /// <summary>Gives back the optimiser's state; not the model.</summary>
    public void Dispose() => _trainer.Dispose();

    private ElementType LabelType => Loss == TorchLoss.CrossEntropy ? ElementType.Int64 : Model.ElementType;

    private TensorView Check(Sample batch, out long rows)
    {
        ObjectDisposedException.ThrowIf(_trainer.IsClosed, this);
        ObjectDisposedException.ThrowIf(Model.IsClosed, Model);
        TensorView features = batch[FeaturesName];
        rows = Model.CheckRows(features);
        return features;
    }

    private void ThrowDiverged(TensorView features, TensorView labels, double loss)
    {
        ThrowIfNotFinite(features, FeaturesName, "feature", Model.Features);
        if (Loss == TorchLoss.MeanSquaredError)
        {
            ThrowIfNotFinite(labels, LabelsName, "value", Model.Outputs);
        }

        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The loss of step {Steps + 1} is {loss} although the features are finite: the weights have diverged. Scale the features or lower the " +
            $"learning rate, {Optimizer.LearningRate}."));
    }

    private void ThrowIfNotFinite(TensorView tensor, string name, string what, long width)
    {
        if (Model.ElementType == ElementType.Float32)
        {
            ThrowIfNotFinite(tensor.Span<float>(), name, what, width);
        }
        else
        {
            ThrowIfNotFinite(tensor.Span<double>(), name, what, width);
        }
    }

    private static void ThrowIfNotFinite<T>(ReadOnlySpan<T> values, string name, string what, long width)
        where T : IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        int broken = values.IndexOfAnyExceptInRange(T.MinValue, T.MaxValue);
        if (broken >= 0)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture, $"Tensor '{name}', row {broken / width}, {what} {broken % width}: expected a finite number, got {values[broken]}."));
        }
    }
}
