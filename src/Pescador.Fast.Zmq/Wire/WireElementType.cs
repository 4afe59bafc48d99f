using System.Text;

namespace Pescador.Fast;

/// <summary>Element types as NumPy writes them: by name, as pescador does, or as a type string with its byte order.</summary>
internal static class WireElementType
{
    private static readonly (byte[] Text, ElementType Type)[] Known = MakeKnown();

    /// <summary>Reads <c>float32</c>, <c>&lt;f4</c>, <c>=f4</c>, <c>f4</c> or <c>|u1</c>.</summary>
    /// <returns>Null when no element type is written like that.</returns>
    internal static ElementType? Parse(ReadOnlySpan<byte> text)
    {
        foreach ((byte[] known, ElementType type) in Known)
        {
            if (text.SequenceEqual(known))
            {
                return type;
            }
        }

        return null;
    }

    private static (byte[] Text, ElementType Type)[] MakeKnown()
    {
        var known = new List<(string Text, ElementType Type)>();
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            string name = type.Name();
            int size = type.SizeInBytes();
            string code = $"{(type == ElementType.Bool ? 'b' : name[0])}{size}"; // '?' and 'b1' are bool, 'i1' is int8
            known.Add((name, type));
            known.Add((code, type));
            known.Add(($"={code}", type));
            known.Add(($"<{code}", type));
            if (size == 1)
            {
                known.Add(($"|{code}", type)); // one byte has no order; of more, '|' would be no order known
                known.Add(($">{code}", type));
            }
        }

        known.Add(("?", ElementType.Bool));
        known.Add(("|?", ElementType.Bool));
        return [.. known.Select(entry => (Encoding.ASCII.GetBytes(entry.Text), entry.Type))];
    }
}
