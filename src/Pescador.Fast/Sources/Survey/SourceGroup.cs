using System.Globalization;

namespace Pescador.Fast;

/// <summary>Sources of one format whose rows have one form, as <see cref="SourceSurvey"/> has found them.</summary>
public sealed class SourceGroup
{
    private readonly List<SourceInfo> _sources = [];

    internal SourceGroup(string format) => Format = format;

    /// <summary>The format, as <see cref="SourceInfo.Format"/>.</summary>
    public string Format { get; }

    /// <summary>What the headers of each say; at least one.</summary>
    public IReadOnlyList<SourceInfo> Sources => _sources;

    /// <summary>Of all of them; those without rows in common have none.</summary>
    public long Rows => _sources.Sum(static source => source.Rows ?? 0);

    /// <summary>Of all files, in bytes.</summary>
    public long LengthInBytes => _sources.Sum(static source => source.LengthInBytes);

    /// <summary>Each array's name, element type and shape, where a length that differs between the sources is a range: <c>X float32[80..4096,128]</c>.</summary>
    public IReadOnlyList<string> Forms => [.. _sources[0].Arrays.Select((array, i) => $"{array.Name} {array.ElementType.Name()}[{string.Join(',', Axes(i))}]")];

    /// <summary>What makes them dearer than they could be: each warning with the number of sources it is so of.</summary>
    public IReadOnlyList<(SourceWarning Warning, int Sources)> Warnings => [.. _sources
        .SelectMany(SourceWarning.Of)
        .GroupBy(static warning => (warning.Kind, string.Join('\0', warning.Arrays)))
        .Select(static same => (same.MaxBy(static warning => warning.BudgetInBytes)!, same.Count()))]; // a group has at least one

    /// <summary>What else the headers say, each with the number of sources that say it.</summary>
    public IReadOnlyList<(string Note, int Sources)> Notes => [.. _sources
        .SelectMany(static source => source.Notes)
        .GroupBy(static note => note)
        .Select(static same => (same.Key, same.Count()))];

    internal void Add(SourceInfo source) => _sources.Add(source);

    /// <summary>What sources of one group have in common.</summary>
    internal static string KeyOf(SourceInfo source) => string.Join('\n', [
        source.Format,
        source.Rows is null ? "none" : "rows",
        .. source.Arrays.Select(static array =>
            $"{array.Name} {array.ElementType}[{(array.Shape.IsEmpty ? "" : "n," + string.Join(',', array.Shape[1..].ToArray()))}]"),
    ]);

    private IEnumerable<string> Axes(int array)
    {
        for (int axis = 0; axis < _sources[0].Arrays[array].Shape.Length; axis++)
        {
            long[] lengths = [.. _sources.Select(source => (long)source.Arrays[array].Shape[axis])];
            long least = lengths.Min();
            long most = lengths.Max();
            yield return least < 0 ? "?" : string.Create(CultureInfo.InvariantCulture, $"{least}") + (most > least ? string.Create(CultureInfo.InvariantCulture, $"..{most}") : "");
        }
    }
}
