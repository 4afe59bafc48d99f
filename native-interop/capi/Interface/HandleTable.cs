using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>Gives out numbers that stand for objects, and tells numbers that stand for none any more, or never did. Thread-safe.</summary>
/// <remarks><code>
/// | kind, 4 bits | generation, 28 bits | place + 1, 32 bits |    a number of another kind, an old one, and 0 stand for nothing
/// </code>A number comes again when its place was taken 2²⁸ times more.</remarks>
/// <param name="kind">1 to 15, another one for each table.</param>
/// <param name="noun">What the objects are, for errors.</param>
internal sealed class HandleTable<T>(uint kind, string noun) where T : class
{
    private const int KindShift = 60;
    private const int GenerationShift = 32;
    private const uint GenerationMask = (1u << 28) - 1;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private (T? Item, uint Generation)[] _places = new (T?, uint)[16];
    private int _used;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _used - _free.Count;
            }
        }
    }

    internal ulong Add(T item)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int index))
            {
                index = _used++;
                if (index == _places.Length)
                {
                    Array.Resize(ref _places, 2 * index);
                }
            }

            ref (T? Item, uint Generation) place = ref _places[index];
            place = (item, (place.Generation + 1) & GenerationMask);
            return ((ulong)kind << KindShift) | ((ulong)place.Generation << GenerationShift) | ((uint)index + 1);
        }
    }

    /// <exception cref="HandleException">The number stands for nothing.</exception>
    internal T Get(ulong handle)
    {
        lock (_gate)
        {
            return _places[Find(handle)].Item!; // Find has seen one
        }
    }

    /// <summary>The same, and the number stands for nothing from here on.</summary>
    internal T Remove(ulong handle)
    {
        lock (_gate)
        {
            int index = Find(handle);
            T item = _places[index].Item!; // Find has seen one
            _places[index].Item = null;
            _free.Push(index);
            return item;
        }
    }

    private int Find(ulong handle)
    {
        long index = (long)(uint)handle - 1;
        uint generation = (uint)(handle >> GenerationShift) & GenerationMask;
        if (handle >> KindShift == kind && index >= 0 && index < _used && _places[index].Item is not null && _places[index].Generation == generation)
        {
            return (int)index;
        }

        Throw(handle, isOld: handle >> KindShift == kind && index >= 0 && index < _used && generation <= _places[index].Generation);
        return -1;
    }

    [DoesNotReturn]
    private void Throw(ulong handle, bool isOld) => throw new HandleException(
        handle == 0 ? $"Expected the handle of a {noun}, got 0."
        : isOld ? $"The {noun} 0x{handle:x} was closed or released before."
        : $"Expected the handle of a {noun}, got 0x{handle:x}, which is none.");
}
