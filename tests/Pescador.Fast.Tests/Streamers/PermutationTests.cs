namespace Pescador.Fast.Tests.Streamers;

public sealed class PermutationTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(Permutation.LongestList)]
    [InlineData(Permutation.LongestList + 1)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(100_000)]
    public void Indexer_OverAllIndices_GivesEachNumberOnce(int count)
    {
        var permutation = new Permutation();
        for (ulong seed = 0; seed < 3; seed++)
        {
            permutation.Reset(count, seed);
            var seen = new bool[count];
            for (int i = 0; i < count; i++)
            {
                long value = permutation[i];
                Assert.False(seen[value]);
                seen[value] = true;
            }
        }
    }

    [Fact]
    public void Indexer_BeyondWhatMemoryHolds_StaysInRange()
    {
        var permutation = new Permutation();
        long count = (1L << 40) + 12_345;
        permutation.Reset(count, 9);
        var seen = new HashSet<long>();
        for (long i = 0; i < 10_000; i++)
        {
            Assert.InRange(permutation[i], 0, count - 1);
            Assert.True(seen.Add(permutation[i]));
        }
    }

    // Hypothesis: over seeds, each of the 24 orders of four numbers is equally likely. χ² with 23 degrees of freedom passes 60.1 with
    // probability 3.7e-5. The twin shuffles in the well-known wrong way (any place, not the remaining ones) and fails.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_OverManySeeds_MakesEveryOrderOfAShortListEquallyLikely(bool isTwin)
    {
        const int Seeds = 24_000;
        var counts = new Dictionary<string, int>();
        var permutation = new Permutation();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            permutation.Reset(4, seed);
            string order = isTwin ? WrongShuffle(seed) : string.Concat(Enumerable.Range(0, 4).Select(i => permutation[i]));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        double expected = Seeds / 24.0;
        double chiSquared = counts.Values.Sum(count => (count - expected) * (count - expected) / expected) + ((24 - counts.Count) * expected);
        Assert.Equal(isTwin, chiSquared > 60.1);
    }

    // Hypothesis: over seeds, the value at an index and the gap to the next one's are spread evenly, 16 cells each; χ² with 15 degrees of
    // freedom passes 47 with probability 3.6e-5. The twin is a rotation by the seed, whose gaps are all one.
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(4095, false)]
    [InlineData(1, true)]
    public void Reset_OverManySeeds_SpreadsNeighboursEvenly(int index, bool isTwin)
    {
        const int Count = 5000;
        const int Seeds = 16_000;
        var values = new int[16];
        var gaps = new int[16];
        var permutation = new Permutation();
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            permutation.Reset(Count, seed);
            long value = isTwin ? (long)((seed + (ulong)index) % Count) : permutation[index];
            long next = isTwin ? (value + 1) % Count : permutation[index + 1];
            values[value * 16 / Count]++;
            gaps[(next - value + Count) % Count * 16 / Count]++;
        }

        Assert.True(isTwin || ChiSquared(values) < 47, $"values: {ChiSquared(values)}");
        Assert.Equal(isTwin, ChiSquared(gaps) > 47);
    }

    private static double ChiSquared(int[] counts)
    {
        double expected = (double)counts.Sum() / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    private static string WrongShuffle(ulong seed)
    {
        var random = new RandomGenerator(seed);
        int[] order = [0, 1, 2, 3];
        for (int i = 0; i < 4; i++)
        {
            int other = random.NextInt32(4);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return string.Concat(order);
    }
}
