namespace Pescador.Fast.Throughput;

/// <summary>A line of a picture.</summary>
/// <param name="Name">As the legend has it.</param>
/// <param name="Color">Of the line, by number; what belongs together has the same.</param>
/// <param name="IsDashed">Whether it is the variant or the reference of another.</param>
/// <param name="Style">How it is drawn.</param>
internal sealed record PlotSeries(string Name, int Color, bool IsDashed = false, PlotStyle Style = PlotStyle.Measured);
