namespace Pescador.Fast.Tests;

public sealed class ChainMuxTests
{
    [Fact]
    public void Exhaustive_ManyStreams_FollowEachOther()
    {
        Assert.Equal("abcdef", Streams.Text(new ChainMux<char>(Streams.Letters("ab", "", "cde", "", "f", ""))));
        Assert.Equal("", Streams.Text(new ChainMux<char>(Streams.Letters("", ""))));
    }

    [Fact]
    public void Iterate_EmptyCollection_GivesNothing()
    {
        Assert.Equal("", Streams.Text(new ChainMux<char>([])));
        Assert.Equal("", Streams.Text(new ChainMux<char>([], ChainMode.Cycle)));
        Assert.Equal("", Streams.Text(new ChainMux<char>(Enumerable.Range(0, 3).Where(i => i > 5).Select(_ => "x"), ChainMode.Cycle)));
    }

    [Fact]
    public void Cycle_ManyStreams_BeginsAgain()
    {
        Assert.Equal("abcabca", Streams.Text(new ChainMux<char>(Streams.Letters("ab", "", "c"), ChainMode.Cycle), 7));
        Assert.Equal("", Streams.Text(new ChainMux<char>(Streams.Letters("", ""), ChainMode.Cycle)));
    }

    [Fact]
    public void ActivationCount_AtEverySample_IsOneStreamAtATime()
    {
        Streamer<char>[] streams = Streams.Letters("ab", "", "cd", "e");
        var chain = new ChainMux<char>(streams, ChainMode.Cycle);
        foreach (char letter in chain.Take(50))
        {
            Assert.Equal(1, streams.Sum(stream => stream.ActivationCount));
            Assert.Equal(1, streams[letter < 'c' ? 0 : letter < 'e' ? 2 : 3].ActivationCount);
        }

        Assert.Equal(0, chain.ActivationCount + streams.Sum(stream => stream.ActivationCount));
    }

    [Fact]
    public void Iterate_LazyEndlessInput_IsReadOnlyAsFarAsTheChainGets()
    {
        int made = 0;
        var chain = new ChainMux<int>(Endless());
        Assert.Equal(0, made);
        Assert.Equal([1, 2, 2, 3, 3], Streams.Items(chain, 5));
        Assert.Equal(3, made);

        IEnumerable<IEnumerable<int>> Endless()
        {
            while (true)
            {
                made++;
                yield return Enumerable.Repeat(made, Math.Min(made, 2));
            }
        }
    }

    /// <summary>The streamer of streamers draws from the chain's seed: its runs repeat, and differ from each other.</summary>
    [Fact]
    public void Iterate_StreamerOfStreamers_IsPartOfTheTree()
    {
        Streamer<Streamer<int>> Choice() => Streamer.Create(RandomStreams);
        int[] first = Streams.Items(new ChainMux<int>(Choice(), seed: 5), 200);
        var chain = new ChainMux<int>(Choice(), seed: 5);
        Assert.Equal(first, Streams.Items(chain, 200));
        Assert.NotEqual(first, Streams.Items(chain, 200));
        Assert.InRange(first.Distinct().Count(), 20, 66);

        using ActiveStream<int> stream = Streams.Open(chain);
        Streams.Next(stream, 100);
        using ActiveStream<int> restored = Streams.Restore(new ChainMux<int>(Choice(), seed: 5), stream.Save());
        Assert.Equal(Streams.Next(stream, 10_000), Streams.Next(restored, 10_000));
    }

    [Fact]
    public void Constructor_StreamerOfOtherThings_IsRefused()
    {
        Streamer<int[]> arrays = Streamer.From<int[]>([[1], [2]]);
        Assert.Contains("Streamer<Streamer<Int32>>", Assert.Throws<ArgumentException>(() => new ChainMux<int>(arrays)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ChainMode.Exhaustive)]
    [InlineData(ChainMode.Cycle)]
    public void Restore_AtEveryPosition_GivesTheSameSamples(ChainMode mode)
    {
        ChainMux<char> Build() => new(Streams.Letters("ab", "", "cde", "f"), mode, seed: 2);
        using ActiveStream<char> stream = Streams.Open(Build());
        for (int i = 0; i < 20; i++)
        {
            using ActiveStream<char> one = Streams.Restore(Build(), stream.Save());
            char[] items = Streams.Next(one, 100);
            bool hasNext = stream.MoveNext();
            Assert.Equal(items.Length > 0, hasNext);
            Assert.True(!hasNext || stream.Current == items[0]);
        }
    }

    private static IEnumerable<Streamer<int>> RandomStreams(StreamContext context)
    {
        while (true)
        {
            yield return Streamer.From(new Repeated(context.Random.Next(100), 3));
        }
    }
}
