namespace Pescador.Fast.Tests;

public sealed class RoundRobinMuxTests
{
    [Theory]
    [InlineData("ab cde fghi", "acfbdgehi")]
    [InlineData("aa - bb - - - cccc", "abcabccc")]
    [InlineData("abc", "abc")]
    [InlineData("- -", "")]
    public void Exhaustive_ManyStreams_TakesOneOfEachInTurn(string texts, string expected) =>
        Assert.Equal(expected, Streams.Text(new RoundRobinMux<char>(Split(texts))));

    [Theory]
    [InlineData("a bb", "abbabba")]
    [InlineData("a - b", "ababab")]
    [InlineData("ab cde", "acbdeac")]
    public void Cycle_ManyStreams_BeginsAgainWhenAllHaveEnded(string texts, string expected) =>
        Assert.Equal(expected, Streams.Text(new RoundRobinMux<char>(Split(texts), RoundRobinMode.Cycle), expected.Length));

    [Theory]
    [InlineData(RoundRobinMode.Exhaustive)]
    [InlineData(RoundRobinMode.Cycle)]
    [InlineData(RoundRobinMode.PermutedCycle)]
    public void Iterate_AllStreamsEmpty_Ends(RoundRobinMode mode) => Assert.Equal("", Streams.Text(new RoundRobinMux<char>(Split("- - -"), mode)));

    [Fact]
    public void Cycle_StreamsThatDryUp_Ends()
    {
        int activations = 0;
        Streamer<char> drying = Streamer.Create((_) => Enumerable.Repeat('x', activations++ < 3 ? 2 : 0));
        Assert.Equal("xxxxxx", Streams.Text(new RoundRobinMux<char>([drying, ""], RoundRobinMode.Cycle)));
    }

    [Fact]
    public void PermutedCycle_EachRound_IsAPermutationAndTheFirstIsInOrder()
    {
        string letters = "abcdefgh";
        var mux = new RoundRobinMux<char>(letters.Select(letter => letter.ToString()), RoundRobinMode.PermutedCycle, seed: 1);
        string text = Streams.Text(mux, 8 * 50);
        string[] rounds = [.. Enumerable.Range(0, 50).Select(round => text.Substring(8 * round, 8))];
        Assert.Equal(letters, rounds[0]);
        Assert.All(rounds, round => Assert.Equal(letters, string.Concat(round.Order())));
        Assert.InRange(rounds.Distinct().Count(), 49, 50);
    }

    /// <summary>H0: each of the six orders of a round alike. χ² over 12,000 rounds, bound at 10⁻⁶; the twin is a shuffle that swaps with any.</summary>
    [Fact]
    public void PermutedCycle_OrdersOfRounds_AreUniform()
    {
        string text = Streams.Text(new RoundRobinMux<char>(["a", "b", "c"], RoundRobinMode.PermutedCycle, seed: 1), 36_003);
        var random = new StreamRandom(1);
        Assert.InRange(Deviation(round => text.Substring(3 * round + 3, 3)), 0, ChiSquare.Bound(5));
        Assert.True(Deviation(_ => Naive()) > ChiSquare.Bound(5));

        string Naive()
        {
            char[] order = ['a', 'b', 'c'];
            for (int i = 0; i < 3; i++)
            {
                int other = random.Next(3);
                (order[i], order[other]) = (order[other], order[i]);
            }

            return new string(order);
        }

        static double Deviation(Func<int, string> roundOf)
        {
            string[] orders = ["abc", "acb", "bac", "bca", "cab", "cba"];
            var counts = new long[6];
            for (int round = 0; round < 12_000; round++)
            {
                counts[Array.IndexOf(orders, roundOf(round))]++;
            }

            return ChiSquare.Of(counts, [.. orders.Select(_ => 1.0 / 6)]);
        }
    }

    [Fact]
    public void ActivationCount_OfAStream_RisesWhenItIsReached()
    {
        Streamer<char>[] streams = Split("ab cd e");
        using ActiveStream<char> stream = Streams.Open(new RoundRobinMux<char>(streams));
        var open = new List<int>();
        while (stream.MoveNext())
        {
            open.Add(streams.Sum(each => each.ActivationCount));
        }

        Assert.Equal([1, 2, 3, 3, 3], open);
        Assert.Equal(0, streams.Sum(each => each.ActivationCount));
    }

    [Theory]
    [InlineData(RoundRobinMode.Exhaustive)]
    [InlineData(RoundRobinMode.Cycle)]
    [InlineData(RoundRobinMode.PermutedCycle)]
    public void Restore_AtEveryPosition_GivesTheSameSamples(RoundRobinMode mode)
    {
        RoundRobinMux<char> Build() => new(Split("ab - cde f ghij"), mode, seed: 2);
        using ActiveStream<char> stream = Streams.Open(Build());
        for (int i = 0; i < 40; i++)
        {
            using ActiveStream<char> one = Streams.Restore(Build(), stream.Save());
            using ActiveStream<char> other = Streams.Restore(Build(), stream.Save());
            char[] items = Streams.Next(one, 500);
            Assert.Equal(items, Streams.Next(other, 500));
            bool hasNext = stream.MoveNext();
            Assert.Equal(items.Length > 0, hasNext);
            Assert.True(!hasNext || stream.Current == items[0]);
        }
    }

    private static Streamer<char>[] Split(string texts) => Streams.Letters([.. texts.Split(' ').Select(text => text == "-" ? "" : text)]);
}
