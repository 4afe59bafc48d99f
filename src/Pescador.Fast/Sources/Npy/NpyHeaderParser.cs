using System.Text;

namespace Pescador.Fast;

/// <summary>Reads the dictionary in the header of an <c>.npy</c> file: <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, in any order.</summary>
internal static class NpyHeaderParser
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static NpyHeader Parse(ReadOnlySpan<byte> header, SourceLimits limits, SourcePlace place)
    {
        int prefixLength = header[6] == 1 ? 10 : NpyHeader.PrefixLength;
        var literal = new PythonLiteral(Decode(header[prefixLength..], header[6], place), place);
        NpyField[]? fields = null;
        nint[]? shape = null;
        bool? isFortranOrder = null;
        nint itemLength = 0;
        literal.Take('{');
        while (!literal.TryTake('}'))
        {
            string key = literal.ReadString();
            literal.Take(':');
            if (key switch { "descr" => fields is not null, "shape" => shape is not null, "fortran_order" => isFortranOrder is not null, _ => false })
            {
                throw place.Error($"the header has '{key}' twice");
            }

            switch (key)
            {
                case "descr":
                    (fields, itemLength) = ReadType(ref literal, limits, place);
                    break;
                case "shape":
                    shape = ReadShape(ref literal, "the shape", limits, place);
                    break;
                case "fortran_order":
                    isFortranOrder = literal.ReadBoolean();
                    break;
                default:
                    throw place.Error($"the header has an unknown key '{(key.Length <= 40 ? key : key[..40] + "...")}'");
            }

            if (!literal.TryTake(',') && !literal.IsAt('}'))
            {
                throw literal.Unexpected("',' or '}'");
            }
        }

        literal.End();
        string? missing = fields is null ? "descr" : shape is null ? "shape" : isFortranOrder is null ? "fortran_order" : null;
        if (fields is null || shape is null || isFortranOrder is not { } isFortran)
        {
            throw place.Error($"the header has no '{missing}'");
        }

        Check(shape, itemLength, fields, limits, place);
        return new NpyHeader(shape, isFortran, fields, itemLength, header.Length);
    }

    private static string Decode(ReadOnlySpan<byte> bytes, byte version, SourcePlace place)
    {
        if (version < 3)
        {
            return Encoding.Latin1.GetString(bytes);
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw place.Error("the header is not in UTF-8, as version 3.0 demands", error);
        }
    }

    private static (NpyField[] Fields, nint ItemLength) ReadType(ref PythonLiteral literal, SourceLimits limits, SourcePlace place)
    {
        if (literal.IsAtString)
        {
            string text = literal.ReadString();
            NpyType type = NpyType.Parse(text, place);
            return type.IsPadding
                ? throw NpyType.Refuse(text, "stands for raw bytes (void), which are no tensor", place)
                : ([new NpyField(null, type, [], 0)], type.LengthInBytes);
        }

        List<NpyField> fields = [];
        HashSet<string> names = [];
        nint offset = 0;
        literal.Take('[');
        while (!literal.TryTake(']'))
        {
            NpyField field = ReadField(ref literal, offset, limits, place);
            offset = Next(field, offset, place);
            if (!field.Type.IsPadding)
            {
                fields.Add(names.Add(field.Name!) ? field : throw place.Error($"the field '{field.Name}' is there twice")); // non-null: ReadField
                if (fields.Count > limits.MaxArrays)
                {
                    throw place.Error($"there are more than {limits.MaxArrays} fields in a record (MaxArrays)");
                }
            }

            if (!literal.TryTake(',') && !literal.IsAt(']'))
            {
                throw literal.Unexpected("',' or ']'");
            }
        }

        return fields.Count > 0 ? ([.. fields], offset) : throw place.Error("the records have no fields");
    }

    private static NpyField ReadField(ref PythonLiteral literal, nint offset, SourceLimits limits, SourcePlace place)
    {
        literal.Take('(');
        string name;
        if (literal.TryTake('(')) // ('title', 'name')
        {
            _ = literal.ReadString();
            literal.Take(',');
            name = literal.ReadString();
            literal.TryTake(',');
            literal.Take(')');
        }
        else
        {
            name = literal.ReadString();
        }

        if (name.Length > limits.MaxNameLength)
        {
            throw place.Error($"a field's name has {name.Length} characters; at most {limits.MaxNameLength} are accepted (MaxNameLength)");
        }

        literal.Take(',');
        if (literal.IsAt('[') || literal.IsAt('('))
        {
            throw place.Error($"the field '{name}' is itself a record; records in records are not read");
        }

        NpyType type = NpyType.Parse(literal.ReadString(), place with { Part = Join(place.Part, $"field '{name}'") });
        nint[] shape = [];
        if (literal.TryTake(',') && !literal.IsAt(')'))
        {
            shape = literal.IsAt('(')
                ? ReadShape(ref literal, $"the shape of field '{name}'", limits, place)
                : [Length(literal.ReadInteger(), $"the shape of field '{name}'", place)];
            literal.TryTake(',');
        }

        literal.Take(')');
        return name.Length > 0 || type.IsPadding ? new NpyField(name, type, shape, offset) : throw place.Error("a field has no name");
    }

    private static nint[] ReadShape(ref PythonLiteral literal, string what, SourceLimits limits, SourcePlace place)
    {
        List<nint> shape = [];
        literal.Take('(');
        while (!literal.TryTake(')'))
        {
            shape.Add(Length(literal.ReadInteger(), what, place));
            if (shape.Count > limits.MaxAxes)
            {
                throw place.Error($"{what} has more than {limits.MaxAxes} axes (MaxAxes)");
            }

            if (!literal.TryTake(',') && (shape.Count == 1 || !literal.IsAt(')')))
            {
                throw literal.Unexpected(shape.Count == 1 ? "','" : "',' or ')'");
            }
        }

        return [.. shape];
    }

    private static nint Length(long length, string what, SourcePlace place) => length is >= 0 && length <= nint.MaxValue
        ? (nint)length
        : throw place.Error($"{what} has an axis of length {length}");

    private static nint Next(NpyField field, nint offset, SourcePlace place)
    {
        try
        {
            nint length = Volume(field.Shape, field.Type.LengthInBytes);
            return checked(offset + (field.Type.LengthInBytes == 0 || field.Shape.Contains(0) ? 0 : length));
        }
        catch (OverflowException error)
        {
            throw place.Error($"the field '{field.Name}' of the shape [{string.Join(',', field.Shape)}] has more bytes than can be addressed", error);
        }
    }

    // Axes of length 0 are counted as 1: the rows of an array that holds nothing must have a form that can be counted, too.
    private static nint Volume(ReadOnlySpan<nint> shape, nint itemLength)
    {
        itemLength = nint.Max(itemLength, 1);
        foreach (nint length in shape)
        {
            itemLength = checked(itemLength * nint.Max(length, 1));
        }

        return itemLength;
    }

    private static void Check(nint[] shape, nint itemLength, NpyField[] fields, SourceLimits limits, SourcePlace place)
    {
        int axes = shape.Length + fields.Max(field => field.Shape.Length + (field.Type.IsComplex ? 1 : 0));
        if (axes > limits.MaxAxes)
        {
            throw place.Error($"there are {axes} axes; at most {limits.MaxAxes} are accepted (MaxAxes)");
        }

        try
        {
            _ = Volume(shape, itemLength);
        }
        catch (OverflowException error)
        {
            throw place.Error(
                $"the shape [{string.Join(',', shape)}] of {itemLength} bytes each has more bytes than can be addressed", error);
        }
    }

    private static string Join(string? part, string inner) => part is null ? inner : $"{part}, {inner}";
}
