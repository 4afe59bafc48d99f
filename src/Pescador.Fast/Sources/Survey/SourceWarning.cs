namespace Pescador.Fast;

/// <summary>Something that makes a source dearer to stream than it could be, and what it costs.</summary>
/// <param name="Kind">What.</param>
/// <param name="Arrays">The arrays that it is so of.</param>
/// <param name="BudgetInBytes">What each active stream of the file holds of its memory budget for it; 0 for none.</param>
public sealed record SourceWarning(SourceWarningKind Kind, IReadOnlyList<string> Arrays, long BudgetInBytes)
{
    private const string AsCopies = "rows are given as copies, not as views";

    private string Budget => ByteText.Of(BudgetInBytes);

    /// <summary>What is so, and what it costs.</summary>
    public string Message => Kind switch
    {
        SourceWarningKind.RowsDisagree => "no rows in common: the file cannot be streamed",
        SourceWarningKind.Compressed => $"compressed: inflated as a whole when a stream opens the file, up to {Budget} of budget per active file",
        SourceWarningKind.Text => $"text: parsed as a whole when a stream opens the file, up to {Budget} of budget per active file",
        SourceWarningKind.FortranOrder => "Fortran order: every element of a row is gathered",
        SourceWarningKind.Interleaved => $"fields of a structured array: {AsCopies}",
        SourceWarningKind.Converted => $"another byte order, or bfloat16: elements are converted, and {AsCopies}",
        SourceWarningKind.Misaligned => $"not aligned to the elements: {AsCopies}",
        SourceWarningKind.NotOn64 => "not aligned to 64 bytes: views, but vectors may straddle cache lines",
        SourceWarningKind.LengthsDiffer => "rows differ in length: they cannot be stacked into batches",
        _ => Kind.ToString(),
    };

    /// <summary>The warnings of a source.</summary>
    /// <param name="info">What its headers say.</param>
    public static IReadOnlyList<SourceWarning> Of(SourceInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        List<SourceWarning> warnings = [];
        if (info.Rows is null)
        {
            warnings.Add(new SourceWarning(SourceWarningKind.RowsDisagree, [.. info.Arrays.Select(static array => array.Name)], 0));
        }

        bool isText = info.Format == "csv";
        Add(SourceWarningKind.Text, _ => isText);
        Add(SourceWarningKind.Compressed, array => array.IsCompressed && !isText);
        Add(SourceWarningKind.FortranOrder, static array => array.IsFortranOrder);
        Add(SourceWarningKind.Interleaved, static array => array.IsInterleaved);
        Add(SourceWarningKind.Converted, static array => array.IsConverted);
        Add(SourceWarningKind.Misaligned, static array => !array.IsInterleaved && !IsOnItsElements(array));
        // A member of a .tar lies on 512, and its rows are copied in any case.
        Add(SourceWarningKind.NotOn64, array => array.OffsetInBytes is not null && !array.IsAligned && !array.IsInterleaved && IsOnItsElements(array));
        Add(SourceWarningKind.LengthsDiffer, static array => !array.Shape.IsEmpty && array.Shape[1..].Contains(-1));
        return warnings;

        void Add(SourceWarningKind kind, Func<ArrayInfo, bool> applies)
        {
            ArrayInfo[] arrays = [.. info.Arrays.Where(applies)];
            if (arrays.Length > 0)
            {
                bool isHeld = kind is SourceWarningKind.Compressed or SourceWarningKind.Text;
                warnings.Add(new SourceWarning(kind, [.. arrays.Select(static array => array.Name)], isHeld ? arrays.Sum(static array => array.LengthInBytes) : 0));
            }
        }
    }

    private static bool IsOnItsElements(ArrayInfo array) => array.OffsetInBytes is not { } offset || offset % array.ElementType.SizeInBytes() == 0;
}
