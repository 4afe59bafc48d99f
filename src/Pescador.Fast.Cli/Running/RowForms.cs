using System.Globalization;

namespace Pescador.Fast.Cli.Running;

/// <summary>Whether rows of all files have one form, as a batch needs it.</summary>
internal static class RowForms
{
    /// <summary>Runs work; where it fails and files differ in form, the error names two that do.</summary>
    internal static T Run<T>(IReadOnlyList<Source> sources, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (PescadorException error) when (error is not DataException { Row: not null } && Different(sources) is { } said)
        {
            throw new PescadorException(said, error);
        }
    }

    // Null where they are the same, or one cannot be read: then that is the error to tell.
    private static string? Different(IReadOnlyList<Source> sources)
    {
        try
        {
            SourceInfo first = sources[0].Inspect();
            string form = FormOf(first);
            SourceInfo? other = sources.Skip(1).Select(static source => source.Inspect()).FirstOrDefault(info => FormOf(info) != form);
            return other is null
                ? null
                : $"The files differ: a row of '{first.Path}' is {form}, of '{other.Path}' {FormOf(other)}. Name only files whose rows have one form; pescador inspect shows them.";
        }
        catch (DataException)
        {
            return null;
        }
    }

    private static string FormOf(SourceInfo info) => string.Join(", ", info.Arrays.Select(static array =>
    {
        string[] lengths = [.. array.Shape[1..].ToArray().Select(static length => length < 0 ? "?" : length.ToString(CultureInfo.InvariantCulture))];
        string type = array.ElementType.ToString().ToLowerInvariant();
        return lengths.Length == 0 ? $"{array.Name} {type}" : $"{array.Name} {type}[{string.Join(',', lengths)}]";
    }));
}
