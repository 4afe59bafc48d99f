using System.Numerics;

namespace Pescador.Fast;

/// <summary>Which items were delivered beyond the first one that was not: bit i stands for the item i after that one.</summary>
internal sealed class ParallelDelivered
{
    private const int Bits = 64;

    private ulong[] _words = new ulong[2];
    private int _used; // words; the last of them is not 0

    internal bool IsEmpty => _used == 0;

    internal void Clear()
    {
        Array.Clear(_words);
        _used = 0;
    }

    /// <summary>Adds one that was not there.</summary>
    /// <param name="offset">How far after the first that was not delivered; that one at 0.</param>
    /// <returns>By how many the first that was not delivered moves on.</returns>
    internal long Add(long offset)
    {
        int word = checked((int)(offset / Bits));
        if (word >= _words.Length)
        {
            Array.Resize(ref _words, Math.Max(word + 1, 2 * _words.Length));
        }

        _words[word] |= 1UL << (int)(offset % Bits);
        _used = Math.Max(_used, word + 1);
        return offset == 0 ? Advance() : 0;
    }

    /// <summary>The bits, for a thread that reads them later.</summary>
    internal ulong[] ToArray() => _used == 0 ? [] : _words.AsSpan(0, _used).ToArray();

    /// <summary>Whether a bit is set.</summary>
    internal static bool Contains(ulong[] words, long offset) =>
        offset / Bits < words.Length && (words[offset / Bits] >> (int)(offset % Bits) & 1) != 0;

    internal void Save(StateWriter writer)
    {
        writer.Write(_used);
        foreach (ulong word in _words.AsSpan(0, _used))
        {
            writer.Write(word);
        }
    }

    internal void Load(StateReader reader)
    {
        Clear();
        int count = reader.ReadCount();
        if (count > _words.Length)
        {
            _words = new ulong[count]; // at most as many as there are bytes
        }

        for (int i = 0; i < count; i++)
        {
            _words[i] = reader.ReadUInt64();
        }

        _used = count;
        if (count > 0 && ((_words[0] & 1) != 0 || _words[count - 1] == 0))
        {
            throw reader.Damaged("a list of delivered items that does not begin or end as it must");
        }
    }

    private long Advance()
    {
        int full = 0;
        while (full < _used && _words[full] == ulong.MaxValue)
        {
            full++;
        }

        int ones = full < _used ? BitOperations.TrailingZeroCount(~_words[full]) : 0;
        for (int i = 0; i < _used; i++)
        {
            ulong low = i + full < _used ? _words[i + full] : 0;
            ulong high = i + full + 1 < _used ? _words[i + full + 1] : 0;
            _words[i] = ones == 0 ? low : (low >> ones) | (high << (Bits - ones));
        }

        while (_used > 0 && _words[_used - 1] == 0)
        {
            _used--;
        }

        return ((long)full * Bits) + ones;
    }
}
