namespace Pescador.Fast.Tests;

public sealed class ShuffleTests
{
    private const int Runs = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(26)]
    [InlineData(1000)]
    public void Shuffle_AnyCapacity_GivesEachSampleOnce(int capacity)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz";
        string shuffled = MapData.Letters(Letters).Shuffle(capacity, seed: 2).Text();

        Assert.Equal(Letters, string.Concat(shuffled.Order()));
        Assert.Equal(capacity == 1, shuffled == Letters);
        for (int i = 0; i < shuffled.Length; i++)
        {
            Assert.InRange(shuffled[i] - 'a', 0, i + capacity - 1); // nothing is given before it came in
        }
    }

    [Fact]
    public void Shuffle_TwoRuns_Differ()
    {
        Streamer<char> shuffled = MapData.Letters("abcdefghijklmnopqrstuvwxyz").Shuffle(26, seed: 2);
        Assert.NotEqual(shuffled.Text(), shuffled.Text());
    }

    [Fact]
    public void Shuffle_EmptySource_Ends() => Assert.Equal("", MapData.Letters("").Shuffle(5).Text());

    [Fact]
    public void Shuffle_NSamplesTaken_AsksTheSourceForNoMoreThanItMust()
    {
        int given = 0;
        _ = MapData.Letters("abcdefghij").Tap(_ => given++).Shuffle(4).Text(3);
        Assert.Equal(6, given); // four, then one before each draw
    }

    // H0: in a stream that fits, each sample comes at each place with the same probability; χ² with (n − 1)² degrees of freedom.
    [Fact]
    public void Shuffle_StreamThatFits_PutsEachSampleAtEachPlaceAlike()
    {
        Streamer<int> shuffled = Streamer.From(Enumerable.Range(0, 6).ToArray()).Shuffle(6, seed: 12);
        Assert.InRange(PlacesOf(() => [.. shuffled]), 1, MapStatistics.Bound(25));
    }

    [Fact]
    public void Shuffle_StreamThatFits_NaiveShuffleFailsTheSameTest()
    {
        var random = new StreamRandom(12);
        Assert.True(PlacesOf(() =>
        {
            int[] items = [0, 1, 2, 3, 4, 5];
            for (int i = 0; i < items.Length; i++)
            {
                int other = random.Next(items.Length); // any place, where it should be one of those left
                (items[i], items[other]) = (items[other], items[i]);
            }

            return items;
        }) > 2 * MapStatistics.Bound(25));
    }

    // H0: the wait between coming in and being given is geometric with success 1/capacity.
    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)] // the twin: another law is told apart
    public void Shuffle_LongStream_WaitsAreGeometric(int expectedCapacity, bool holds)
    {
        const int Capacity = 8;
        const int Cells = 30;
        var waits = new List<int>();
        int place = 0;
        foreach (int number in Streamer.From(Enumerable.Range(0, 2 * Runs)).Shuffle(Capacity, seed: 3).Take(Runs))
        {
            waits.Add(place++ - Math.Max(0, number - (Capacity - 1)));
        }

        double chiSquare = MapStatistics.ChiSquare(
            MapStatistics.Histogram(waits, Cells), MapStatistics.Geometric(1.0 / expectedCapacity, Cells).Select(p => p * Runs));
        Assert.Equal(holds, chiSquare <= MapStatistics.Bound(Cells - 1));
    }

    [Fact]
    public void Shuffle_Samples_KeepTheirContent()
    {
        Assert.Equal(Enumerable.Range(0, 50), MapData.NumberedLoose(50).Shuffle(9).Numbers().Order());
        Assert.Equal(Enumerable.Range(0, 50), MapData.Numbered(50).Shuffle(9).Numbers().Order());
    }

    [Fact]
    public void Save_ElementsThatCannotBeSaved_SaysSo()
    {
        using ActiveStream<Version> stream = Streamer.From([new Version(1, 0), new Version(2, 0)]).Shuffle(2).Start();
        stream.MoveNext();

        string message = Assert.Throws<PescadorException>(() => stream.Save()).Message;
        Assert.StartsWith("Elements of type System.Version cannot be saved", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_AnySavableElement_IsTheSame()
    {
        AssertRestored<sbyte>(-1, 2, 3);
        AssertRestored<byte>(1, 2, 255);
        AssertRestored<short>(-1, 2, 3);
        AssertRestored<ushort>(1, 2, 65535);
        AssertRestored(-1, 2, 3);
        AssertRestored<uint>(1, 2, uint.MaxValue);
        AssertRestored(-1L, 2, long.MaxValue);
        AssertRestored<ulong>(1, 2, ulong.MaxValue);
        AssertRestored<nint>(-1, 2, 3);
        AssertRestored<nuint>(1, 2, 3);
        AssertRestored<Int128>(Int128.MinValue, 2, 3);
        AssertRestored<UInt128>(UInt128.MaxValue, 2, 3);
        AssertRestored<Half>((Half)0.5, (Half)(-1), Half.MaxValue);
        AssertRestored(0.1f, -2, float.Epsilon);
        AssertRestored(0.1, -2, double.NaN);
        AssertRestored(0.1m, -2, decimal.MaxValue);
        AssertRestored('a', 'β', '\0');
        AssertRestored(true, false, true);
        AssertRestored("", "näh", "c");
        AssertRestored<string?>(null, "b", null);
    }

    [Fact]
    public void Arguments_NoCapacity_AreRefused()
    {
        Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Letters("a").Shuffle(0)).ParamName);
        Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Letters("a").Cache(-1)).ParamName);
    }

    [Fact]
    public void Label_OtherCapacityOrSeed_IsAnother()
    {
        string[] labels =
        [
            MapData.Letters("a").Shuffle(3).Label, MapData.Letters("a").Shuffle(4).Label,
            MapData.Letters("a").Shuffle(3, 1).Label, MapData.Letters("a").Shuffle(3, 2).Label,
        ];
        Assert.Equal(labels.Length, labels.Distinct().Count());
    }

    [Fact]
    public void Seed_NoneGiven_IsTheSources()
    {
        Assert.Equal(5, MapData.Letters("ab").WithSeed(5).Shuffle(2).Seed);
        Assert.Equal(6, MapData.Letters("ab").WithSeed(5).Shuffle(2, 6).Seed);
        Assert.Equal(5, MapData.Letters("ab").WithSeed(5).Cache(2).Tap(_ => { }).Seed);
    }

    private static void AssertRestored<T>(params T[] items)
    {
        Streamer<T> streamer = Streamer.From(items).Shuffle(3, seed: 1);
        using ActiveStream<T> stream = streamer.Start();
        Assert.True(stream.MoveNext());
        using ActiveStream<T> restored = streamer.Resume(stream.Save());
        while (stream.MoveNext())
        {
            Assert.True(restored.MoveNext());
            Assert.Equal(stream.Current, restored.Current);
        }

        Assert.False(restored.MoveNext());
    }

    private static double PlacesOf(Func<int[]> shuffle)
    {
        var counts = new long[36];
        for (int run = 0; run < Runs; run++)
        {
            int[] order = shuffle();
            for (int place = 0; place < order.Length; place++)
            {
                counts[(6 * order[place]) + place]++;
            }
        }

        return MapStatistics.ChiSquare(counts, Enumerable.Repeat(Runs / 6.0, counts.Length));
    }
}
