using System.Buffers.Binary;
using System.Numerics;

namespace Pescador.Fast;

/// <summary>The library's one random number generator: xoshiro256++, 32 bytes of state, which can be saved and restored.</summary>
/// <remarks>
/// A mutable struct: keep it in a field and pass it by reference, for a copy repeats the same numbers. Not thread-safe.
/// <c>default</c> is not a generator (an all-zero state gives only zeros); use a constructor, <see cref="Restore"/> or a copy.
/// Source: D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021); seeding by SplitMix64,
/// G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </remarks>
public struct RandomGenerator
{
    /// <summary>Length of a saved state, in bytes.</summary>
    public const int StateSizeInBytes = 32;

    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Creates the generator that belongs to a seed.</summary>
    /// <param name="seed">Any value, zero included. The four words of state are the first four outputs of SplitMix64 from it.</param>
    public RandomGenerator(ulong seed)
    {
        // Four successive outputs of a bijection of a counter differ, so they are never all zero.
        _s0 = SplitMix(seed += GoldenGamma);
        _s1 = SplitMix(seed += GoldenGamma);
        _s2 = SplitMix(seed += GoldenGamma);
        _s3 = SplitMix(seed + GoldenGamma);
    }

    /// <summary>Derives an activation's seed from its parent's.</summary>
    /// <param name="parentSeed">Seed of the parent's activation.</param>
    /// <param name="child">Which child of the parent it is.</param>
    /// <param name="activation">How many activations the parent's activation has made before.</param>
    /// <returns><c>Mix(Mix(parentSeed, child), activation)</c>: for any two of the arguments fixed, a bijection of the third.</returns>
    public static ulong Derive(ulong parentSeed, ulong child, ulong activation) => Mix(Mix(parentSeed, child), activation);

    /// <summary>Mixes a second number into a seed. Not symmetric.</summary>
    /// <param name="seed">Any seed.</param>
    /// <param name="other">Any number; neighbouring numbers give unrelated seeds.</param>
    /// <returns>F(F(seed + γ) + other · c), F the 64-bit finalizer of MurmurHash3 (A. Appleby), γ the golden ratio in 64 bits
    /// and c odd: for either argument fixed, a bijection of the other.</returns>
    /// <remarks>A different finalizer from the one that seeds the generator, so that a derived seed and a word of state
    /// made from a neighbouring seed have no common form.</remarks>
    public static ulong Mix(ulong seed, ulong other) => Finalize(Finalize(seed + GoldenGamma) + other * 0xD1342543DE82EF95);

    /// <summary>Draws 64 uniform bits.</summary>
    /// <returns>Each value with the same probability.</returns>
    public ulong NextUInt64()
    {
        ulong s0 = _s0, s1 = _s1, s2 = _s2 ^ s0, s3 = _s3 ^ s1;
        ulong result = BitOperations.RotateLeft(s0 + _s3, 23) + s0;
        _s0 = s0 ^ s3;
        _s1 = s1 ^ s2;
        _s2 = s2 ^ (s1 << 17);
        _s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Draws a whole number below a bound, without bias.</summary>
    /// <param name="bound">The exclusive upper bound; at least 1.</param>
    /// <returns>Each of 0 .. <paramref name="bound"/> − 1 with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is 0.</exception>
    /// <remarks>Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).</remarks>
    public ulong NextUInt64(ulong bound)
    {
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        return low > bound ? high : NextUInt64Slow(bound, high, low); // never true of a bound of 0
    }

    /// <summary>Draws a whole number below a bound, without bias.</summary>
    /// <param name="bound">The exclusive upper bound; at least 1.</param>
    /// <returns>Each of 0 .. <paramref name="bound"/> − 1 with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    /// <remarks>Lemire's method on the upper 32 bits of one output; no division but in the rare case that can be rejected.</remarks>
    public int NextInt32(int bound)
    {
        ulong product = (NextUInt64() >> 32) * (uint)bound;
        return bound > 0 && (uint)product >= (uint)bound ? (int)(product >> 32) : NextInt32Slow(bound, product);
    }

    /// <summary>Draws a number from the unit interval.</summary>
    /// <returns>k · 2⁻⁵³, each k of 0 .. 2⁵³ − 1 with the same probability: at least 0, below 1.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a number from the unit interval.</summary>
    /// <returns>k · 2⁻²⁴, each k of 0 .. 2²⁴ − 1 with the same probability: at least 0, below 1.</returns>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>Draws from the standard normal distribution.</summary>
    /// <returns>A finite number of mean 0 and variance 1.</returns>
    /// <remarks>Nothing is kept from one call for the next, so the four words remain the whole state.
    /// See <see cref="NormalZiggurat"/> for the method.</remarks>
    public double NextNormal() => NormalZiggurat.Draw(ref this);

    /// <summary>Writes the state.</summary>
    /// <param name="destination">At least <see cref="StateSizeInBytes"/> bytes; the first 32 receive the four words, little-endian.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public readonly void Save(Span<byte> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _s0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _s1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _s2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _s3);
    }

    /// <summary>Reads a state that <see cref="Save"/> wrote; the generator goes on where that one stood.</summary>
    /// <param name="source">At least <see cref="StateSizeInBytes"/> bytes, of which the first 32 are read.</param>
    /// <returns>The generator in that state.</returns>
    /// <exception cref="ArgumentException"><paramref name="source"/> is too short, or holds the all-zero state, which no
    /// generator reaches.</exception>
    public static RandomGenerator Restore(ReadOnlySpan<byte> source)
    {
        CheckLength(source.Length, nameof(source));
        RandomGenerator generator = default;
        generator._s0 = BinaryPrimitives.ReadUInt64LittleEndian(source);
        generator._s1 = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        generator._s2 = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        generator._s3 = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]);
        if ((generator._s0 | generator._s1 | generator._s2 | generator._s3) == 0)
            throw new ArgumentException("The state of a random generator is all zero, which no generator reaches.", nameof(source));
        return generator;
    }

    /// <summary>Draws below a 32-bit bound that may exceed <see cref="int.MaxValue"/>; <paramref name="bound"/> is not 0.</summary>
    internal uint NextUInt32(uint bound)
    {
        ulong product = (NextUInt64() >> 32) * bound;
        return (uint)product >= bound ? (uint)(product >> 32) : NextUInt32Slow(bound, product);
    }

    private int NextInt32Slow(int bound, ulong product)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        return (int)NextUInt32Slow((uint)bound, product);
    }

    private uint NextUInt32Slow(uint bound, ulong product)
    {
        uint threshold = (0 - bound) % bound;
        while ((uint)product < threshold) product = (NextUInt64() >> 32) * bound;
        return (uint)(product >> 32);
    }

    private ulong NextUInt64Slow(ulong bound, ulong high, ulong low)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bound);
        ulong threshold = (0 - bound) % bound;
        while (low < threshold) high = Math.BigMul(NextUInt64(), bound, out low);
        return high;
    }

    private static ulong SplitMix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Finalize(ulong z)
    {
        z = (z ^ (z >> 33)) * 0xFF51AFD7ED558CCD;
        z = (z ^ (z >> 33)) * 0xC4CEB9FE1A85EC53;
        return z ^ (z >> 33);
    }

    private static void CheckLength(int length, string name)
    {
        if (length < StateSizeInBytes)
            throw new ArgumentException($"The state of a random generator takes {StateSizeInBytes} bytes; {length} were given.", name);
    }
}
