using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>A <see cref="RandomGenerator"/> that can be passed to anything that takes a <see cref="Random"/>.</summary>
/// <remarks>
/// Every number comes from <see cref="Generator"/>, also those of <see cref="Random.Shuffle{T}(T[])"/> and the other methods that
/// <see cref="Random"/> builds on the overridden ones. Not thread-safe. Arguments are checked as <see cref="Random"/> does.
/// </remarks>
public sealed class StreamRandom : Random
{
    private RandomGenerator _generator;

    /// <summary>Creates the random numbers that belong to a seed.</summary>
    /// <param name="seed">Any value; see <see cref="RandomGenerator(ulong)"/>.</param>
    public StreamRandom(ulong seed) => _generator = new RandomGenerator(seed);

    /// <summary>The generator itself: to draw from, to save, or to replace by assignment.</summary>
    public ref RandomGenerator Generator => ref _generator;

    /// <summary>Draws a whole number, at least 0 and below <see cref="int.MaxValue"/>.</summary>
    /// <returns>Each value with the same probability.</returns>
    public override int Next() => _generator.NextInt32(int.MaxValue);

    /// <summary>Draws a whole number, at least 0 and below a bound.</summary>
    /// <param name="maxValue">The exclusive upper bound, at least 0; for 0 the result is 0.</param>
    /// <returns>Each value with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxValue"/> is negative.</exception>
    public override int Next(int maxValue) => maxValue > 0 ? _generator.NextInt32(maxValue) : EmptyRange(maxValue);

    /// <summary>Draws a whole number from a range.</summary>
    /// <param name="minValue">The inclusive lower bound.</param>
    /// <param name="maxValue">The exclusive upper bound; where it equals <paramref name="minValue"/>, that is the result.</param>
    /// <returns>Each value with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minValue"/> exceeds <paramref name="maxValue"/>.</exception>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        uint range = (uint)(maxValue - minValue);
        return range == 0 ? minValue : (int)((uint)minValue + _generator.NextUInt32(range));
    }

    /// <summary>Draws a whole number, at least 0 and below <see cref="long.MaxValue"/>.</summary>
    /// <returns>Each value with the same probability.</returns>
    public override long NextInt64() => (long)_generator.NextUInt64(long.MaxValue);

    /// <summary>Draws a whole number, at least 0 and below a bound.</summary>
    /// <param name="maxValue">The exclusive upper bound, at least 0; for 0 the result is 0.</param>
    /// <returns>Each value with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxValue"/> is negative.</exception>
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return maxValue == 0 ? 0 : (long)_generator.NextUInt64((ulong)maxValue);
    }

    /// <summary>Draws a whole number from a range.</summary>
    /// <param name="minValue">The inclusive lower bound.</param>
    /// <param name="maxValue">The exclusive upper bound; where it equals <paramref name="minValue"/>, that is the result.</param>
    /// <returns>Each value with the same probability.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minValue"/> exceeds <paramref name="maxValue"/>.</exception>
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        ulong range = (ulong)(maxValue - minValue);
        return range == 0 ? minValue : (long)((ulong)minValue + _generator.NextUInt64(range));
    }

    /// <summary>Draws a number from the unit interval; see <see cref="RandomGenerator.NextDouble"/>.</summary>
    /// <returns>At least 0, below 1.</returns>
    public override double NextDouble() => _generator.NextDouble();

    /// <summary>Draws a number from the unit interval; see <see cref="RandomGenerator.NextSingle"/>.</summary>
    /// <returns>At least 0, below 1.</returns>
    public override float NextSingle() => _generator.NextSingle();

    /// <summary>Draws from the standard normal distribution; see <see cref="RandomGenerator.NextNormal"/>.</summary>
    /// <returns>A finite number of mean 0 and variance 1.</returns>
    public double NextNormal() => _generator.NextNormal();

    /// <summary>Fills a span with independent normal numbers.</summary>
    /// <param name="destination">Receives the numbers, as if drawn one by one with <see cref="NextNormal"/>.</param>
    /// <param name="mean">Mean of each.</param>
    /// <param name="standardDeviation">Standard deviation of each; at least 0, where 0 gives the mean itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standardDeviation"/> is negative or not a number.</exception>
    public void FillNormal(Span<float> destination, float mean, float standardDeviation)
    {
        if (!(standardDeviation >= 0)) // also true of NaN
            throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "A standard deviation is at least 0.");
        RandomGenerator generator = _generator; // a local copy stays in registers
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)(mean + standardDeviation * generator.NextNormal());
        _generator = generator;
    }

    /// <summary>Fills an array with random bytes.</summary>
    /// <param name="buffer">Receives the bytes.</param>
    /// <exception cref="ArgumentNullException"><paramref name="buffer"/> is null.</exception>
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    /// <summary>Fills a span with random bytes.</summary>
    /// <param name="buffer">Receives the bytes: each output of the generator gives eight, little-endian; a last one is cut.</param>
    public override void NextBytes(Span<byte> buffer)
    {
        RandomGenerator generator = _generator;
        for (; buffer.Length >= sizeof(ulong); buffer = buffer[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, generator.NextUInt64());
        if (!buffer.IsEmpty)
        {
            ulong last = generator.NextUInt64();
            for (int i = 0; i < buffer.Length; i++) buffer[i] = (byte)(last >> (8 * i));
        }
        _generator = generator;
    }

    /// <summary>The same as <see cref="NextDouble"/>.</summary>
    /// <returns>At least 0, below 1.</returns>
    protected override double Sample() => _generator.NextDouble();

    private static int EmptyRange(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return 0;
    }
}
