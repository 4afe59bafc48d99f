using System.Text.Json;

namespace Pescador.Fast;

/// <summary>One tensor's entry in a <c>.safetensors</c> header.</summary>
internal static class SafeTensorsEntry
{
    /// <summary>Writes it.</summary>
    /// <param name="json">Inside the header's object.</param>
    /// <param name="tensor">Name, element type and shape.</param>
    /// <param name="begin">Of its elements, from the end of the header, in bytes.</param>
    /// <returns>Their end.</returns>
    internal static long Write(Utf8JsonWriter json, TensorSpec tensor, long begin)
    {
        long end = checked(begin + tensor.LengthInBytes);
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", CodeOf(tensor.ElementType));
        json.WriteStartArray("shape");
        foreach (nint length in tensor.Shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private static string CodeOf(ElementType type) => type switch
    {
        ElementType.Bool => "BOOL",
        ElementType.Int8 => "I8",
        ElementType.UInt8 => "U8",
        ElementType.Int16 => "I16",
        ElementType.UInt16 => "U16",
        ElementType.Float16 => "F16",
        ElementType.Int32 => "I32",
        ElementType.UInt32 => "U32",
        ElementType.Float32 => "F32",
        ElementType.Int64 => "I64",
        ElementType.UInt64 => "U64",
        _ => "F64",
    };
}
