using System.Text;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>Draws how fast a stream was, what memory it took, and how its sources were mixed, over time.</summary>
internal static class StreamPicture
{
    private const int Top = 44;
    private const int Height = 190;
    private const int Between = 96;
    private const int LeastRowHeight = 15;
    private const int MostRowHeight = 34;
    private const int LeastMixingHeight = 165; // as high as the legend
    private const int BarsX = SvgPanel.Right + 16;
    private const int BarsWidth = 120;
    private const int MixingLegendX = BarsX + BarsWidth + 24;

    // Okabe and Ito's colours, which most people with a colour deficiency can tell apart.
    private const string Blue = "#0072b2";
    private const string Orange = "#d55e00";
    private const string Green = "#009e73";
    private const string Grey = "#666666";

    internal static string Draw(StreamRecord record, StreamPlan plan)
    {
        var svg = new StringBuilder();
        StreamRecord.Point[] points = [.. record.Points];
        double seconds = points.Length == 0 ? 1 : points[^1].Glimpse.Elapsed.TotalSeconds;
        DrawThroughput(new SvgPanel(svg, Top, Height, "Throughput", seconds), points);
        DrawMemory(new SvgPanel(svg, Top + Height + Between, Height, "Memory", seconds), points, plan);
        int top = Top + (2 * (Height + Between));
        int height = Math.Max(LeastMixingHeight, record.Groups.Count * RowHeightOf(record));
        DrawMixing(new SvgPanel(svg, top, height, "How the sources were mixed", seconds, MixingLegendX), points, record, top);
        int whole = top + height + 56;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SvgPanel.Width} {whole}" width="{SvgPanel.Width}" height="{whole}"
                 font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222">
            <title>pescador stream: throughput, memory and mixing</title>
            <rect width="{SvgPanel.Width}" height="{whole}" fill="white"/>
            {svg}</svg>

            """;
    }

    private static void DrawThroughput(SvgPanel panel, StreamRecord.Point[] points)
    {
        List<(double X, double Y)> rates = [];
        StreamGlimpse before = default;
        foreach (StreamGlimpse glimpse in points.Select(static point => point.Glimpse))
        {
            double seconds = (glimpse.Elapsed - before.Elapsed).TotalSeconds;
            if (seconds > 0)
            {
                rates.Add((glimpse.Elapsed.TotalSeconds, (glimpse.Samples - before.Samples) / seconds));
                before = glimpse;
            }
        }

        double mean = points.Length == 0 ? 0 : before.Samples / Math.Max(1e-9, before.Elapsed.TotalSeconds);
        double most = rates.Count == 0 ? 1 : rates.Max(static rate => rate.Y);
        (double unit, string name) = most >= 2e6 ? (1e6, "million samples/s") : most >= 2e3 ? (1e3, "thousand samples/s") : (1.0, "samples/s");
        double max = SvgPanel.RoundUp(most / unit);
        panel.DrawScale(name, max);
        panel.DrawTime("time (s)");
        panel.DrawLine("samples/s", Blue, false, max, rates.Select(rate => (rate.X, rate.Y / unit)));
        panel.DrawLine(FormattableString.Invariant($"mean, {mean:#,0}/s"), Grey, true, max, [(0, mean / unit), (before.Elapsed.TotalSeconds, mean / unit)]);
    }

    private static void DrawMemory(SvgPanel panel, StreamRecord.Point[] points, StreamPlan plan)
    {
        const double Unit = 1e6;
        double budget = plan.Mix.BudgetInBytes / Unit;
        double seconds = points.Length == 0 ? 1 : points[^1].Glimpse.Elapsed.TotalSeconds;
        double most = points.Select(static point => Math.Max(point.Glimpse.Resident, point.Glimpse.BudgetUsed) / Unit).DefaultIfEmpty(1).Max();
        double max = SvgPanel.RoundUp(Math.Max(most, budget) * 1.02);
        panel.DrawScale("MB", max);
        panel.DrawTime("time (s)");
        panel.DrawLine($"budget, {ByteSize.Show(plan.Mix.BudgetInBytes)}", Orange, true, max, [(0, budget), (seconds, budget)]);
        panel.DrawLine("resident, anonymous", Blue, false, max, points.Select(static point => (point.Glimpse.Elapsed.TotalSeconds, point.Glimpse.Resident / Unit)));
        panel.DrawLine("budget in use", Green, false, max, points.Select(static point => (point.Glimpse.Elapsed.TotalSeconds, point.Glimpse.BudgetUsed / Unit)));
    }

    private static void DrawMixing(SvgPanel panel, StreamRecord.Point[] points, StreamRecord record, int top)
    {
        bool isGrouped = record.Groups.Any(static group => group.Count > 1);
        int rowHeight = RowHeightOf(record);
        long[] before = new long[record.Groups.Count];
        double from = 0;
        foreach (StreamRecord.Point point in points)
        {
            double to = point.Glimpse.Elapsed.TotalSeconds;
            long all = point.Drawn.Sum() - before.Sum();
            for (int i = 0; i < before.Length && all > 0; i++)
            {
                double share = (double)(point.Drawn[i] - before[i]) / all;
                double width = panel.X(to) - panel.X(from);
                panel.Add($"<rect x=\"{panel.X(from):0.##}\" y=\"{top + (i * rowHeight)}\" width=\"{width + 0.3:0.##}\" height=\"{rowHeight - 1}\" fill=\"{ColorOf(Ratio(share, record.Groups[i].Expected))}\"/>");
            }

            (before, from) = (point.Drawn, to);
        }

        DrawTotals(panel, before, record, top);
        panel.DrawTime("time (s)");
        panel.DrawTitleOfScale(isGrouped ? "sources, in groups" : "sources");
        panel.Note("share of the samples drawn,");
        panel.Note("beside the share expected:");
        panel.Swatch(ColorOf(0), "none");
        panel.Swatch(ColorOf(0.5), "half as many");
        panel.Swatch(ColorOf(1), "as expected");
        panel.Swatch(ColorOf(2), "twice as many, or more");
        panel.Swatch(Grey, "bar: share in all");
        panel.Tick(Orange, "line: share expected");
    }

    // Bars beside the strips: the share in all, and a line where it was expected.
    private static void DrawTotals(SvgPanel panel, long[] drawn, StreamRecord record, int top)
    {
        double all = Math.Max(1, drawn.Sum());
        int rowHeight = RowHeightOf(record);
        bool isGrouped = record.Groups.Any(static group => group.Count > 1); // of unequal sizes
        double most = Math.Max(
            drawn.Select((count, i) => count / all / record.Groups[i].Count).Max(), record.Groups.Max(static group => group.Expected / group.Count));
        panel.Add($"<text x=\"{BarsX}\" y=\"{top - 8}\" font-size=\"11\">{(isGrouped ? "per source" : "in all")}, 0 to {100 * most:0.##} %</text>");
        for (int i = 0; i < drawn.Length; i++)
        {
            StreamRecord.SourceGroup group = record.Groups[i];
            int y = top + (i * rowHeight);
            panel.Add($"<text x=\"{SvgPanel.Left - 8}\" y=\"{y + (rowHeight / 2) + 4}\" font-size=\"11\" text-anchor=\"end\">{SvgPanel.Escape(Shorten(group.Name))}</text>");
            panel.Add($"<rect x=\"{BarsX}\" y=\"{y + 2}\" width=\"{BarsWidth * drawn[i] / all / group.Count / most:0.##}\" height=\"{rowHeight - 5}\" fill=\"{Grey}\"/>");
            panel.Add($"<path d=\"M{BarsX + (BarsWidth * group.Expected / group.Count / most):0.##},{y}v{rowHeight - 1}\" stroke=\"{Orange}\" stroke-width=\"2\"/>");
        }
    }

    private static int RowHeightOf(StreamRecord record) => Math.Clamp(LeastMixingHeight / record.Groups.Count, LeastRowHeight, MostRowHeight);

    // What is never to be drawn, and is not, is as expected.
    private static double Ratio(double share, double expected) => expected > 0 ? share / expected : share > 0 ? 2 : 1;

    // Orange below, white where it is as expected, blue above; in doublings, so that half and twice stand out alike.
    private static string ColorOf(double ratio)
    {
        double doublings = ratio > 0 ? Math.Clamp(Math.Log2(ratio), -2, 1) : -2;
        (double r, double g, double b) = doublings < 0 ? (0xd5, 0x5e, 0x00) : (0x00, 0x72, 0xb2);
        double strength = doublings < 0 ? -doublings / 2 : doublings;
        return FormattableString.Invariant($"#{Blend(r):x2}{Blend(g):x2}{Blend(b):x2}");

        int Blend(double full) => (int)Math.Round(245 + ((full - 245) * strength));
    }

    private static string Shorten(string name) => name.Length <= 18 ? name : $"{name.AsSpan(0, 8)}…{name.AsSpan(name.Length - 9)}";
}
