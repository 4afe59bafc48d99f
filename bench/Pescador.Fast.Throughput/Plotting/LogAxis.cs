namespace Pescador.Fast.Throughput;

/// <summary>A logarithmic axis: values to places in the picture.</summary>
/// <param name="low">Smallest value shown.</param>
/// <param name="high">Largest value shown.</param>
/// <param name="from">Where the smallest lies, in pixels.</param>
/// <param name="to">Where the largest lies, in pixels.</param>
internal sealed class LogAxis(double low, double high, double from, double to)
{
    internal double At(double value) => from + ((to - from) * Math.Log(value / low) / Math.Log(high / low));

    /// <summary>1, 2 and 5 times the powers of ten of a unit.</summary>
    internal IEnumerable<double> Ticks(double unit = 1)
    {
        for (double decade = unit * Math.Pow(10, Math.Floor(Math.Log10(low / unit))); decade <= high; decade *= 10)
        {
            foreach (double tick in (double[])[decade, 2 * decade, 5 * decade])
            {
                if (tick >= low * 0.999 && tick <= high * 1.001)
                {
                    yield return tick;
                }
            }
        }
    }

    /// <summary>The nearest of 1, 2, 5 times a power of ten that is not above a value.</summary>
    internal static double RoundDown(double value)
    {
        double decade = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return value >= 5 * decade ? 5 * decade : value >= 2 * decade ? 2 * decade : decade;
    }

    /// <summary>The nearest of 1, 2, 5 times a power of ten that is not below a value.</summary>
    internal static double RoundUp(double value)
    {
        double below = RoundDown(value);
        return below >= value ? below : RoundDown(below * 2.6);
    }
}
