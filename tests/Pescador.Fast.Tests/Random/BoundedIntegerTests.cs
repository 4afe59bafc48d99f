namespace Pescador.Fast.Tests;

public class BoundedIntegerTests
{
    private const int Draws = 300_000;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(100), InlineData(1000)]
    public void NextInt32_SmallBound_IsUniform(int bound)
    {
        Assert.True(Distance(bound, (ref random) => random.NextInt32(bound)) < GoodnessOfFit.Bound);
        Assert.True(Distance(bound, (ref random) => (long)random.NextUInt64((ulong)bound)) < GoodnessOfFit.Bound);
    }

    // Where the bound is 3/8 of the range, the outputs fall to the residues of 3 as 3 : 3 : 2 before any is rejected.
    [Fact]
    public void NextInt32_BoundThatDoesNotDivide_IsUniform() =>
        Assert.True(Distance(3, (ref random) => random.NextInt32(3 << 29) % 3) < GoodnessOfFit.Bound);

    [Fact]
    public void NextUInt32_BoundThatDoesNotDivide_IsUniform() =>
        Assert.True(Distance(3, (ref random) => random.NextUInt32(3u << 30) % 3) < GoodnessOfFit.Bound);

    [Fact]
    public void NextUInt64_BoundThatDoesNotDivide_IsUniform() =>
        Assert.True(Distance(3, (ref random) => (long)(random.NextUInt64(3UL << 61) % 3)) < GoodnessOfFit.Bound);

    [Fact] // twin
    public void Check_MultiplicationWithoutRejection_Fails()
    {
        Assert.True(Distance(3, (ref random) => (long)(((random.NextUInt64() >> 32) * (3UL << 29) >> 32) % 3)) > 2 * GoodnessOfFit.Bound);
        Assert.True(Distance(3, (ref random) => (long)(Math.BigMul(random.NextUInt64(), 3UL << 61, out _) % 3)) > 2 * GoodnessOfFit.Bound);
    }

    [Fact] // twin: the remainder of 10 bits, where 24 of 100 numbers come 11 times and the others 10
    public void Check_RemainderOfFewBits_Fails() =>
        Assert.True(Distance(100, (ref random) => (long)((random.NextUInt64() >> 54) % 100)) > 2 * GoodnessOfFit.Bound);

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(int.MinValue)]
    public void NextInt32_BoundBelowOne_Throws(int bound)
    {
        var random = new RandomGenerator(1);
        for (int i = 0; i < 100; i++)
            Assert.Equal("bound", Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(bound)).ParamName);
    }

    [Fact]
    public void NextUInt64_BoundZero_Throws()
    {
        var random = new RandomGenerator(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextUInt64(0));
    }

    private delegate long Sampler(ref RandomGenerator random);

    private static double Distance(int cells, Sampler draw)
    {
        var counts = new long[cells];
        var random = new RandomGenerator(99);
        for (int i = 0; i < Draws; i++) counts[draw(ref random)]++;
        return GoodnessOfFit.ChiSquare(counts, [.. Enumerable.Repeat(1.0 / cells, cells)]);
    }
}
