using System.Globalization;
using System.Net;
using System.Text;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>A diagram of a picture: a frame with a title, axes from nought, lines and a legend.</summary>
internal sealed class SvgPanel
{
    internal const int Width = 1120;
    internal const int Left = 150;
    internal const int Right = 740;
    internal const int LegendX = 762;
    private const int Ticks = 5;

    private readonly StringBuilder _svg;
    private readonly int _top;
    private readonly int _bottom;
    private readonly double _xMax;
    private readonly int _legendX;
    private int _legendY;

    internal SvgPanel(StringBuilder svg, int top, int height, string title, double xMax, int legendX = LegendX)
    {
        (_svg, _top, _bottom, _xMax, _legendX) = (svg, top, top + height, Math.Max(xMax, 1e-6), legendX);
        _legendY = top + 12;
        Add($"<text x=\"{Left}\" y=\"{top - 14}\" font-size=\"16\" font-weight=\"bold\">{Escape(title)}</text>");
    }

    /// <summary>The time axis, and the frame.</summary>
    internal void DrawTime(string title)
    {
        foreach (double tick in TicksTo(_xMax))
        {
            Add($"<path d=\"M{X(tick):0.#},{_bottom}v5\" stroke=\"#888\"/>");
            Add($"<text x=\"{X(tick):0.#}\" y=\"{_bottom + 20}\" text-anchor=\"middle\">{tick:0.###}</text>");
        }

        Add($"<text x=\"{(Left + Right) / 2}\" y=\"{_bottom + 40}\" text-anchor=\"middle\">{Escape(title)}</text>");
        Add($"<path d=\"M{Left},{_top}V{_bottom}H{Right}\" stroke=\"#888\" fill=\"none\"/>");
    }

    /// <summary>A vertical axis from nought.</summary>
    internal void DrawScale(string title, double max)
    {
        foreach (double tick in TicksTo(max))
        {
            Add($"<path d=\"M{Left},{Y(tick, max):0.#}H{Right}\" stroke=\"#e2e2e2\"/>");
            Add($"<text x=\"{Left - 8}\" y=\"{Y(tick, max) + 4.5:0.#}\" text-anchor=\"end\">{tick:#,0.###}</text>");
        }

        DrawTitleOfScale(title, Left - 74);
    }

    internal void DrawTitleOfScale(string title, int x = 22) =>
        Add($"<text transform=\"translate({x},{(_top + _bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(title)}</text>");

    internal void DrawLine(string name, string color, bool isDashed, double max, IEnumerable<(double X, double Y)> points)
    {
        string stroke = $"stroke=\"{color}\" stroke-width=\"2\"{(isDashed ? " stroke-dasharray=\"6 4\"" : "")}";
        IEnumerable<string> places = points.Select(point => Text($"{X(point.X):0.#},{Y(Math.Min(point.Y, max), max):0.#}"));
        Add($"<polyline points=\"{string.Join(' ', places)}\" fill=\"none\" {stroke}/>");
        Add($"<path d=\"M{_legendX},{_legendY - 4}h34\" {stroke}/>");
        Note(name, 42);
    }

    /// <summary>A line of the legend.</summary>
    internal void Note(string text, int indent = 0)
    {
        Add($"<text x=\"{_legendX + indent}\" y=\"{_legendY}\">{Escape(text)}</text>");
        _legendY += 21;
    }

    /// <summary>A box in the legend, with what it says beside it.</summary>
    internal void Swatch(string color, string text)
    {
        Add($"<rect x=\"{_legendX}\" y=\"{_legendY - 12}\" width=\"34\" height=\"14\" fill=\"{color}\" stroke=\"#999\" stroke-width=\"0.5\"/>");
        Note(text, 42);
    }

    /// <summary>A short upright line in the legend, with what it says beside it.</summary>
    internal void Tick(string color, string text)
    {
        Add($"<path d=\"M{_legendX + 17},{_legendY - 12}v14\" stroke=\"{color}\" stroke-width=\"2\"/>");
        Note(text, 42);
    }

    internal double X(double value) => Left + ((Right - Left) * Math.Min(value, _xMax) / _xMax);

    internal void Add(FormattableString element) => _svg.AppendLine(Text(element));

    /// <summary>The next number upwards that ends an axis well.</summary>
    internal static double RoundUp(double value) => value <= 0 ? 1 : Math.Ceiling(value / Step(value) * 1.0001) * Step(value);

    internal static string Escape(string text) => WebUtility.HtmlEncode(text);

    private double Y(double value, double max) => _bottom - ((_bottom - _top) * value / max);

    private static IEnumerable<double> TicksTo(double max)
    {
        double step = Step(max);
        for (int i = 0; i * step <= max * 1.0001; i++)
        {
            yield return i * step;
        }
    }

    // 1, 2 or 5 times a power of ten, about five to an axis.
    private static double Step(double max)
    {
        double rough = max / Ticks;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1.02 => power,
            <= 2.04 => 2 * power,
            <= 5.1 => 5 * power,
            _ => 10 * power,
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
