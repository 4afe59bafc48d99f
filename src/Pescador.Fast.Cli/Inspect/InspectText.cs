using System.Globalization;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Inspect;

/// <summary>What <c>pescador inspect</c> shows to people.</summary>
internal static class InspectText
{
    private const int MostNotes = 5;

    internal static void Write(IAnsiConsole console, SourceSurvey survey, IReadOnlyList<BadSample> failures)
    {
        if (survey.Groups.Count > 0)
        {
            console.Write(TableOf(survey));
        }

        Grid remarks = new Grid().AddColumn(new GridColumn().NoWrap().Padding(1, 0, 2, 0)).AddColumn();
        foreach (SourceGroup group in survey.Groups)
        {
            AddRemarks(remarks, group);
        }

        foreach (BadSample failure in failures)
        {
            Add(remarks, "error", Color.Red, $"{ShortPath(failure.Source)}: {(failure.Row is { } row ? Invariant($"row {row}: ") : "")}{failure.Reason}");
        }

        console.Write(remarks);
        console.Write(new Text(
            Invariant($" {Count(survey.Sources, "source")}, {survey.Rows:#,0} rows, {ByteSize.Show(survey.LengthInBytes)}")
            + (failures.Count == 0 ? "" : Invariant($"; {failures.Count:#,0} cannot be read"))));
        console.WriteLine();
    }

    /// <summary>A path as short as it can be said from here.</summary>
    internal static string ShortPath(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? relative : path;
    }

    private static Table TableOf(SourceSurvey survey)
    {
        Table table = new Table().RoundedBorder()
            .AddColumn("source")
            .AddColumn("format")
            .AddColumn("arrays")
            .AddColumn(new TableColumn("rows").RightAligned().NoWrap())
            .AddColumn(new TableColumn("size").RightAligned().NoWrap());
        // Without their folders, unless two would look the same.
        bool areUnique = survey.Groups.DistinctBy(static group => Path.GetFileName(group.Sources[0].Path)).Count() == survey.Groups.Count;
        foreach (SourceGroup group in survey.Groups)
        {
            table.AddRow(
                new Text(NameOf(group, areUnique)),
                new Text(group.Format),
                new Text(group.Forms.Count == 0 ? "none" : string.Join('\n', group.Forms)),
                new Text(Invariant($"{group.Rows:#,0}")),
                new Text(ByteSize.Show(group.LengthInBytes)));
        }

        return table;
    }

    private static void AddRemarks(Grid remarks, SourceGroup group)
    {
        foreach ((SourceWarning warning, int sources) in group.Warnings)
        {
            Add(remarks, "warning", Color.Yellow, $"{Of(group, sources)} ({string.Join(", ", warning.Arrays)}): {warning.Message}");
        }

        foreach ((string note, int sources) in group.Notes.Take(MostNotes))
        {
            Add(remarks, "note", Color.Blue, $"{Of(group, sources)}: {note}");
        }

        if (group.Notes.Count > MostNotes)
        {
            Add(remarks, "note", Color.Blue, Invariant($"and {group.Notes.Count - MostNotes:#,0} more; --json has them all"));
        }
    }

    private static void Add(Grid remarks, string kind, Color color, string text) => remarks.AddRow(new Text(kind, new Style(color)), new Text(text));

    private static string NameOf(SourceGroup group, bool isUnique) => group.Sources.Count == 1
        ? isUnique ? Path.GetFileName(group.Sources[0].Path) : ShortPath(group.Sources[0].Path)
        : $"{Count(group.Sources.Count, "source")}\n{Path.GetFileName(group.Sources[0].Path)} to\n{Path.GetFileName(group.Sources[^1].Path)}";

    private static string Of(SourceGroup group, int sources) => group.Sources.Count == 1
        ? Path.GetFileName(group.Sources[0].Path)
        : sources == group.Sources.Count
            ? $"{Path.GetFileName(group.Sources[0].Path)} and {Invariant($"{sources - 1:#,0}")} more"
            : Invariant($"{sources:#,0} of {Path.GetFileName(group.Sources[0].Path)} and {group.Sources.Count - 1:#,0} more");

    private static string Count(int count, string what) => Invariant($"{count:#,0} {what}{(count == 1 ? "" : "s")}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
