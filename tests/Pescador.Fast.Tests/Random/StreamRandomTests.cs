namespace Pescador.Fast.Tests;

public class StreamRandomTests
{
    [Fact]
    public void EveryMethod_SameSeed_DrawsFromTheGenerator()
    {
        Random random = new StreamRandom(8);
        var generator = new RandomGenerator(8);
        Assert.Equal(generator.NextInt32(int.MaxValue), random.Next());
        Assert.Equal(generator.NextInt32(10), random.Next(10));
        Assert.Equal(generator.NextInt32(10) - 5, random.Next(-5, 5));
        Assert.Equal((long)generator.NextUInt64(long.MaxValue), random.NextInt64());
        Assert.Equal((long)generator.NextUInt64(10), random.NextInt64(10));
        Assert.Equal((long)generator.NextUInt64(10) - 5, random.NextInt64(-5, 5));
        Assert.Equal(generator.NextDouble(), random.NextDouble());
        Assert.Equal(generator.NextSingle(), random.NextSingle());
        Assert.Equal(generator.NextNormal(), ((StreamRandom)random).NextNormal());
        Assert.Equal(generator.NextUInt64(), ((StreamRandom)random).Generator.NextUInt64());
    }

    [Fact]
    public void Next_WholeRange_CoversBothHalves()
    {
        var random = new StreamRandom(1);
        int negative = 0;
        for (int i = 0; i < 1_000; i++)
        {
            if (random.Next(int.MinValue, int.MaxValue) < 0) negative++;
            Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
        }
        Assert.InRange(negative, 400, 600);
    }

    [Fact]
    public void Next_EmptyRange_GivesItsStart()
    {
        var random = new StreamRandom(1);
        Assert.Equal(0, random.Next(0));
        Assert.Equal(7, random.Next(7, 7));
        Assert.Equal(0, random.NextInt64(0));
        Assert.Equal(-7, random.NextInt64(-7, -7));
    }

    [Fact]
    public void EveryMethod_WrongArgument_ThrowsAsSystemRandomDoes()
    {
        Action<Random>[] calls =
        [
            r => r.Next(-1), r => r.Next(2, 1), r => r.NextInt64(-1), r => r.NextInt64(2, 1), r => r.NextBytes(null!),
        ];
        foreach (Action<Random> call in calls)
        {
            var expected = (ArgumentException)Record.Exception(() => call(new Random(1)))!;
            var actual = (ArgumentException)Record.Exception(() => call(new StreamRandom(1)))!;
            Assert.Equal((expected.GetType(), expected.ParamName), (actual.GetType(), actual.ParamName));
        }
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(8), InlineData(13), InlineData(1_000)]
    public void NextBytes_AnyLength_FillsAll(int length)
    {
        byte[] array = new byte[length], span = new byte[length], seen = new byte[length];
        new StreamRandom(4).NextBytes(array);
        new StreamRandom(4).NextBytes(span.AsSpan());
        Assert.Equal(array, span);
        var random = new StreamRandom(5);
        for (int i = 0; i < 20; i++)
        {
            random.NextBytes(array);
            for (int j = 0; j < length; j++) seen[j] |= array[j];
        }
        Assert.DoesNotContain((byte)0, seen);
    }

    [Fact]
    public void Shuffle_OfSystemRandom_IsUniform()
    {
        // It rests on the overridden methods: six orders, 60,000 shuffles.
        var random = new StreamRandom(12);
        var counts = new long[6];
        for (int i = 0; i < 60_000; i++)
        {
            int[] order = [0, 1, 2];
            random.Shuffle(order);
            counts[order[0] * 2 + (order[1] > order[2] ? 1 : 0)]++;
        }
        Assert.True(GoodnessOfFit.ChiSquare(counts, [.. Enumerable.Repeat(1.0 / 6, 6)]) < GoodnessOfFit.Bound);
    }

    [Fact]
    public void GeneratorState_AssignedBack_RepeatsTheNumbers()
    {
        var random = new StreamRandom(3);
        RandomGenerator saved = random.Generator;
        int first = random.Next();
        random.Generator = saved;
        Assert.Equal(first, random.Next());
    }

    [Fact]
    public void FillNormal_MeanAndDeviation_ScaleTheSameNumbers()
    {
        var values = new float[1_001];
        new StreamRandom(6).FillNormal(values, 3, 0.5f);
        var generator = new RandomGenerator(6);
        foreach (float value in values) Assert.Equal((float)(3 + 0.5 * generator.NextNormal()), value);
    }

    [Theory]
    [InlineData(-1f), InlineData(float.NaN)]
    public void FillNormal_DeviationNegative_Throws(float deviation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StreamRandom(6).FillNormal(new float[1], 0, deviation));

    [Fact]
    public void EveryDraw_Always_AllocatesNothing()
    {
        var random = new StreamRandom(1);
        var floats = new float[5];
        byte[] bytes = new byte[13];
        Allocations.AssertNone(100_000, i =>
        {
            random.Next(i);
            random.NextInt64(i);
            random.NextNormal();
            random.FillNormal(floats, 0, 1);
            random.NextBytes(bytes);
        });
    }
}
