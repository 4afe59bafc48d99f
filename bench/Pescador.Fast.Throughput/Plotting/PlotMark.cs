namespace Pescador.Fast.Throughput;

/// <summary>One place of a picture that something is drawn at.</summary>
/// <param name="Panel">Which diagram.</param>
/// <param name="Series">Which line of it.</param>
/// <param name="X">Across.</param>
/// <param name="Y">Up, with its range.</param>
internal readonly record struct PlotMark(PlotPanel Panel, PlotSeries Series, double X, Figure Y)
{
    /// <summary>A mark without a range.</summary>
    internal PlotMark(PlotPanel panel, PlotSeries series, double x, double y)
        : this(panel, series, x, new Figure(y, y, y))
    {
    }
}
