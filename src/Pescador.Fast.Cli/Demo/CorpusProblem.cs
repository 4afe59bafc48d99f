using System.Numerics.Tensors;

namespace Pescador.Fast.Cli.Demo;

/// <summary>
/// A problem whose best possible accuracy is known: K classes, each normal around a mean of its own with unit covariance, the means at distance
/// <see cref="Distance"/> from the origin along orthogonal directions; then each feature in a unit and with an offset of its own.
/// </summary>
internal sealed class CorpusProblem
{
    internal const int Classes = 8;
    internal const int Features = 64;
    internal const double Distance = 3.5;

    private readonly float[][] _means;
    private readonly float[] _units = new float[Features];
    private readonly float[] _offsets = new float[Features];

    internal CorpusProblem(long seed)
    {
        var random = new StreamRandom((ulong)seed);
        _means = [.. Enumerable.Range(0, Classes).Select(_ => new float[Features])];
        for (int i = 0; i < Classes; i++)
        {
            random.FillNormal(_means[i], 0, 1);
            for (int j = 0; j < i; j++)
            {
                float along = TensorPrimitives.Dot<float>(_means[i], _means[j]) / TensorPrimitives.Dot<float>(_means[j], _means[j]);
                TensorPrimitives.MultiplyAdd(_means[j], -along, _means[i], _means[i]);
            }

            TensorPrimitives.Multiply(_means[i], (float)(Distance / TensorPrimitives.Norm<float>(_means[i])), _means[i]);
        }

        for (int i = 0; i < Features; i++)
        {
            _units[i] = (float)Math.Pow(10, random.NextDouble() * 3 - 1.5);
            _offsets[i] = (float)(random.NextNormal() * 3) * _units[i];
        }
    }

    /// <summary>The accuracy of who knows the means, over classes of equal probability: ∫ φ(z) Φ(z + d)^(K − 1) dz.</summary>
    /// <remarks>Along its own direction a row is normal around d, along each other class's around 0, and the largest wins.</remarks>
    internal static double BestAccuracy()
    {
        const double Step = 1e-3;
        const double End = 10;
        double sum = 0;
        double below = 0; // Φ(z + d), summed along
        for (double x = -End; x < -End + Distance; x += Step)
        {
            below += Density(x + (Step / 2)) * Step;
        }

        for (double z = -End; z < End; z += Step)
        {
            below += Density(z + Distance + (Step / 2)) * Step;
            sum += Density(z + (Step / 2)) * Math.Pow(Math.Min(1, below), Classes - 1) * Step;
        }

        return sum;

        static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>Draws rows.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="home">The class of most of them.</param>
    /// <param name="share">How much more: so many of them for certain, the others of any class alike.</param>
    /// <param name="rows">[n, <see cref="Features"/>]</param>
    /// <param name="labels">[n]</param>
    internal void Draw(StreamRandom random, int home, double share, Span<float> rows, Span<byte> labels)
    {
        random.FillNormal(rows, 0, 1);
        for (int i = 0; i < labels.Length; i++)
        {
            int label = random.NextDouble() < share ? home : random.Next(Classes);
            Span<float> row = rows.Slice(i * Features, Features);
            TensorPrimitives.Add(row, _means[label], row);
            TensorPrimitives.MultiplyAdd(row, _units, _offsets, row);
            labels[i] = (byte)label;
        }
    }
}
