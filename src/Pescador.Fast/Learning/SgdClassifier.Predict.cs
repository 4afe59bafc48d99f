using System.Numerics.Tensors;

namespace Pescador.Fast;

public sealed partial class SgdClassifier
{
    // [vectors, features] coefficients, then [vectors] intercepts. A copy, because folding the scale into the weights at every reading
    // would round away penalties below 2⁻²⁴ and make what is learned depend on who looked.
    private float[] _exported = [];
    private long _exportedAt;

    /// <summary>The weights, [vectors, <see cref="Features"/>] row-major: one vector for two classes, else one per class.</summary>
    /// <remarks>Empty before the first rows. Valid until rows are learned and this or <see cref="Intercepts"/> is read again.</remarks>
    public ReadOnlySpan<float> Coefficients => Export()[.._weights.Length];

    /// <summary>The intercepts, [vectors]: one for two classes and one per class for more.</summary>
    /// <remarks>Zeros before the first rows. Valid until rows are learned and this or <see cref="Coefficients"/> is read again.</remarks>
    public ReadOnlySpan<float> Intercepts => Export()[_weights.Length..];

    /// <summary>The decision values w·x + b of one row.</summary>
    /// <param name="features">[<see cref="Features"/>]; expected finite, not checked.</param>
    /// <param name="scores">Receives one value for two classes, positive for class 1; else one per class.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learned yet.</exception>
    public void DecisionFunction(ReadOnlySpan<float> features, Span<float> scores)
    {
        CheckRows(features, 1, nameof(features));
        if (scores.Length != Vectors)
            throw new ArgumentException($"Expected room for {Vectors} scores, got {scores.Length}.", nameof(scores));

        for (int k = 0; k < scores.Length; k++)
            scores[k] = (float)Decide(features, k);
    }

    /// <summary>The class of one row: of two, class 1 if the decision value is positive; else the first with the largest.</summary>
    /// <param name="features">[<see cref="Features"/>]; expected finite, not checked: a row with a NaN is class 0.</param>
    /// <returns>0 to <see cref="Classes"/> − 1.</returns>
    /// <exception cref="ArgumentException">The length is not <see cref="Features"/>.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learned yet.</exception>
    public int Predict(ReadOnlySpan<float> features)
    {
        CheckRows(features, 1, nameof(features));
        return Classify(features);
    }

    /// <summary>The classes of many rows.</summary>
    /// <param name="rows">[n, <see cref="Features"/>] row-major; expected finite, not checked.</param>
    /// <param name="labels">[n]; receives 0 to <see cref="Classes"/> − 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learned yet.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<int> labels)
    {
        CheckRows(rows, labels.Length, nameof(rows));
        for (int i = 0; i < labels.Length; i++)
            labels[i] = Classify(rows.Slice(i * Features, Features));
    }

    /// <summary>The share of rows whose predicted class is their label (accuracy).</summary>
    /// <param name="rows">[n, <see cref="Features"/>] row-major, n at least 1; expected finite, not checked.</param>
    /// <param name="labels">[n], each 0 to <see cref="Classes"/> − 1.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">No row, lengths that do not fit, or a label out of range.</exception>
    /// <exception cref="InvalidOperationException">Nothing has been learned yet.</exception>
    public double Score(ReadOnlySpan<float> rows, ReadOnlySpan<int> labels)
    {
        CheckRows(rows, labels.Length, nameof(rows));
        CheckLabels(labels);
        if (labels.IsEmpty)
            throw new ArgumentException("Expected at least one row: the accuracy over none is undefined.", nameof(labels));

        int right = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (Classify(rows.Slice(i * Features, Features)) == labels[i])
                right++;
        }

        return (double)right / labels.Length;
    }

    private int Classify(ReadOnlySpan<float> row)
    {
        double best = Decide(row, 0);
        if (Vectors == 1)
            return best > 0 ? 1 : 0;

        int winner = 0;
        for (int k = 1; k < Vectors; k++)
        {
            double decision = Decide(row, k);
            if (decision > best)
                (best, winner) = (decision, k);
        }

        return winner;
    }

    private ReadOnlySpan<float> Export()
    {
        int length = _weights.Length + Vectors;
        if (_exported.Length != length)
            _exported = new float[length];
        else if (_exportedAt == SamplesSeen)
            return _exported;

        TensorPrimitives.Multiply(_weights, (float)_scale, _exported);
        for (int k = 0; k < Vectors; k++)
            _exported[_weights.Length + k] = (float)_intercepts[k];
        _exportedAt = SamplesSeen;
        return _exported;
    }

    private void CheckRows(ReadOnlySpan<float> rows, int count, string parameter)
    {
        if (Features == 0)
            throw new InvalidOperationException("The classifier has learned nothing yet; fit it first.");
        if (rows.Length != (long)count * Features)
            throw new ArgumentException($"Expected {count} rows of {Features} features, got {rows.Length} values.", parameter);
    }
}
