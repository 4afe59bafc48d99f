using System.Globalization;
using Pescador.Fast.Cli.Inspect;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Pack;

/// <summary>What <c>pescador pack</c> says when it is done.</summary>
internal static class PackReport
{
    private const int MostSkippedShown = 20;

    /// <summary>For programs; its names are stable.</summary>
    internal static object Json(PackResult result, TimeSpan duration) => new
    {
        result.Shards,
        result.Rows,
        Bytes = result.LengthInBytes,
        Seconds = Math.Round(duration.TotalSeconds, 3),
        Arrays = result.RowSpec.Tensors.ToArray().Select(static tensor => new
        {
            tensor.Name,
            Type = tensor.ElementType.Name(),
            RowShape = tensor.Shape.ToArray().Select(static length => (long)length),
        }),
        result.Files,
        Skipped = result.SkippedCount,
        SkippedRows = result.Skipped.Select(static bad => new { Path = bad.Source, bad.Row, bad.Reason }),
        result.Notes,
    };

    /// <summary>For people.</summary>
    internal static void Write(IAnsiConsole console, PackResult result, string output, TimeSpan duration)
    {
        Grid lines = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add(lines, "rows", Invariant($"{result.Rows:#,0} of {string.Join(", ", result.RowSpec.Tensors.ToArray().Select(FormOf))}"));
        Add(lines, "shards", Invariant($"{result.Shards:#,0} in {InspectText.ShortPath(output)}: {Names(result.Files)}"));
        Add(lines, "size", ByteSize.Show(result.LengthInBytes));
        Add(lines, "time", Invariant($"{duration.TotalSeconds:0.00} s, {result.Rows / Math.Max(duration.TotalSeconds, 1e-9):#,0} rows/s"));
        foreach (string note in result.Notes)
        {
            lines.AddRow(new Text("note", new Style(Color.Blue)), new Text(note));
        }

        foreach (BadSample bad in result.Skipped.Take(MostSkippedShown))
        {
            string row = bad.Row is { } number ? Invariant($", row {number}") : "";
            lines.AddRow(new Text("skipped", new Style(Color.Yellow)), new Text($"{bad.Source}{row}: {bad.Reason}"));
        }

        if (result.SkippedCount > MostSkippedShown)
        {
            lines.AddRow(new Text("skipped", new Style(Color.Yellow)), new Text(Invariant($"and {result.SkippedCount - MostSkippedShown:#,0} more")));
        }

        console.Write(lines);
    }

    private static string FormOf(TensorSpec row) => row.Shape.IsEmpty ? $"{row.Name} {row.ElementType.Name()}" : row.ToString();

    private static string Names(IReadOnlyList<string> files) => files.Count <= 2
        ? string.Join(", ", files.Select(Path.GetFileName))
        : $"{Path.GetFileName(files[0])} to {Path.GetFileName(files[^1])}";

    private static void Add(Grid lines, string name, string text) => lines.AddRow(new Text(name), new Text(text));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
