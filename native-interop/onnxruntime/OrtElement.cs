namespace Pescador.Fast;

/// <summary>Element types by the numbers of ONNX's <c>TensorProto.DataType</c>, which ONNX Runtime uses as they are.</summary>
/// <remarks>Source: <c>onnx.proto</c>, message TensorProto, enum DataType; <c>onnxruntime_c_api.h</c>, enum ONNXTensorElementDataType.</remarks>
internal static class OrtElement
{
    private static readonly string[] Names =
    [
        "undefined", "float32", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "float64", "uint32", "uint64",
        "complex64", "complex128", "bfloat16",
    ];

    internal static int CodeOf(ElementType type) => type switch
    {
        ElementType.Float32 => 1,
        ElementType.UInt8 => 2,
        ElementType.Int8 => 3,
        ElementType.UInt16 => 4,
        ElementType.Int16 => 5,
        ElementType.Int32 => 6,
        ElementType.Int64 => 7,
        ElementType.Bool => 9,
        ElementType.Float16 => 10,
        ElementType.Float64 => 11,
        ElementType.UInt32 => 12,
        _ => 13,
    };

    /// <summary>The element type of a code; null where samples cannot hold it.</summary>
    internal static ElementType? Of(int code)
    {
        foreach (ElementType type in Enum.GetValues<ElementType>())
        {
            if (CodeOf(type) == code)
            {
                return type;
            }
        }

        return null;
    }

    internal static string NameOf(int code) => (uint)code < (uint)Names.Length ? Names[code] : $"type {code}";
}
