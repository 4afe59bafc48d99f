using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace Pescador.Fast;

public sealed partial class SgdClassifier
{
    // Below it the scale is multiplied into the weights: w/scale must stay far from the end of the single-precision range.
    private const double SmallestScale = 1e-9;

    /// <summary>Learns rows in order, once each.</summary>
    /// <param name="rows">[n, <paramref name="features"/>], row-major.</param>
    /// <param name="features">At least 1; the same in every call.</param>
    /// <param name="labels">[n], each 0 to <see cref="Classes"/> − 1.</param>
    /// <remarks>Shapes and labels are checked before anything is learned. The rows before one that is not finite stay learned.</remarks>
    /// <exception cref="ArgumentException">Shapes that do not fit, a label out of range, or a feature that is not finite.</exception>
    /// <exception cref="InvalidOperationException">The weights diverged: a decision value is not finite although its row is.</exception>
    internal void Fit(ReadOnlySpan<float> rows, int features, ReadOnlySpan<int> labels)
    {
        CheckShape(rows, features, labels);
        CheckLabels(labels);
        if (labels.IsEmpty)
            return;

        if (Features == 0)
        {
            _weights = new float[checked(Vectors * features)];
            Features = features;
        }

        if (_loss == SgdLoss.Hinge)
            Descend<HingeLoss>(rows, labels);
        else
            Descend<LogLoss>(rows, labels);
    }

    private void Descend<TLoss>(ReadOnlySpan<float> rows, ReadOnlySpan<int> labels)
        where TLoss : struct, IMarginLoss
    {
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(i * Features, Features);
            // All decisions before any update: a row that is refused has changed nothing.
            for (int k = 0; k < _decisions.Length; k++)
            {
                double decision = Decide(row, k);
                if (!double.IsFinite(decision))
                    ThrowNotFinite(i, row);
                _decisions[k] = decision;
            }

            double rate = Rate(++SamplesSeen);
            Shrink(Math.Max(0, 1 - rate * _alpha));
            int positive = Vectors == 1 ? labels[i] - 1 : labels[i];
            for (int k = 0; k < _decisions.Length; k++)
            {
                double target = k == positive ? 1 : -1;
                double step = rate * target * TLoss.Pull(target * _decisions[k]);
                if (step == 0)
                    continue;

                Span<float> weights = Weights(k);
                TensorPrimitives.MultiplyAdd(row, (float)(step / _scale), weights, weights);
                _intercepts[k] += step;
            }
        }
    }

    private double Rate(long t) => _schedule switch
    {
        LearningRateSchedule.Constant => _eta0,
        LearningRateSchedule.Optimal => 1 / (_alpha * (_t0 + (t - 1))),
        _ => _eta0 / Math.Pow(t, _power),
    };

    private void Shrink(double factor)
    {
        _scale *= factor;
        if (_scale >= SmallestScale)
            return;

        TensorPrimitives.Multiply(_weights, (float)_scale, _weights);
        _scale = 1;
    }

    private void CheckShape(ReadOnlySpan<float> rows, int features, ReadOnlySpan<int> labels)
    {
        if (features < 1 || (Features != 0 && features != Features))
        {
            string expected = Features == 0 ? "at least 1 feature" : $"{Features} features, as the first rows had";
            throw new ArgumentException($"Expected rows of {expected}, got {features}.", nameof(features));
        }

        if (rows.Length != (long)labels.Length * features)
            throw new ArgumentException($"Expected {labels.Length} rows of {features} features, got {rows.Length} values.", nameof(rows));
    }

    private void CheckLabels(ReadOnlySpan<int> labels)
    {
        int row = labels.IndexOfAnyExceptInRange(0, Classes - 1);
        if (row >= 0)
            throw new ArgumentOutOfRangeException(nameof(labels), $"The label of row {row} is {labels[row]}, expected 0 to {Classes - 1}.");
    }

    [DoesNotReturn]
    private static void ThrowNotFinite(int index, ReadOnlySpan<float> row)
    {
        // A feature that is not finite makes every decision so, also at weights of zero; that is why no feature is looked at before.
        for (int feature = 0; feature < row.Length; feature++)
        {
            if (!float.IsFinite(row[feature]))
                throw new ArgumentException($"Feature {feature} of row {index} is {row[feature]}, expected a finite number.");
        }

        throw new InvalidOperationException(
            $"The decision value of row {index} is not finite although its features are: the weights have diverged. " +
            "Standardise the features or lower the learning rate.");
    }
}
