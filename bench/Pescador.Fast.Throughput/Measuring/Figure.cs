namespace Pescador.Fast.Throughput;

/// <summary>The median of several rounds, and the range they lie in.</summary>
internal readonly record struct Figure(double Median, double Min, double Max)
{
    internal static Figure Of(IEnumerable<double> rounds)
    {
        double[] sorted = [.. rounds];
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Figure(median, sorted[0], sorted[^1]);
    }
}
