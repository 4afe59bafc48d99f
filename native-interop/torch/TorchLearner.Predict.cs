using System.Buffers;

namespace Pescador.Fast;

/// <content>What the model says of batches; nothing is learned.</content>
public sealed partial class TorchLearner
{
    /// <summary>The part of a batch's labels that are predicted right; NaN for a batch of no rows.</summary>
    /// <param name="batch">With the tensors <see cref="FeaturesName"/> and <see cref="LabelsName"/>.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">Element types, shapes or labels do not fit.</exception>
    /// <exception cref="InvalidOperationException">The loss is not of classes; see <see cref="MeanLoss"/>.</exception>
    /// <exception cref="ObjectDisposedException">The learner, its model or the batch is disposed.</exception>
    /// <exception cref="PescadorException">libtorch failed; with its own words.</exception>
    public double Score(Sample batch)
    {
        if (Loss != TorchLoss.CrossEntropy)
        {
            throw new InvalidOperationException($"Only classes are predicted right or wrong, and the loss is {Loss}; take MeanLoss.");
        }

        Evaluate(batch, out long rows, out long right, out _);
        return (double)right / rows;
    }

    /// <summary>The mean loss of a batch; NaN for a batch of no rows.</summary>
    /// <param name="batch">With the tensors <see cref="FeaturesName"/> and <see cref="LabelsName"/>.</param>
    /// <exception cref="KeyNotFoundException">A tensor is missing.</exception>
    /// <exception cref="DataException">Element types, shapes or labels do not fit.</exception>
    /// <exception cref="ObjectDisposedException">The learner, its model or the batch is disposed.</exception>
    /// <exception cref="PescadorException">libtorch failed; with its own words.</exception>
    public double MeanLoss(Sample batch)
    {
        Evaluate(batch, out _, out _, out double loss);
        return loss;
    }

    /// <summary>The class of each row: that of the greatest output.</summary>
    /// <param name="batch">With the tensor <see cref="FeaturesName"/>, [n, ...].</param>
    /// <param name="classes">At least n long; the first n are written.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    /// <inheritdoc cref="Score"/>
    public unsafe void Predict(Sample batch, Span<int> classes)
    {
        TensorView features = Check(batch, out long rows);
        CheckRoom(classes.Length, rows, nameof(classes));
        if (rows == 0)
        {
            return;
        }

        NativeLease lease = NativeLease.Take(features.Pin());
        try
        {
            // Invariant: as in PartialFit; the classes are n.
            fixed (nint* shape = features.Shape)
            fixed (int* written = classes)
            {
                var x = new TorchMemory(lease, (long*)shape, features.Shape.Length, Model.ElementType);
                TorchCalls.Check(TorchCalls.Predict(Model, &x, written, rows));
            }
        }
        finally
        {
            lease.Release(); // as in PartialFit
        }
    }

    /// <summary>The model's outputs for each row, [n, outputs], row-major: for classes not yet probabilities.</summary>
    /// <typeparam name="T">The C# type of the model's elements: float or double.</typeparam>
    /// <param name="batch">With the tensor <see cref="FeaturesName"/>, [n, ...].</param>
    /// <param name="scores">At least n · outputs long; the first of them are written.</param>
    /// <exception cref="ArgumentException">It is too short, or of another type.</exception>
    /// <inheritdoc cref="Score"/>
    public unsafe void Scores<T>(Sample batch, Span<T> scores) where T : unmanaged
    {
        TensorView features = Check(batch, out long rows);
        if (ElementTypes.Of<T>() != Model.ElementType)
        {
            throw new ArgumentException($"Expected room for {Model.ElementType.Name()}, got {ElementTypes.Of<T>().Name()}.", nameof(scores));
        }

        CheckRoom(scores.Length, checked(rows * Model.Outputs), nameof(scores));
        if (rows == 0)
        {
            return;
        }

        NativeLease lease = NativeLease.Take(features.Pin());
        try
        {
            // Invariant: as in PartialFit; the scores are n · outputs.
            fixed (nint* shape = features.Shape)
            fixed (T* written = scores)
            {
                var x = new TorchMemory(lease, (long*)shape, features.Shape.Length, Model.ElementType);
                TorchCalls.Check(TorchCalls.Scores(Model, &x, written, rows * Model.Outputs));
            }
        }
        finally
        {
            lease.Release(); // as in PartialFit
        }
    }

    private unsafe void Evaluate(Sample batch, out long rows, out long right, out double loss)
    {
        TensorView features = Check(batch, out rows);
        TensorView labels = batch[LabelsName];
        (right, loss) = (0, double.NaN);
        if (rows == 0)
        {
            return;
        }

        nint copied = _labels.Read(labels, rows, FeaturesName, out long length);
        using MemoryHandle pinned = labels.Pin();
        NativeLease lease = NativeLease.Take(features.Pin());
        try
        {
            // Invariant: as in PartialFit.
            fixed (nint* shape = features.Shape)
            {
                var y = new TorchMemory(copied == 0 ? (nint)pinned.Pointer : copied, &length, 1, LabelType);
                var x = new TorchMemory(lease, (long*)shape, features.Shape.Length, Model.ElementType);
                TorchCalls.Check(TorchCalls.Evaluate(Model, Loss, &x, &y, out right, out loss));
            }
        }
        finally
        {
            lease.Release(); // as in PartialFit
        }
    }

    private static void CheckRoom(int room, long needed, string name)
    {
        if (room < needed)
        {
            throw new ArgumentException($"Expected room for {needed}, got {room}.", name);
        }
    }
}
