namespace Pescador.Fast;

/// <summary>Draws standard normal numbers: one output of the generator, a multiplication and a comparison in 99 of 100 draws.</summary>
/// <remarks>
/// The half density f(x) = exp(−x²/2) is covered by 256 layers of equal area v. Layer i reaches from 0 to x[i] and from f(x[i]) to
/// f(x[i+1]); layer 0 also holds the tail beyond r. The layer, the sign and the place in the layer come from separate bits.
/// Sources: G. Marsaglia, W. W. Tsang, "The ziggurat method for generating random variables", J. Stat. Software 5 (2000), for the
/// method, r and v; J. A. Doornik, "An improved ziggurat method to generate normal random samples" (2005), for the separate bits.
/// </remarks>
internal static class NormalZiggurat
{
    private const int Layers = 256;
    private const double TailStart = 3.6541528853610088;
    private const double LayerArea = 0.0049286732339746575;

    private static readonly double[] Edge = BuildEdges();
    private static readonly double[] Density = BuildDensities();

    public static double Draw(ref RandomGenerator random)
    {
        ulong bits = random.NextUInt64();
        int layer = (int)(bits & (Layers - 1));
        // The upper 54 bits as a signed fraction: −1 ≤ place < 1.
        double place = ((long)bits >> 10) * (1.0 / (1L << 53));
        double x = place * Edge[layer];
        return Math.Abs(x) < Edge[layer + 1] ? x : DrawSlow(ref random, layer, x);
    }

    private static double DrawSlow(ref RandomGenerator random, int layer, double x)
    {
        while (true)
        {
            if (layer == 0) return DrawTail(ref random, x < 0);
            double height = Density[layer] + random.NextDouble() * (Density[layer + 1] - Density[layer]);
            if (height < Math.Exp(-0.5 * x * x)) return x;

            ulong bits = random.NextUInt64();
            layer = (int)(bits & (Layers - 1));
            x = ((long)bits >> 10) * (1.0 / (1L << 53)) * Edge[layer];
            if (Math.Abs(x) < Edge[layer + 1]) return x;
        }
    }

    /// <summary>Marsaglia's exponential rejection for |x| &gt; r.</summary>
    private static double DrawTail(ref RandomGenerator random, bool negative)
    {
        double beyond, bound;
        do
        {
            // 1 − u lies in (0, 1], where the logarithm is finite.
            beyond = -Math.Log(1 - random.NextDouble()) / TailStart;
            bound = -Math.Log(1 - random.NextDouble());
        }
        while (2 * bound < beyond * beyond);
        return negative ? -(TailStart + beyond) : TailStart + beyond;
    }

    private static double[] BuildEdges()
    {
        var edges = new double[Layers + 1];
        edges[0] = LayerArea / Math.Exp(-0.5 * TailStart * TailStart);
        edges[1] = TailStart;
        for (int i = 1; i < Layers - 1; i++)
            edges[i + 1] = Math.Sqrt(-2 * Math.Log(LayerArea / edges[i] + Math.Exp(-0.5 * edges[i] * edges[i])));
        return edges; // the last is 0
    }

    private static double[] BuildDensities() => Array.ConvertAll(BuildEdges(), static x => Math.Exp(-0.5 * x * x));
}
