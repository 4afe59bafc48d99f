using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>How the elements that a map keeps stand in a saved state: samples with their content, numbers and texts as they are.</summary>
internal static class ItemState<T>
{
    private static readonly bool IsNumber =
        typeof(T) == typeof(sbyte) || typeof(T) == typeof(byte) || typeof(T) == typeof(short) || typeof(T) == typeof(ushort)
        || typeof(T) == typeof(int) || typeof(T) == typeof(uint) || typeof(T) == typeof(long) || typeof(T) == typeof(ulong)
        || typeof(T) == typeof(Int128) || typeof(T) == typeof(UInt128) || typeof(T) == typeof(nint) || typeof(T) == typeof(nuint)
        || typeof(T) == typeof(Half) || typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(decimal)
        || typeof(T) == typeof(char) || typeof(T) == typeof(bool);

    internal static void Write(StateWriter writer, T item)
    {
        if (typeof(T) == typeof(Sample))
        {
            writer.Write((Sample)(object)item!); // T is Sample
        }
        else if (IsNumber)
        {
            writer.Write(BytesOf(ref item));
        }
        else if (typeof(T) == typeof(string))
        {
            writer.Write(item is not null);
            if (item is string text)
            {
                writer.Write(text);
            }
        }
        else
        {
            throw NotSupported();
        }
    }

    internal static T Read(StateReader reader, StreamScope scope)
    {
        if (typeof(T) == typeof(Sample))
        {
            return (T)(object)reader.ReadSample(scope);
        }

        T item = default!; // set below; a null text is one
        if (IsNumber)
        {
            Span<byte> bytes = BytesOf(ref item);
            reader.ReadBytes(bytes.Length).CopyTo(bytes);
            return item;
        }

        if (typeof(T) == typeof(string))
        {
            return reader.ReadBoolean() ? (T)(object)reader.ReadString() : item;
        }

        throw NotSupported();
    }

    // Only of numbers: they hold no references, and every target of .NET that runs this library stores them little-endian.
    private static Span<byte> BytesOf(ref T number) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref number), Unsafe.SizeOf<T>());

    private static PescadorException NotSupported() => new(
        $"Elements of type {typeof(T)} cannot be saved; samples, numbers, char, bool and string can. "
        + "Shuffle or cache before the map that makes them.");
}
