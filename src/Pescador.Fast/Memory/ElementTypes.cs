using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>What is known of each <see cref="ElementType"/>: its size, NumPy's name for it, and the C# type.</summary>
public static class ElementTypes
{
    // In the order of the enumeration.
    private static readonly (string Name, int SizeInBytes, Type Type)[] Table =
    [
        ("float32", 4, typeof(float)), ("float64", 8, typeof(double)), ("float16", 2, typeof(Half)),
        ("int8", 1, typeof(sbyte)), ("uint8", 1, typeof(byte)), ("int16", 2, typeof(short)), ("uint16", 2, typeof(ushort)),
        ("int32", 4, typeof(int)), ("uint32", 4, typeof(uint)), ("int64", 8, typeof(long)), ("uint64", 8, typeof(ulong)),
        ("bool", 1, typeof(bool)),
    ];

    /// <summary>Size of one element, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's values.</exception>
    public static int SizeInBytes(this ElementType type) => Row(type).SizeInBytes;

    /// <summary>NumPy's name: <c>float32</c>, <c>uint8</c>, <c>bool</c>, ...</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's values.</exception>
    public static string Name(this ElementType type) => Row(type).Name;

    /// <summary>The element type that <typeparamref name="T"/> stands for.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static ElementType Of<T>() where T : unmanaged =>
        Known<T>.Value ?? throw new NotSupportedException($"{typeof(T)} is no tensor element type; they are {Names}.");

    /// <summary>The element type of an array.</summary>
    /// <exception cref="NotSupportedException">Its elements are of no tensor element type.</exception>
    public static ElementType Of(Array array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Type? type = array.GetType().GetElementType();
        return Find(type) ?? throw new NotSupportedException($"{type} is no tensor element type; they are {Names}.");
    }

    internal static bool IsOf(Array array, ElementType type) => Find(array.GetType().GetElementType()) == type;

    internal static Array AllocatePinnedArray(ElementType type, long count)
    {
        int length = checked((int)count);
        return type switch
        {
            ElementType.Float32 => GC.AllocateArray<float>(length, pinned: true),
            ElementType.Float64 => GC.AllocateArray<double>(length, pinned: true),
            ElementType.Float16 => GC.AllocateArray<Half>(length, pinned: true),
            ElementType.Int8 => GC.AllocateArray<sbyte>(length, pinned: true),
            ElementType.UInt8 => GC.AllocateArray<byte>(length, pinned: true),
            ElementType.Int16 => GC.AllocateArray<short>(length, pinned: true),
            ElementType.UInt16 => GC.AllocateArray<ushort>(length, pinned: true),
            ElementType.Int32 => GC.AllocateArray<int>(length, pinned: true),
            ElementType.UInt32 => GC.AllocateArray<uint>(length, pinned: true),
            ElementType.Int64 => GC.AllocateArray<long>(length, pinned: true),
            ElementType.UInt64 => GC.AllocateArray<ulong>(length, pinned: true),
            ElementType.Bool => GC.AllocateArray<bool>(length, pinned: true),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
        };
    }

    /// <summary>The whole array, of any rank, as memory in a box (a <see cref="Memory{T}"/> of its element type).</summary>
    internal static object MemoryOver(Array array) => Of(array) switch
    {
        ElementType.Float32 => Box<float>(array),
        ElementType.Float64 => Box<double>(array),
        ElementType.Float16 => Box<Half>(array),
        ElementType.Int8 => Box<sbyte>(array),
        ElementType.UInt8 => Box<byte>(array),
        ElementType.Int16 => Box<short>(array),
        ElementType.UInt16 => Box<ushort>(array),
        ElementType.Int32 => Box<int>(array),
        ElementType.UInt32 => Box<uint>(array),
        ElementType.Int64 => Box<long>(array),
        ElementType.UInt64 => Box<ulong>(array),
        _ => Box<bool>(array),
    };

    private static string Names => string.Join(", ", Table.Select(row => row.Type.Name));

    private static StrongBox<Memory<T>> Box<T>(Array array) where T : unmanaged =>
        new(array is T[] vector ? vector : new ArrayMemory<T>(array).Memory);

    private static (string Name, int SizeInBytes, Type Type) Row(ElementType type) => (uint)type < (uint)Table.Length
        ? Table[(int)type]
        : throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type.");

    private static ElementType? Find(Type? type)
    {
        int index = Array.FindIndex(Table, row => row.Type == type);
        return index < 0 ? null : (ElementType)index;
    }

    internal static class Known<T>
    {
        internal static readonly ElementType? Value = Find(typeof(T));
    }
}
