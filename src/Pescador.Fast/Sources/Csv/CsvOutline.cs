using System.Globalization;

namespace Pescador.Fast;

/// <summary>What a <c>.csv</c> has: found out by reading it once.</summary>
/// <param name="Columns">Cells of a row.</param>
/// <param name="Label">Which of them is the label, if one is.</param>
/// <param name="HasHead">Whether the first line is no row.</param>
/// <param name="Rows">Lines that are rows.</param>
/// <param name="Note">What the first line says; null where it is a row.</param>
internal sealed record CsvOutline(int Columns, int? Label, bool HasHead, long Rows, string? Note)
{
    // Rows of too few cells take as much memory as others. In files whose rows are as they should be both numbers are the same.
    private const int MaxMissingShare = 8;
    private const int MaxMissing = 1 << 16;

    internal int Features => Columns - (Label is null ? 0 : 1);

    /// <summary>Reads all lines.</summary>
    internal static CsvOutline Scan(CsvLines lines, CsvFormat format, SourceLimits limits, SourcePlace place)
    {
        byte separator = (byte)format.Separator;
        if (!lines.Next(out ReadOnlySpan<byte> line))
        {
            throw place.Error("there is nothing in it");
        }

        byte[] first = line.ToArray();
        byte[] second = [];
        long rows = 0;
        long cells = 0;
        while (lines.Next(out line))
        {
            second = rows == 0 ? line.ToArray() : second;
            rows++;
            cells += 1 + line.Count(separator);
        }

        CsvOutline outline = OfHead(first, second, rows, format, limits, place);
        outline = outline.HasHead ? outline : outline with { Rows = rows + 1 };
        cells += outline.HasHead ? 0 : outline.Columns;
        return (Int128)outline.Rows * outline.Columns <= ((Int128)cells * MaxMissingShare) + MaxMissing
            ? outline
            : throw place.Error($"{outline.Rows} rows of {outline.Columns} cells are {(Int128)outline.Rows * outline.Columns} cells, but it has only {cells}");
    }

    private static CsvOutline OfHead(byte[] first, byte[] second, long rows, CsvFormat format, SourceLimits limits, SourcePlace place)
    {
        byte separator = (byte)format.Separator;
        int columns = CsvCells.Count(first, separator);
        if (Math.Max(columns, CsvCells.Count(second, separator)) is var most && most > limits.MaxColumns)
        {
            throw place.Error($"there are {most} columns; at most {limits.MaxColumns} are accepted (MaxColumns)");
        }

        string[] names = CsvCells.Names(first, separator);
        if (format.HasHeader is null && IsAnnouncement(names, columns, CsvCells.Count(second, separator), out long rowsSaid, out long featuresSaid))
        {
            int width = CsvCells.Count(second, separator);
            return rowsSaid == rows && featuresSaid == width - 1
                ? Make(width, format.Label ?? "-1", null, rows, $"the first line announces the classes {Show(names[2..])}")
                : throw place.Error(
                    $"the first line announces {rowsSaid} rows of {featuresSaid} features, but there are {rows} rows of {width - 1}");
        }

        bool hasHeader = format.HasHeader ?? !Array.TrueForAll(names, name => name.Length == 0 || IsNumber(name));
        return Make(columns, format.Label, hasHeader ? names : null, rows, hasHeader ? $"the first line names the columns {Show(names)}{OtherSeparator(names)}" : null);

        CsvOutline Make(int width, string? label, string[]? header, long count, string? note)
        {
            int? column = label is null ? null : Find(label, width, header, place);
            return width > (column is null ? 0 : 1)
                ? new CsvOutline(width, column, note is not null, count, note)
                : throw place.Error("there is only one column, the label; at least one must be a feature");
        }
    }

    // Rows, features and the classes' names. Where as many columns follow as the line has cells, but not as many as it says, it is a header
    // after all, of columns called 0, 1, ..., label.
    private static bool IsAnnouncement(string[] names, int columns, int columnsBelow, out long rows, out long features)
    {
        features = 0;
        return long.TryParse(names[0], NumberStyles.None, CultureInfo.InvariantCulture, out rows)
            && names.Length > 2
            && long.TryParse(names[1], NumberStyles.None, CultureInfo.InvariantCulture, out features)
            && Array.TrueForAll(names[2..], name => name.Length > 0 && !IsNumber(name))
            && (columnsBelow != columns || features == columnsBelow - 1);
    }

    private static int Find(string label, int columns, string[]? header, SourcePlace place)
    {
        int index = header is null ? -1 : Array.IndexOf(header, label);
        if (index >= 0)
        {
            return index;
        }

        if (int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int position)
            && position < columns && position >= -columns)
        {
            return position < 0 ? columns + position : position;
        }

        throw place.Error(
            $"there is no column '{label}' for the label; there {(columns == 1 ? "is 1 column" : $"are {columns} columns")}{(header is null ? ", without names" : $": {Show(header)}{OtherSeparator(header)}")}");
    }

    // Of a table that is read as one column because something else stands between its cells.
    private static string OtherSeparator(string[] names) => names is [var only] && only.IndexOfAny([';', '\t', '|', ',']) is >= 0 and var at
        ? $" (is {(only[at] == '\t' ? "a tabulator" : $"'{only[at]}'")} the separator? --csv-separator {(only[at] == '\t' ? "tab" : $"'{only[at]}'")}, CsvFormat.Separator)"
        : "";

    private static bool IsNumber(string cell) => CsvNumber.TryFloat(System.Text.Encoding.UTF8.GetBytes(cell), out _);

    private static string Show(string[] names) => string.Join(", ", names.Take(16)) + (names.Length > 16 ? ", ..." : "");
}
