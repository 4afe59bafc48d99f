namespace Pescador.Fast.Throughput;

/// <summary>One diagram of a picture, both axes logarithmic.</summary>
/// <param name="Title">Above it.</param>
/// <param name="XTitle">Name and unit.</param>
/// <param name="YTitle">Name and unit.</param>
/// <param name="XLabel">How a place on the x axis is written.</param>
internal sealed record PlotPanel(string Title, string XTitle, string YTitle, Func<double, string> XLabel);
