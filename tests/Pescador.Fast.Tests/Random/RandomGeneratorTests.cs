using System.Buffers.Binary;
using System.Numerics;

namespace Pescador.Fast.Tests;

public class RandomGeneratorTests
{
    // The vectors below come from a separate implementation in C of the published formulas.
    [Fact]
    public void NextUInt64_StateOneToFour_GivesReferenceVector()
    {
        RandomGenerator random = FromWords(1, 2, 3, 4);
        ulong[] expected =
        [
            41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
            9973669472204895162, 14011001112246962877, 12406186145184390807, 15849039046786891736, 10450023813501588000,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void NextUInt64_MillionTimes_ReachesReferenceState()
    {
        RandomGenerator random = FromWords(1, 2, 3, 4);
        for (int i = 0; i < 1_000_000; i++) random.NextUInt64();
        Assert.Equal([14908925094825291221, 4762729040071662545, 8485125634069270855, 791747701494536333], Words(random));
    }

    [Theory] // the words are SplitMix64's first outputs
    [InlineData(0, 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC, 5987356902031041503UL)]
    [InlineData(42, 0xBDD732262FEB6E95, 0x28EFE333B266F103, 0x47526757130F9F52, 0x581CE1FF0E4AE394, 15021278609987233951UL)]
    [InlineData(1234567, 6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, null)]
    public void Constructor_Seed_FillsStateBySplitMix(ulong seed, ulong s0, ulong s1, ulong s2, ulong s3, ulong? first)
    {
        var random = new RandomGenerator(seed);
        Assert.Equal([s0, s1, s2, s3], Words(random));
        if (first is { } value) Assert.Equal(value, random.NextUInt64());
    }

    [Fact]
    public void Restore_SavedState_GoesOnWhereItStood()
    {
        var random = new RandomGenerator(3);
        for (int i = 0; i < 17; i++) random.NextNormal();
        byte[] state = new byte[RandomGenerator.StateSizeInBytes + 4];
        random.Save(state);
        RandomGenerator restored = RandomGenerator.Restore(state);
        for (int i = 0; i < 1_000; i++) Assert.Equal(random.NextNormal(), restored.NextNormal());
        Assert.Equal(random.NextUInt64(), restored.NextUInt64());
    }

    [Fact]
    public void Restore_AllZeroState_Throws() => Assert.Throws<ArgumentException>(() => RandomGenerator.Restore(new byte[32]));

    [Fact]
    public void SaveAndRestore_SpanTooShort_Throws()
    {
        Assert.Throws<ArgumentException>(() => new RandomGenerator(1).Save(new byte[31]));
        Assert.Throws<ArgumentException>(() => RandomGenerator.Restore(new byte[31]));
    }

    [Fact]
    public void Derive_MillionSmallTriples_AreDistinct()
    {
        var seeds = new HashSet<ulong>(1_000_000);
        for (ulong parent = 0; parent < 100; parent++)
            for (ulong child = 0; child < 100; child++)
                for (ulong activation = 0; activation < 100; activation++)
                    Assert.True(seeds.Add(RandomGenerator.Derive(parent, child, activation)));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Derive_OneBitOfAnArgumentFlipped_FlipsHalfOfTheSeed(int argument)
    {
        // Each bit's mean over 2,000 triples has a standard deviation of 4/√2000 = 0.09.
        var random = new RandomGenerator(11);
        for (int bit = 0; bit < 64; bit++)
        {
            long flipped = 0;
            for (int i = 0; i < 2_000; i++)
            {
                ulong[] triple = [random.NextUInt64() >> (i % 60), random.NextUInt64(1_000), random.NextUInt64(1_000)];
                ulong before = RandomGenerator.Derive(triple[0], triple[1], triple[2]);
                triple[argument] ^= 1UL << bit;
                flipped += BitOperations.PopCount(before ^ RandomGenerator.Derive(triple[0], triple[1], triple[2]));
            }
            Assert.InRange(flipped / 2_000.0, 32 - 0.5, 32 + 0.5);
        }
    }

    [Fact]
    public void Derive_ArgumentsExchanged_GivesAnotherSeed()
    {
        Assert.NotEqual(RandomGenerator.Derive(1, 2, 3), RandomGenerator.Derive(1, 3, 2));
        Assert.NotEqual(RandomGenerator.Mix(1, 2), RandomGenerator.Mix(2, 1));
    }

    [Fact]
    public void Derive_NeighbouringActivations_GiveUnrelatedStreams()
    {
        // The first number of each of 100,000 activations, in 64 cells.
        var counts = new long[64];
        for (ulong i = 0; i < 100_000; i++) counts[new RandomGenerator(RandomGenerator.Derive(7, 3, i)).NextInt32(64)]++;
        Assert.InRange(GoodnessOfFit.ChiSquare(counts, Uniform(64)), -GoodnessOfFit.Bound, GoodnessOfFit.Bound);
    }

    [Fact]
    public void NextDouble_Always_IsInUnitInterval()
    {
        var random = new RandomGenerator(1);
        var counts = new long[100];
        for (int i = 0; i < 200_000; i++)
        {
            double x = random.NextDouble();
            Assert.True(x is >= 0 and < 1);
            counts[(int)(x * 100)]++;
            Assert.True(random.NextSingle() is >= 0 and < 1);
        }
        Assert.InRange(GoodnessOfFit.ChiSquare(counts, Uniform(100)), -GoodnessOfFit.Bound, GoodnessOfFit.Bound);
    }

    [Fact]
    public void NextDoubleAndSingle_AllBitsSet_StayBelowOne()
    {
        // Two zero words make the output rotl(s3, 23): 2⁶⁴ − 1 with s3 all ones.
        RandomGenerator random = FromWords(0, 1, 0, ulong.MaxValue);
        Assert.Equal(1 - Math.ScaleB(1, -53), random.NextDouble());
        random = FromWords(0, 1, 0, ulong.MaxValue);
        Assert.Equal(1 - MathF.ScaleB(1, -24), random.NextSingle());
        random = FromWords(0, 1, 0, ulong.MaxValue);
        Assert.Equal(9, random.NextInt32(10));
    }

    [Fact]
    public void NextNormal_Cells_MatchTheDensity()
    {
        // 120 cells of 0.1 from −6 to 6, by Simpson's rule; their tails beyond hold 2·10⁻⁹.
        double[] probabilities = NormalCells();
        var counts = new long[120];
        var random = new RandomGenerator(2);
        for (int i = 0; i < 2_000_000; i++) counts[NormalCell(random.NextNormal())]++;
        Assert.InRange(GoodnessOfFit.ChiSquare(counts, probabilities), double.NegativeInfinity, GoodnessOfFit.Bound);
        Assert.InRange(GoodnessOfFit.Moments(counts, probabilities), 0, GoodnessOfFit.Bound);
    }

    [Fact] // twin: a tail cut where the ziggurat's begins, 0.03 % of the mass
    public void Check_NormalWithoutTail_Fails()
    {
        var counts = new long[120];
        var random = new RandomGenerator(2);
        for (int i = 0; i < 2_000_000; i++)
        {
            double x;
            do x = random.NextNormal();
            while (Math.Abs(x) > 3.6541528853610088);
            counts[NormalCell(x)]++;
        }
        Assert.True(GoodnessOfFit.ChiSquare(counts, NormalCells()) > 2 * GoodnessOfFit.Bound);
    }

    [Fact]
    public void EveryDraw_Always_AllocatesNothing()
    {
        var random = new RandomGenerator(1);
        byte[] state = new byte[32];
        Allocations.AssertNone(100_000, i =>
        {
            random.NextUInt64();
            random.NextUInt64((ulong)i + 1);
            random.NextInt32(i + 1);
            random.NextDouble();
            random.NextSingle();
            random.NextNormal();
            random.Save(state);
            random = RandomGenerator.Restore(state);
        });
    }

    private static double[] Uniform(int cells) => [.. Enumerable.Repeat(1.0 / cells, cells)];

    private static int NormalCell(double x) => Math.Clamp((int)Math.Floor(x * 10 + 60), 0, 119);

    private static double[] NormalCells()
    {
        static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
        return [.. from i in Enumerable.Range(-60, 120)
                   let a = 0.1 * i
                   select 0.1 / 6 * (Density(a) + 4 * Density(a + 0.05) + Density(a + 0.1))];
    }

    private static RandomGenerator FromWords(params ReadOnlySpan<ulong> words)
    {
        Span<byte> state = stackalloc byte[32];
        for (int i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(state[(8 * i)..], words[i]);
        return RandomGenerator.Restore(state);
    }

    private static ulong[] Words(RandomGenerator random)
    {
        byte[] state = new byte[32];
        random.Save(state);
        return [.. Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(state.AsSpan(8 * i)))];
    }
}
