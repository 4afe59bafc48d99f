using System.Text.Json;

namespace Pescador.Fast.Cli.Inspect;

/// <summary>What <c>pescador inspect --json</c> prints; its names are stable.</summary>
internal static class InspectJson
{
    internal static object Of(SourceSurvey survey, IReadOnlyList<BadSample> failures) => new
    {
        Totals = new { survey.Sources, survey.Rows, Bytes = survey.LengthInBytes, Failures = failures.Count },
        Sources = survey.Groups.SelectMany(static group => group.Sources).Select(Source),
        Failures = failures.Select(static failure => new { Path = failure.Source, failure.Row, failure.Reason }),
    };

    private static object Source(SourceInfo info) => new
    {
        info.Path,
        info.Format,
        info.Rows,
        Bytes = info.LengthInBytes,
        Arrays = info.Arrays.Select(Array),
        Warnings = SourceWarning.Of(info).Select(static warning => new
        {
            Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(warning.Kind.ToString()),
            warning.Arrays,
            BudgetBytes = warning.BudgetInBytes,
            warning.Message,
        }),
        info.Notes,
    };

    private static object Array(ArrayInfo array) => new
    {
        array.Name,
        Type = array.ElementType.Name(),
        Shape = array.Shape.ToArray().Select(static length => (long)length).Select(static length => length < 0 ? (long?)null : length),
        Bytes = array.LengthInBytes,
        OffsetBytes = array.OffsetInBytes,
        array.IsCompressed,
        array.IsFortranOrder,
        array.IsInterleaved,
        array.IsConverted,
        array.IsAligned,
    };
}
