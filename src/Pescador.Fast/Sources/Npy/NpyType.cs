using System.Globalization;

namespace Pescador.Fast;

/// <summary>What a type string of NumPy's array protocol says, as in <c>&lt;f4</c>.</summary>
/// <param name="ElementType">Of the elements as they are given.</param>
/// <param name="Stored">How they stand in the file.</param>
/// <param name="IsComplex">Whether each is a pair.</param>
/// <param name="LengthInBytes">Of one, both halves of a pair counted.</param>
/// <param name="IsPadding">Whether it is <c>V</c>: bytes that mean nothing, or nothing that we know.</param>
internal readonly record struct NpyType(ElementType ElementType, StoredElement Stored, bool IsComplex, int LengthInBytes, bool IsPadding)
{
    /// <summary>Reads a type string.</summary>
    /// <exception cref="DataException">It names a type that no tensor has.</exception>
    internal static NpyType Parse(string text, SourcePlace place)
    {
        ReadOnlySpan<char> rest = text;
        char order = rest.IsEmpty ? '\0' : rest[0];
        rest = order is '<' or '>' or '=' or '|' ? rest[1..] : rest;
        char kind = rest.IsEmpty ? '\0' : rest[0];
        int length = 0;
        if (kind is not ('O' or 'M' or 'm' or '\0')
            && (!int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out length)))
        {
            throw Refuse(text, "is no type string of NumPy's", place);
        }

        ElementType? type = (kind, length) switch
        {
            ('b', 1) => ElementType.Bool,
            ('i', 1) => ElementType.Int8,
            ('i', 2) => ElementType.Int16,
            ('i', 4) => ElementType.Int32,
            ('i', 8) => ElementType.Int64,
            ('u', 1) => ElementType.UInt8,
            ('u', 2) => ElementType.UInt16,
            ('u', 4) => ElementType.UInt32,
            ('u', 8) => ElementType.UInt64,
            ('f', 2) => ElementType.Float16,
            ('f', 4) or ('c', 8) => ElementType.Float32,
            ('f', 8) or ('c', 16) => ElementType.Float64,
            ('V', _) => ElementType.UInt8,
            _ => null,
        };
        if (type is not { } known)
        {
            throw Refuse(text, WhyNot(kind, length), place);
        }

        bool isSwapped = kind != 'V' && known.SizeInBytes() > 1 && order == (BitConverter.IsLittleEndian ? '>' : '<');
        return new NpyType(known, isSwapped ? StoredElement.Swapped : StoredElement.Native, kind == 'c', length, kind == 'V');
    }

    private static string WhyNot(char kind, int length) => kind switch
    {
        'O' => "stands for pickled Python objects, which are not read",
        'S' or 'a' => "stands for byte strings, which are no tensor",
        'U' => "stands for text, which is no tensor",
        'M' => "stands for dates (datetime64), which are no tensor; store them as int64",
        'm' => "stands for spans of time (timedelta64), which are no tensor; store them as int64",
        'f' or 'c' when length > 8 => "stands for NumPy's longdouble, which differs from machine to machine; store float64",
        _ => "is no element type that tensors have",
    };

    internal static DataException Refuse(string text, string why, SourcePlace place) =>
        place.Error($"the type '{(text.Length <= 40 ? text : text[..40] + "...")}' {why}");
}
