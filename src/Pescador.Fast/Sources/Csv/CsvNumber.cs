using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>Reads the numbers in cells.</summary>
internal static class CsvNumber
{
    /// <summary>A feature: a number, <c>nan</c> or <c>inf</c>; one that float32 cannot hold is none.</summary>
    internal static bool TryFloat(ReadOnlySpan<byte> cell, out float value) => TryReal(cell, out value);

    /// <summary>Writes a label as an element of a type.</summary>
    /// <returns>Whether the cell is a number that fits.</returns>
    internal static bool TryWrite(ReadOnlySpan<byte> cell, ElementType type, ref byte destination) => type switch
    {
        ElementType.Float32 => TryWriteReal<float>(cell, ref destination),
        ElementType.Float64 => TryWriteReal<double>(cell, ref destination),
        ElementType.Float16 => TryWriteReal<Half>(cell, ref destination),
        ElementType.Int8 => TryWriteWhole<sbyte>(cell, ref destination),
        ElementType.UInt8 => TryWriteWhole<byte>(cell, ref destination),
        ElementType.Int16 => TryWriteWhole<short>(cell, ref destination),
        ElementType.UInt16 => TryWriteWhole<ushort>(cell, ref destination),
        ElementType.Int32 => TryWriteWhole<int>(cell, ref destination),
        ElementType.UInt32 => TryWriteWhole<uint>(cell, ref destination),
        ElementType.Int64 => TryWriteWhole<long>(cell, ref destination),
        ElementType.UInt64 => TryWriteWhole<ulong>(cell, ref destination),
        _ => TryWriteBoolean(cell, ref destination),
    };

    private static bool TryReal<T>(ReadOnlySpan<byte> cell, out T value) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (T.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return !T.IsInfinity(value) || !cell.ContainsAnyInRange((byte)'0', (byte)'9');
        }

        if (Ascii.EqualsIgnoreCase(cell.TrimStart("+-"u8), "inf"u8) && cell.Length <= 4)
        {
            value = cell[0] == '-' ? T.NegativeInfinity : T.PositiveInfinity;
            return true;
        }

        return false;
    }

    private static bool TryWriteReal<T>(ReadOnlySpan<byte> cell, ref byte destination) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool isNumber = TryReal(cell, out T value);
        Unsafe.WriteUnaligned(ref destination, value);
        return isNumber;
    }

    // Labels may be written as reals: np.savetxt does.
    private static bool TryWriteWhole<T>(ReadOnlySpan<byte> cell, ref byte destination) where T : unmanaged, IBinaryInteger<T>
    {
        if (!T.TryParse(cell, NumberStyles.Integer, CultureInfo.InvariantCulture, out T value))
        {
            if (!TryReal(cell, out double real) || double.CreateSaturating(value = T.CreateSaturating(real)) != real || Math.Abs(real) > 1L << 53)
            {
                return false;
            }
        }

        Unsafe.WriteUnaligned(ref destination, value);
        return true;
    }

    private static bool TryWriteBoolean(ReadOnlySpan<byte> cell, ref byte destination)
    {
        if (Ascii.EqualsIgnoreCase(cell, "true"u8) || Ascii.EqualsIgnoreCase(cell, "false"u8))
        {
            destination = (byte)(cell.Length == 4 ? 1 : 0);
            return true;
        }

        return TryWriteWhole<byte>(cell, ref destination) && destination <= 1;
    }
}
