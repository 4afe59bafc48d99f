using System.Globalization;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>Draws what was measured as lines over the size of the work, a diagram per panel, the range of the rounds as whiskers.</summary>
internal sealed class ScalingPicture
{
    private const int Width = 900;
    private const int PanelHeight = 400;
    private const int Left = 78;
    private const int Right = 610;
    private const int Top = 52;
    private const int Bottom = 334;
    private const int LegendX = 634;

    // Okabe and Ito's colours, which most people with a colour deficiency can tell apart.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#666666", "#e69f00"];

    private readonly StringBuilder _svg = new();

    private readonly record struct Mark(double X, Figure Y);

    /// <summary>Draws the outcomes that have a place in a picture and are verified.</summary>
    /// <returns>An SVG document.</returns>
    internal static string Draw(IReadOnlyList<(Workload Workload, Outcome Outcome)> outcomes)
    {
        var picture = new ScalingPicture();
        ILookup<PlotPanel, (PlotSeries Series, Mark Mark)> panels = outcomes.SelectMany(static pair => MarksOf(pair.Workload, pair.Outcome))
            .ToLookup(static mark => mark.Panel, static mark => (mark.Series, mark.Mark));
        int panel = 0;
        foreach (IGrouping<PlotPanel, (PlotSeries Series, Mark Mark)> marks in panels)
        {
            picture.DrawPanel(marks.Key, marks.ToLookup(static mark => mark.Series, static mark => mark.Mark), panel++ * PanelHeight);
        }

        int height = panel * PanelHeight;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}"
                 font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">
            <rect width="{Width}" height="{height}" fill="white"/>
            {picture._svg}</svg>

            """;
    }

    private static IEnumerable<(PlotPanel Panel, PlotSeries Series, Mark Mark)> MarksOf(Workload workload, Outcome outcome)
    {
        if (workload.Point is not { } point)
        {
            yield break;
        }

        if (outcome.Find(point.Field) is { Figure: { } figure })
        {
            yield return (point.Panel, point.Series, new Mark(point.X, figure));
        }

        if (point.Reference is { } reference && outcome.Find(reference.Field) is { Figure: { } referenceFigure })
        {
            yield return (point.Panel, reference.Series, new Mark(point.X, referenceFigure));
        }
    }

    private void DrawPanel(PlotPanel panel, ILookup<PlotSeries, Mark> series, int y)
    {
        Mark[] all = [.. series.SelectMany(static marks => marks)];
        var across = new LogAxis(all.Min(static mark => mark.X) / 1.2, all.Max(static mark => mark.X) * 1.2, Left, Right);
        double low = LogAxis.RoundDown(all.Min(static mark => mark.Y.Min));
        double high = LogAxis.RoundUp(all.Max(static mark => mark.Y.Max));
        var up = new LogAxis(low, high, y + Bottom, y + Top);
        Add($"<text x=\"{Left}\" y=\"{y + 28}\" font-size=\"16\" font-weight=\"bold\">{panel.Title}</text>");
        foreach (double tick in up.Ticks())
        {
            Add($"<path d=\"M{Left},{up.At(tick):0.#}H{Right}\" stroke=\"#e2e2e2\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{up.At(tick) + 4.5:0.#}\" text-anchor=\"end\">{tick:#,0.###}</text>");
        }

        foreach (double tick in all.Select(static mark => mark.X).Distinct())
        {
            Add($"<path d=\"M{across.At(tick):0.#},{y + Top}V{y + Bottom}\" stroke=\"#e2e2e2\"/>");
            Add($"<text x=\"{across.At(tick):0.#}\" y=\"{y + Bottom + 19}\" text-anchor=\"middle\">{panel.XLabel(tick)}</text>");
        }

        Add($"<path d=\"M{Left},{y + Top}V{y + Bottom}H{Right}\" stroke=\"#888\" fill=\"none\"/>");
        Add($"<text x=\"{(Left + Right) / 2}\" y=\"{y + Bottom + 44}\" text-anchor=\"middle\">{panel.XTitle}</text>");
        Add($"<text transform=\"translate(20,{y + ((Top + Bottom) / 2)}) rotate(-90)\" text-anchor=\"middle\">{panel.YTitle}</text>");

        // The legend has the lines in the order in which they end at the right.
        int legendY = y + Top + 10;
        foreach (IGrouping<PlotSeries, Mark> marks in series.OrderByDescending(static marks => marks.MaxBy(static mark => mark.X).Y.Median))
        {
            DrawSeries(marks.Key, [.. marks.OrderBy(static mark => mark.X)], across, up);
            Add($"<path d=\"M{LegendX},{legendY - 4}h34\" {StrokeOf(marks.Key)}/>");
            Add($"<text x=\"{LegendX + 42}\" y=\"{legendY}\">{marks.Key.Name}</text>");
            legendY += 22;
        }
    }

    private void DrawSeries(PlotSeries series, Mark[] marks, LogAxis across, LogAxis up)
    {
        string color = ColorOf(series);
        foreach (Mark mark in marks)
        {
            string range = Text($"M{across.At(mark.X):0.#},{up.At(mark.Y.Min):0.#}V{up.At(mark.Y.Max):0.#}");
            Add($"<path d=\"{range}\" stroke=\"{color}\" stroke-opacity=\"0.35\" stroke-width=\"3\"/>");
        }

        IEnumerable<string> places = marks.Select(mark => Text($"{across.At(mark.X):0.#},{up.At(mark.Y.Median):0.#}"));
        Add($"<polyline points=\"{string.Join(' ', places)}\" fill=\"none\" {StrokeOf(series)}/>");
        foreach (Mark mark in marks)
        {
            string fill = series.IsDashed ? "white" : color;
            string center = Text($"cx=\"{across.At(mark.X):0.#}\" cy=\"{up.At(mark.Y.Median):0.#}\"");
            Add($"<circle {center} r=\"3\" fill=\"{fill}\" stroke=\"{color}\" stroke-width=\"1.5\"/>");
        }
    }

    private static string ColorOf(PlotSeries series) => Colors[series.Color % Colors.Length];

    private static string StrokeOf(PlotSeries series) =>
        $"stroke=\"{ColorOf(series)}\" stroke-width=\"2\"{(series.IsDashed ? " stroke-dasharray=\"6 4\"" : "")}";

    private void Add(FormattableString element) => _svg.AppendLine(Text(element));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
