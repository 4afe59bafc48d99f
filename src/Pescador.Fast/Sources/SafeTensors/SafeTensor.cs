using System.Text.Json;

namespace Pescador.Fast;

/// <summary>A tensor as the header of a <c>.safetensors</c> file describes it; its length agrees with its shape.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Of its elements as they are given.</param>
/// <param name="Stored">How they stand in the file.</param>
/// <param name="Shape">Length of each axis.</param>
/// <param name="Begin">Of its data, in bytes after the header.</param>
/// <param name="End">Likewise.</param>
internal sealed record SafeTensor(string Name, ElementType Type, StoredElement Stored, nint[] Shape, long Begin, long End)
{
    /// <summary>Reads what follows a tensor's name.</summary>
    internal static SafeTensor Read(ref Utf8JsonReader reader, string name, SourceLimits limits, SourcePlace place)
    {
        Expect(ref reader, JsonTokenType.StartObject, "it", place);
        string? code = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!; // non-null: a property's name
            switch (key)
            {
                case "dtype" when code is null:
                    Expect(ref reader, JsonTokenType.String, "dtype", place);
                    code = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, "shape", limits.MaxAxes, place);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, "data_offsets", 2, place);
                    break;
                default:
                    throw place.Error($"the key '{(key.Length <= 40 ? key : key[..40] + "...")}' is unknown or there twice; dtype, shape and data_offsets are known");
            }
        }

        if (code is null || shape is null || offsets is not [long begin, long end])
        {
            throw place.Error("dtype, shape or data_offsets (two numbers) is missing");
        }

        (ElementType type, StoredElement stored) = TypeOf(code, place);
        int stride = stored == StoredElement.BFloat16 ? 2 : type.SizeInBytes();
        if (begin > end || LengthOf(shape, stride, type.SizeInBytes(), place) != end - begin)
        {
            throw place.Error(
                $"{code}[{string.Join(',', shape)}] takes {LengthOf(shape, stride, type.SizeInBytes(), place)} bytes, "
                + $"but its data goes from byte {begin} to byte {end}");
        }

        return new SafeTensor(name, type, stored, [.. shape.Select(length => (nint)length)], begin, end);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string what, int most, SourcePlace place)
    {
        Expect(ref reader, JsonTokenType.StartArray, what, place);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || number > nint.MaxValue)
            {
                throw place.Error($"{what} has something that is no whole number from 0 to {nint.MaxValue}");
            }

            numbers.Add(numbers.Count < most ? number : throw place.Error($"{what} has more than {most} numbers"));
        }

        return numbers;
    }

    private static (ElementType Type, StoredElement Stored) TypeOf(string code, SourcePlace place) => code switch
    {
        "BOOL" => (ElementType.Bool, StoredElement.Native),
        "U8" => (ElementType.UInt8, StoredElement.Native),
        "I8" => (ElementType.Int8, StoredElement.Native),
        "I16" => Little(ElementType.Int16),
        "U16" => Little(ElementType.UInt16),
        "I32" => Little(ElementType.Int32),
        "U32" => Little(ElementType.UInt32),
        "I64" => Little(ElementType.Int64),
        "U64" => Little(ElementType.UInt64),
        "F16" => Little(ElementType.Float16),
        "F32" => Little(ElementType.Float32),
        "F64" => Little(ElementType.Float64),
        "BF16" => (ElementType.Float32, StoredElement.BFloat16),
        _ => throw place.Error(
            $"the dtype '{code}' is not read; BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64 and U64 are"),
    };

    private static (ElementType Type, StoredElement Stored) Little(ElementType type) =>
        (type, BitConverter.IsLittleEndian ? StoredElement.Native : StoredElement.Swapped);

    // Counted as if no axis were of length 0, too, and as elements are given: whatever has this form must be countable.
    private static long LengthOf(List<long> shape, int storedSize, int size, SourcePlace place)
    {
        try
        {
            long given = size;
            long stored = storedSize;
            foreach (long length in shape)
            {
                given = checked(given * Math.Max(length, 1));
                stored = checked(stored * length);
            }

            return given <= nint.MaxValue ? stored : throw new OverflowException();
        }
        catch (OverflowException error)
        {
            throw place.Error($"the shape [{string.Join(',', shape)}] has more bytes than can be addressed", error);
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what, SourcePlace place)
    {
        reader.Read();
        if (reader.TokenType != type)
        {
            throw place.Error($"{what} is {reader.TokenType}, not {type}");
        }
    }
}
