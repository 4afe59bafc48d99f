namespace Pescador.Fast.Throughput;

/// <summary>Where a workload stands in a picture.</summary>
/// <param name="Panel">Which one.</param>
/// <param name="Series">Which line of it.</param>
/// <param name="X">How large the work is.</param>
/// <param name="Field">What is drawn over it.</param>
internal sealed record PlotPoint(PlotPanel Panel, PlotSeries Series, double X, string Field)
{
    /// <summary>The series made of what it was compared to, and its field.</summary>
    internal (PlotSeries Series, string Field)? Reference { get; init; }
}
