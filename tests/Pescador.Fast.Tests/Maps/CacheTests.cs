namespace Pescador.Fast.Tests;

public sealed class CacheTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Cache_Filling_PassesInOrder() => Assert.Equal("abcd", MapData.Letters("abcdefgh").Cache(4, 0.5).Text(4));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    public void Cache_SourceShorterThanTheCapacity_EndsWithIt(string letters) => Assert.Equal(letters, MapData.Letters(letters).Cache(5, 0.01).Text());

    [Fact]
    public void Cache_AlwaysNew_IsTheSource() => Assert.Equal("abcdefgh", MapData.Letters("abcdefgh").Cache(3, probability: 1).Text());

    [Fact]
    public void Cache_AnyProbability_GivesEachSampleOfTheSource()
    {
        string given = MapData.Letters("abcdefghij").Cache(3, 0.3, seed: 4).Text();

        Assert.Equal("abcdefghij", string.Concat(given.Distinct())); // first appearances are in order
        Assert.InRange(given.Length, 11, 200);
    }

    // H0: a new sample comes with probability p; the number of them is binomial.
    [Theory]
    [InlineData(0.3, 0.3, true)]
    [InlineData(0.5, 0.5, true)]
    [InlineData(0.3, 0.34, false)] // the twin: another probability is told apart
    public void Cache_ShareOfNewSamples_IsTheProbability(double probability, double expected, bool holds)
    {
        int newest = 9;
        int fresh = 0;
        foreach (int number in Counting().Cache(10, probability, seed: 8).Take(Draws + 10))
        {
            if (number > newest)
            {
                newest = number;
                fresh++;
            }
        }

        double deviation = (fresh - (Draws * expected)) / Math.Sqrt(Draws * expected * (1 - expected));
        Assert.Equal(holds, Math.Abs(deviation) <= 4.9); // once in 10⁶
    }

    // H0: a cached sample is given with the same probability as each other.
    [Fact]
    public void Cache_OldSample_IsAnyOfTheCachedAlike()
    {
        IEnumerable<int> given = Counting().Cache(10, probability: 1e-12, seed: 1).Take(Draws + 10).Skip(10);
        Assert.InRange(MapStatistics.ChiSquare(MapStatistics.Histogram(given, 10), Enumerable.Repeat(Draws / 10.0, 10)), 0.5, MapStatistics.Bound(9));
    }

    // H0: what replaces is uniform, too: then a sample is given K times more before it is replaced, P(K = k) = (1 − p)ᵏ p.
    [Theory]
    [InlineData(0.25, true)]
    [InlineData(0.28, false)] // the twin
    public void Cache_TimesGivenAgain_AreGeometric(double expected, bool holds)
    {
        int[] given = [.. Counting().Cache(6, probability: 0.25, seed: 21).Take(4 * Draws)];
        int settled = given.Max() - 200; // surely replaced
        var again = new int[given.Max() + 1];
        foreach (int number in given)
        {
            again[number]++;
        }

        long[] counts = MapStatistics.Histogram(again[6..settled].Select(times => times - 1), 15);
        IEnumerable<double> expectedCounts = MapStatistics.Geometric(expected, 15).Select(p => p * (settled - 6));
        Assert.Equal(holds, MapStatistics.ChiSquare(counts, expectedCounts) <= MapStatistics.Bound(14));
    }

    [Fact]
    public void Cache_EvictingAlwaysTheSamePlace_FailsTheSameTest()
    {
        // By hand, with a cache that replaces its first entry only: the others are given again and again.
        var random = new StreamRandom(21);
        int[] entries = [0, 1, 2, 3, 4, 5];
        var again = new List<int> { 0, 0, 0, 0, 0, 0 };
        for (int i = 0; i < 4 * Draws; i++)
        {
            if (random.NextDouble() < 0.25)
            {
                entries[0] = again.Count;
                again.Add(0);
            }
            else
            {
                again[entries[random.Next(6)]]++;
            }
        }

        long[] counts = MapStatistics.Histogram(again[6..], 15);
        IEnumerable<double> expected = MapStatistics.Geometric(0.25, 15).Select(p => p * (again.Count - 6));
        Assert.True(MapStatistics.ChiSquare(counts, expected) > 2 * MapStatistics.Bound(14));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cache_LeasesKept_OutliveTheirEntries(bool isLoose)
    {
        Streamer<Sample> streamer = (isLoose ? MapData.NumberedLoose(60) : MapData.Numbered(60)).Cache(3, 0.5, seed: 6);
        ActiveStream<Sample> stream = streamer.Start();
        StreamScope scope = stream.Scope;
        var kept = new List<Sample>();
        while (stream.MoveNext())
        {
            kept.Add(stream.Current);
        }

        stream.Dispose();
        int[] numbers = [.. kept.Select(MapData.Number)]; // all replaced, and the stream is closed
        Assert.Equal(Enumerable.Range(0, 60), numbers.Distinct());
        Assert.Equal(isLoose ? 60 : 0, scope.LooseCounters.Outstanding);

        for (int i = kept.Count - 1; i >= 0; i--)
        {
            kept[i].Dispose();
            kept[i].Dispose();
        }

        Assert.Equal((0, 0), (scope.LooseCounters.Outstanding, scope.Views.Outstanding));
    }

    [Fact]
    public void Cache_LeaseDisposed_LeavesTheEntryToOthers()
    {
        foreach (Sample sample in MapData.NumberedLoose(40).Cache(4, 0.2, seed: 9))
        {
            MapData.TakeNumber(sample); // checks the content; every one but the first of an entry is given after one was disposed
        }
    }

    [Fact]
    public void Cache_ConsumerDisposesAtOnce_HoldsNoMoreThanItsCapacity()
    {
        using ActiveStream<Sample> stream = MapData.NumberedLoose(500).Cache(4, 0.5).Start();
        while (stream.MoveNext())
        {
            Assert.InRange(stream.LooseSamples.Outstanding, 1, 4);
            MapData.TakeNumber(stream.Current);
        }

        Assert.InRange(stream.LooseSamples.Created, 4, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.0001)]
    [InlineData(double.NaN)]
    public void Cache_NoProbability_IsRefused(double probability)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Letters("a").Cache(2, probability));
        Assert.Equal("probability", error.ParamName);
        Assert.StartsWith("The probability of a new sample is above 0 and at most 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cache_ElementsThatTheirReceiverDisposes_AreRefused()
    {
        string message = Assert.Throws<PescadorException>(() => MapData.Numbered(3).Tuples("X").Cache(2)).Message;
        Assert.Contains("Cache the samples, before the map that makes these of them.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_OtherParameters_IsAnother()
    {
        Streamer<char> source = MapData.Letters("a");
        string[] labels = [source.Cache(3).Label, source.Cache(4).Label, source.Cache(3, 0.25).Label, source.Cache(3, 0.5, 1).Label];
        Assert.Equal(["Cache(3, 0.5)", "Cache(4, 0.5)", "Cache(3, 0.25)", "Cache(3, 0.5, seed 1)"], labels);
    }

    private static Streamer<int> Counting() => Streamer.From(Enumerable.Range(0, int.MaxValue));
}
