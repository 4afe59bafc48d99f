using System.Globalization;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>Draws marks as diagrams, one below the other, the range of each mark as a whisker.</summary>
internal sealed class Picture
{
    private const int Width = 900;
    private const int PanelHeight = 400;
    private const int Left = 78;
    private const int Right = 610;
    private const int Top = 52;
    private const int Bottom = 334;
    private const int LegendX = 634;
    private const int LineHeight = 22;

    // Okabe and Ito's colours, which most people with a colour deficiency can tell apart.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#666666", "#e69f00"];

    private readonly StringBuilder _svg = new();

    /// <summary>Draws a diagram per panel.</summary>
    /// <returns>An SVG document.</returns>
    internal static string Draw(IEnumerable<PlotMark> marks)
    {
        var picture = new Picture();
        int panel = 0;
        foreach (IGrouping<PlotPanel, PlotMark> each in marks.GroupBy(static mark => mark.Panel))
        {
            picture.DrawPanel(each.Key, each.ToLookup(static mark => mark.Series), panel++ * PanelHeight);
        }

        int height = panel * PanelHeight;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}"
                 font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">
            <rect width="{Width}" height="{height}" fill="white"/>
            {picture._svg}</svg>

            """;
    }

    private void DrawPanel(PlotPanel panel, ILookup<PlotSeries, PlotMark> series, int y)
    {
        PlotMark[] all = [.. series.SelectMany(static marks => marks)];
        var across = new LogAxis(all.Min(static mark => mark.X) / 1.2, all.Max(static mark => mark.X) * 1.2, Left, Right);
        double low = LogAxis.RoundDown(all.Min(static mark => mark.Y.Min) / panel.YUnit) * panel.YUnit;
        double high = LogAxis.RoundUp(all.Max(static mark => mark.Y.Max) / panel.YUnit) * panel.YUnit;
        var up = new LogAxis(low, high, y + Bottom, y + Top);
        Add($"<text x=\"{Left}\" y=\"{y + 28}\" font-size=\"16\" font-weight=\"bold\">{panel.Title}</text>");
        foreach (double tick in up.Ticks(panel.YUnit))
        {
            Add($"<path d=\"M{Left},{up.At(tick):0.#}H{Right}\" stroke=\"#e2e2e2\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{up.At(tick) + 4.5:0.#}\" text-anchor=\"end\">{tick / panel.YUnit:#,0.####}</text>");
        }

        foreach (double tick in panel.XTicks ?? [.. all.Select(static mark => mark.X).Distinct()])
        {
            Add($"<path d=\"M{across.At(tick):0.#},{y + Top}V{y + Bottom}\" stroke=\"#e2e2e2\"/>");
            Add($"<text x=\"{across.At(tick):0.#}\" y=\"{y + Bottom + 19}\" text-anchor=\"middle\">{panel.XLabel(tick)}</text>");
        }

        Add($"<path d=\"M{Left},{y + Top}V{y + Bottom}H{Right}\" stroke=\"#888\" fill=\"none\"/>");
        Add($"<text x=\"{(Left + Right) / 2}\" y=\"{y + Bottom + 44}\" text-anchor=\"middle\">{panel.XTitle}</text>");
        Add($"<text transform=\"translate(20,{y + ((Top + Bottom) / 2)}) rotate(-90)\" text-anchor=\"middle\">{panel.YTitle}</text>");

        // The legend has the lines in the order in which they end at the right.
        int legendY = y + Top + 10;
        foreach (IGrouping<PlotSeries, PlotMark> marks in series.OrderByDescending(static marks => marks.MaxBy(static mark => mark.X).Y.Median))
        {
            DrawSeries(marks.Key, [.. marks.OrderBy(static mark => mark.X)], across, up);
            if (marks.Key.Style != PlotStyle.Seen)
            {
                Add($"<path d=\"M{LegendX},{legendY - 4}h34\" {StrokeOf(marks.Key)}/>");
                Add($"<text x=\"{LegendX + 42}\" y=\"{legendY}\">{marks.Key.Name}</text>");
                legendY += LineHeight;
            }
        }

        foreach (string note in panel.Notes)
        {
            legendY += LineHeight;
            Add($"<text x=\"{LegendX}\" y=\"{legendY}\">{note}</text>");
        }
    }

    private void DrawSeries(PlotSeries series, PlotMark[] marks, LogAxis across, LogAxis up)
    {
        string color = ColorOf(series);
        foreach (PlotMark mark in marks.Where(static mark => mark.Y.Min < mark.Y.Max))
        {
            string range = Text($"M{across.At(mark.X):0.#},{up.At(mark.Y.Min):0.#}V{up.At(mark.Y.Max):0.#}");
            Add($"<path d=\"{range}\" stroke=\"{color}\" stroke-opacity=\"0.35\" stroke-width=\"3\"/>");
        }

        if (series.Style != PlotStyle.Seen)
        {
            IEnumerable<string> places = marks.Select(mark => Text($"{across.At(mark.X):0.#},{up.At(mark.Y.Median):0.#}"));
            Add($"<polyline points=\"{string.Join(' ', places)}\" fill=\"none\" {StrokeOf(series)}/>");
        }

        foreach (PlotMark mark in series.Style == PlotStyle.Formula ? [] : marks)
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
