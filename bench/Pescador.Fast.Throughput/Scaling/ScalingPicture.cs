namespace Pescador.Fast.Throughput;

/// <summary>What was measured as lines over the size of the work, a diagram per panel.</summary>
internal static class ScalingPicture
{
    /// <summary>Draws the outcomes that have a place in a picture and are verified.</summary>
    /// <returns>An SVG document.</returns>
    internal static string Draw(IEnumerable<(Workload Workload, Outcome Outcome)> outcomes) =>
        Picture.Draw(outcomes.SelectMany(static pair => MarksOf(pair.Workload, pair.Outcome)));

    private static IEnumerable<PlotMark> MarksOf(Workload workload, Outcome outcome)
    {
        if (workload.Point is not { } point)
        {
            yield break;
        }

        if (FigureOf(outcome, point.Field) is { } figure)
        {
            yield return new PlotMark(point.Panel, point.Series, point.X, figure);
        }

        if (point.Reference is { } reference && FigureOf(outcome, reference.Field) is { } referenceFigure)
        {
            yield return new PlotMark(point.Panel, reference.Series, point.X, referenceFigure);
        }
    }

    private static Figure? FigureOf(Outcome outcome, string field) => outcome.Find(field) switch
    {
        { Figure: { } figure } => figure,
        { Number: { } number } => new Figure(number, number, number),
        _ => null,
    };
}
