namespace Pescador.Fast.Tests;

public sealed class CycleTests
{
    [Theory]
    [InlineData("ab", 5, "ababa")]
    [InlineData("ab", 4, "abab")]
    [InlineData("ab", 1, "a")]
    [InlineData("ab", 0, "")]
    [InlineData("", 5, "")]
    public void Cycle_ABound_GivesExactlySoMany(string letters, int bound, string expected) =>
        Assert.Equal(expected, MapData.Letters(letters).Cycle(bound).Text());

    [Fact]
    public void Cycle_NoBound_RestartsForEver() =>
        Assert.Equal(string.Concat(Enumerable.Repeat("abc", 100)), MapData.Letters("abc").Cycle().Text(300));

    [Fact]
    public void Cycle_EmptySource_EndsAfterOneActivation()
    {
        int starts = 0;
        IEnumerable<int> Count(StreamContext context)
        {
            starts++;
            yield break;
        }

        Assert.Empty(Streamer.Create(Count).Cycle());
        Assert.Equal(1, starts);
    }

    [Fact]
    public void Cycle_EachRound_HasAnotherSeed()
    {
        List<int> rounds = Streamer.FromRows(MapData.Table(6), RowOrder.Permuted).WithSeed(4).Cycle(60).Numbers();
        string[] orders = [.. rounds.Chunk(6).Select(MapData.Join)];

        Assert.All(rounds.Chunk(6), round => Assert.Equal(Enumerable.Range(0, 6), round.Order()));
        Assert.True(orders.Distinct().Count() >= 9, string.Join("; ", orders));
    }

    [Fact]
    public void Cycle_BoundReached_AsksTheSourceForNoMore()
    {
        int given = 0;
        Assert.Equal("abcab", MapData.Letters("abc").Tap(_ => given++).Cycle(5).Text());
        Assert.Equal(5, given);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "ab")]
    [InlineData(3, "abc")]
    [InlineData(9, "abc")]
    public void Take_ACount_GivesAtMostSoMany(int count, string expected) => Assert.Equal(expected, MapData.Letters("abc").Take(count).Text());

    [Fact]
    public void Take_ACount_TakesExactlySoMany()
    {
        int given = 0;
        Assert.Equal("ab", MapData.Letters("abc").Tap(_ => given++).Take(2).Text());
        Assert.Equal(2, given);
    }

    [Fact]
    public void Take_None_OpensNothing()
    {
        IEnumerable<int> Never(StreamContext context) => throw new InvalidOperationException("nobody asked for a sample");

        Assert.Empty(Streamer.Create(Never).Take(0));
        Assert.Empty(Streamer.Create(Never).Cycle(0));
    }

    [Fact]
    public void Bounds_Negative_AreRefused()
    {
        Assert.Equal("count", Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Letters("a").Take(-1)).ParamName);
        Assert.Equal("maxIterations", Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Letters("a").Cycle(-1)).ParamName);
    }

    [Fact]
    public void Restore_OtherBound_IsRefused()
    {
        using ActiveStream<char> stream = MapData.Letters("abc").Cycle(7).Start();
        stream.MoveNext();
        StreamState state = stream.Save();

        string message = Assert.Throws<PescadorException>(() => MapData.Letters("abc").Cycle(8).Resume(state)).Message;
        Assert.Contains("'Cycle(7)' where this tree has 'Cycle(8)'", message, StringComparison.Ordinal);
        Assert.Throws<PescadorException>(() => MapData.Letters("abc").Cycle().Resume(state));
    }
}
