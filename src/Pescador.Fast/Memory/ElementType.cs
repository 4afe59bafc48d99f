namespace Pescador.Fast;

/// <summary>The type of a tensor's elements.</summary>
/// <remarks>Stands with the memory, not with the tensors: an allocator of arrays must know it, and nothing here may point back.</remarks>
public enum ElementType : byte
{
    /// <summary>IEEE 754 single precision, 4 bytes; <see cref="float"/>.</summary>
    Float32,

    /// <summary>IEEE 754 double precision, 8 bytes; <see cref="double"/>.</summary>
    Float64,

    /// <summary>IEEE 754 half precision, 2 bytes; <see cref="Half"/>.</summary>
    Float16,

    /// <summary>Signed, 1 byte; <see cref="sbyte"/>.</summary>
    Int8,

    /// <summary>Unsigned, 1 byte; <see cref="byte"/>.</summary>
    UInt8,

    /// <summary>Signed, 2 bytes; <see cref="short"/>.</summary>
    Int16,

    /// <summary>Unsigned, 2 bytes; <see cref="ushort"/>.</summary>
    UInt16,

    /// <summary>Signed, 4 bytes; <see cref="int"/>.</summary>
    Int32,

    /// <summary>Unsigned, 4 bytes; <see cref="uint"/>.</summary>
    UInt32,

    /// <summary>Signed, 8 bytes; <see cref="long"/>.</summary>
    Int64,

    /// <summary>Unsigned, 8 bytes; <see cref="ulong"/>.</summary>
    UInt64,

    /// <summary>0 or 1, 1 byte; <see cref="bool"/>.</summary>
    Bool,
}
