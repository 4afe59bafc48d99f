using System.Globalization;
using System.Numerics.Tensors;

namespace Pescador.Fast;

/// <summary>
/// Makes each feature's mean 0 and standard deviation 1: learns both from one batch after another, and changes batches in place. A feature that
/// is constant is only shifted.
/// </summary>
/// <remarks>
/// <para>Each batch's mean m and sum of squares S = Σ (x − m)² are found in double precision in two passes over it, and merged with those of the
/// n rows before: with δ = m_B − m, m ← m + δ n_B/(n + n_B), S ← S + S_B + δ² n n_B/(n + n_B). Nothing is lost where a mean is large beside its
/// deviation, as it is where sums of squares are subtracted. The deviation is √(S/n).</para>
/// <para>Source: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.</para>
/// <para>Not thread-safe; <see cref="Transform"/> may run concurrently with itself.</para>
/// </remarks>
public sealed class Standardiser : IPartialFit
{
    private double[] _means = [];
    private double[] _squares = [];
    private double[] _batchMeans = [];
    private double[] _batchSquares = [];
    private double[] _row = [];
    private volatile Scale? _scale; // as of the last rows learned; made when it is needed

    private sealed record Scale(float[] Means, float[] Factors);

    /// <summary>The name of the tensor of features, float32 [n, ...]: all axes but the first make the features.</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>The number of features of a row; 0 until the first rows, which fix it.</summary>
    public int Features { get; private set; }

    /// <summary>The number of rows learned from.</summary>
    public long SamplesSeen { get; private set; }

    /// <summary>Mean of each feature, [<see cref="Features"/>].</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>Standard deviation of each feature, √(S/n), [<see cref="Features"/>]; of a constant one 0.</summary>
    public double[] Deviations() => Array.ConvertAll(_squares, squares => Math.Sqrt(squares / SamplesSeen));

    /// <summary>What <see cref="Transform"/> multiplies each feature by once its mean is subtracted, [<see cref="Features"/>]: 1/deviation; of a
    /// constant one 1.</summary>
    public float[] Factors() => Array.ConvertAll(
        Deviations(), static deviation => (float)deviation is > 0 and var kept && float.IsFinite(1 / kept) ? 1 / kept : 1);

    /// <summary>Learns from a batch, and changes nothing in it.</summary>
    /// <param name="batch">With the tensor <see cref="FeaturesName"/>.</param>
    /// <exception cref="KeyNotFoundException">The tensor is missing.</exception>
    /// <exception cref="DataException">It is not float32 [n, ...], has another number of features than before, or one that is not finite. Nothing is
    /// learned from the batch then.</exception>
    public void PartialFit(Sample batch)
    {
        ReadOnlySpan<float> values = ValuesOf(batch, out int features);
        if (values.IsEmpty)
        {
            return;
        }

        if (Features == 0)
        {
            (Features, _means, _squares) = (features, new double[features], new double[features]);
            (_batchMeans, _batchSquares, _row) = (new double[features], new double[features], new double[features]);
        }

        int rows = values.Length / features;
        Survey(values, rows);
        Merge(rows);
    }

    /// <summary>Standardises a batch in place: x ← (x − mean)/deviation.</summary>
    /// <param name="batch">With the tensor <see cref="FeaturesName"/>; its memory must not be a source's own, as that of a view is.</param>
    /// <exception cref="KeyNotFoundException">The tensor is missing.</exception>
    /// <exception cref="DataException">It is not float32 [n, ...] with as many features as were learned from.</exception>
    /// <exception cref="InvalidOperationException">Nothing was learned yet.</exception>
    public void Transform(Sample batch)
    {
        if (Features == 0)
        {
            throw new InvalidOperationException("The standardiser has learned nothing yet; fit it first.");
        }

        Scale scale = _scale ??= MakeScale();
        Span<float> values = ValuesOf(batch, out int features);
        for (int start = 0; start < values.Length; start += features)
        {
            Span<float> row = values.Slice(start, features);
            TensorPrimitives.Subtract(row, scale.Means, row);
            TensorPrimitives.Multiply(row, scale.Factors, row);
        }
    }

    private Span<float> ValuesOf(Sample batch, out int features)
    {
        TensorView tensor = batch[FeaturesName];
        if (tensor.ElementType != ElementType.Float32 || tensor.Shape.Length < 2)
        {
            throw new DataException($"Tensor '{tensor.Name}': expected float32[n,...], got {tensor.Spec.Form}.");
        }

        features = tensor.Shape[0] == 0 ? 0 : checked((int)(tensor.ElementCount / tensor.Shape[0]));
        if (Features != 0 && features != 0 && features != Features)
        {
            throw new DataException($"Tensor '{tensor.Name}': expected {Features} features, as the first rows had, got {tensor.Spec.Form}.");
        }

        return tensor.Span<float>();
    }

    private void Survey(ReadOnlySpan<float> values, int rows)
    {
        Array.Clear(_batchMeans);
        Array.Clear(_batchSquares);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(values.Slice(row * Features, Features), _row);
            TensorPrimitives.Add(_batchMeans, _row, _batchMeans);
        }

        TensorPrimitives.Divide(_batchMeans, rows, _batchMeans);
        int broken = Array.FindIndex(_batchMeans, static mean => !double.IsFinite(mean));
        if (broken >= 0)
        {
            ThrowNotFinite(values, broken);
        }

        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(values.Slice(row * Features, Features), _row);
            TensorPrimitives.Subtract(_row, _batchMeans, _row);
            TensorPrimitives.MultiplyAdd(_row, _row, _batchSquares, _batchSquares);
        }
    }

    private void Merge(int rows)
    {
        double share = (double)rows / (SamplesSeen + rows);
        TensorPrimitives.Subtract(_batchMeans, _means, _row); // δ
        TensorPrimitives.MultiplyAdd(_row, share, _means, _means);
        TensorPrimitives.Multiply(_row, _row, _row);
        TensorPrimitives.MultiplyAdd(_row, SamplesSeen * share, _squares, _squares);
        TensorPrimitives.Add(_squares, _batchSquares, _squares);
        SamplesSeen += rows;
        _scale = null;
    }

    private Scale MakeScale() => new(Array.ConvertAll(_means, static mean => (float)mean), Factors());

    private void ThrowNotFinite(ReadOnlySpan<float> values, int feature)
    {
        for (int i = feature; i < values.Length; i += Features)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Tensor '{FeaturesName}', row {i / Features} of the batch, feature {feature}: expected a finite number, got {values[i]}."));
            }
        }
    }
}
