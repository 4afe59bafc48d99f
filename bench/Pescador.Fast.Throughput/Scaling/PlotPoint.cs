namespace Pescador.Fast.Throughput;

/// <summary>Where a workload stands in a picture.</summary>
/// <param name="Panel">Which one.</param>
/// <param name="Series">Which line of it.</param>
/// <param name="X">How large the work is.</param>
/// <param name="Field">What is drawn over it.</param>
internal sealed record PlotPoint(string Panel, string Series, double X, string Field)
{
    /// <summary>The series made of what this one was compared to, and its field.</summary>
    internal (string Series, string Field)? Reference { get; init; }
}
