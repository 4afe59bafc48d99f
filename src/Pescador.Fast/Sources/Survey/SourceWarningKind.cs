namespace Pescador.Fast;

/// <summary>What makes a source dearer to stream than it could be.</summary>
public enum SourceWarningKind
{
    /// <summary>Its arrays have no rows in common: it cannot be streamed.</summary>
    RowsDisagree,

    /// <summary>Deflated arrays are inflated as a whole when a stream opens the file.</summary>
    Compressed,

    /// <summary>Text is parsed as a whole when a stream opens the file.</summary>
    Text,

    /// <summary>A row's elements lie scattered over the whole array: each is gathered.</summary>
    FortranOrder,

    /// <summary>A row's elements lie between those of other fields: rows are given as copies.</summary>
    Interleaved,

    /// <summary>Elements are converted, from the other byte order or from bfloat16: rows are given as copies.</summary>
    Converted,

    /// <summary>Elements do not lie on multiples of their own size: rows are given as copies.</summary>
    Misaligned,

    /// <summary>The first element does not lie on a multiple of 64 bytes. Rows are given where they lie all the same.</summary>
    NotOn64,

    /// <summary>Rows differ in length: batches cannot be stacked of them.</summary>
    LengthsDiffer,
}
