using System.Numerics;

namespace Pescador.Fast;

/// <summary>
/// The numbers 0 to n − 1 in an order that a seed decides, each found in constant time and memory: short ones by a shuffled list,
/// longer ones by a Feistel network over the next power of two, walked until it falls below n.
/// </summary>
/// <remarks>Source: J. Black, P. Rogaway, "Ciphers with Arbitrary Finite Domains" (2002), the generalised Feistel and cycle-walking
/// constructions; M. Luby, C. Rackoff (1988) for the network; M. Dietzfelbinger, "Universal hashing and k-wise independent random variables via
/// integer arithmetic without primes" (1996), for the rounds' functions. It mixes; it does not keep secrets.</remarks>
internal sealed class Permutation
{
    /// <summary>Up to here a network has too few bits to reach the orders evenly, and a list costs nothing.</summary>
    internal const int LongestList = 1024;

    private const int Rounds = 8; // even, so that the halves end where they began

    private readonly (ulong Factor, ulong Summand)[] _keys = new (ulong, ulong)[Rounds];
    private short[] _list = [];
    private long _count;
    private int _lowBits;
    private int _highBits;

    /// <summary>Takes another order.</summary>
    internal void Reset(long count, ulong seed)
    {
        _count = count;
        var random = new RandomGenerator(seed);
        if (count <= LongestList)
        {
            Shuffle((int)count, ref random);
            return;
        }

        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(count - 1));
        _lowBits = bits / 2;
        _highBits = bits - _lowBits;
        for (int round = 0; round < Rounds; round++)
        {
            _keys[round] = (random.NextUInt64() | 1, random.NextUInt64());
        }
    }

    internal long this[long index]
    {
        get
        {
            if (_count <= LongestList)
            {
                return _list[index];
            }

            ulong value = (ulong)index;
            do
            {
                value = Encipher(value);
            }
            while (value >= (ulong)_count);
            return (long)value;
        }
    }

    private ulong Encipher(ulong value)
    {
        int lowBits = _lowBits;
        int highBits = _highBits;
        ulong low = value & ((1UL << lowBits) - 1);
        ulong high = value >> lowBits;
        foreach ((ulong factor, ulong summand) in _keys)
        {
            // The high half is mixed with the low one, and the two change places; the halves' widths change places with them.
            ulong mixed = high ^ (((low * factor) + summand) >> (64 - highBits));
            high = low;
            low = mixed;
            (lowBits, highBits) = (highBits, lowBits);
        }

        return (high << lowBits) | low;
    }

    // R. A. Fisher, F. Yates (1938); R. Durstenfeld (1964).
    private void Shuffle(int count, ref RandomGenerator random)
    {
        if (_list.Length < count)
        {
            _list = new short[count];
        }

        for (int i = 0; i < count; i++)
        {
            int other = random.NextInt32(i + 1);
            _list[i] = _list[other];
            _list[other] = (short)i;
        }
    }
}
