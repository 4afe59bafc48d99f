namespace Pescador.Fast.Throughput;

/// <summary>One diagram of a picture, both axes logarithmic.</summary>
/// <param name="Title">Above it.</param>
/// <param name="XTitle">Name and unit.</param>
/// <param name="YTitle">Name and unit.</param>
/// <param name="XLabel">How a place on the x axis is written.</param>
internal sealed record PlotPanel(string Title, string XTitle, string YTitle, Func<double, string> XLabel)
{
    /// <summary>Where the x axis is marked; at every mark when null.</summary>
    internal IReadOnlyList<double>? XTicks { get; init; }

    /// <summary>What the y axis counts in, in the marks' unit.</summary>
    internal double YUnit { get; init; } = 1;

    /// <summary>Lines below the legend.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];
}
