using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>DLPack's <c>DLDataType</c>: how the elements of a tensor are to be read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DlpackType
{
    private const byte Int = 0;
    private const byte UInt = 1;
    private const byte Float = 2;
    private const byte Bool = 6;

    internal byte Code;
    internal byte Bits;
    internal ushort Lanes;

    internal static DlpackType Of(ElementType type) => new()
    {
        Code = type switch
        {
            ElementType.Float32 or ElementType.Float64 or ElementType.Float16 => Float,
            ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64 => Int,
            ElementType.Bool => Bool,
            _ => UInt,
        },
        Bits = (byte)(8 * type.SizeInBytes()),
        Lanes = 1,
    };
}
