namespace Pescador.Fast;

/// <summary>How a <c>.csv</c> is to be read: what its columns are. Each row is a sample of the features and, if there is one, the label.</summary>
/// <remarks>Cells are numbers, with blanks or quotes around them if they like; blank lines are passed over. A row that cannot be read does not
/// fail the file: reading that row fails.</remarks>
public sealed record CsvFormat
{
    /// <summary>Whether the first line names the columns. When null it is found out: it does where one of its cells is neither a number nor
    /// empty; and a first line as scikit-learn's data sets have it, <c>rows,features,class,class,...</c>, is checked against the rows.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>What stands between cells: an ASCII character that is no part of a number, no quote and no line end.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>The column that is the label: its name in the header, or its position as a number from 0, from the end where negative
    /// (−1 is the last). When null every column is a feature; except that the last is the label where the first line is scikit-learn's.</summary>
    public string? Label { get; init; }

    /// <summary>Of the label's element; a label that does not fit it makes its row unreadable, 1.5 in a whole-number type.</summary>
    public ElementType LabelType { get; init; } = ElementType.Int64;

    /// <summary>Name of the tensor float32[features].</summary>
    public string FeaturesName { get; init; } = "X";

    /// <summary>Name of the scalar tensor of the label.</summary>
    public string LabelName { get; init; } = "Y";

    internal void Check()
    {
        if (!char.IsAscii(Separator) || char.IsAsciiLetterOrDigit(Separator) || Separator is '"' or '\n' or '\r' or '.' or '+' or '-' or '\0')
        {
            throw new ArgumentException($"The separator '{Separator}' (U+{(int)Separator:X4}) cannot stand between numbers.");
        }

        if (string.IsNullOrEmpty(FeaturesName) || string.IsNullOrEmpty(LabelName) || FeaturesName == LabelName)
        {
            throw new ArgumentException($"Features and label need two names; got '{FeaturesName}' and '{LabelName}'.");
        }

        _ = LabelType.SizeInBytes();
    }
}
