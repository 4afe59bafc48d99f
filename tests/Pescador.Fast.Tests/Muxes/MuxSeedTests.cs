namespace Pescador.Fast.Tests;

public sealed class MuxSeedTests
{
    private const int Most = 400;

    public static TheoryData<string> Kinds => ["stochastic", "single active", "exhaustive", "shuffled", "permuted", "chain", "round robin", "nested"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Iterate_Twice_GivesDifferentRunsThatRepeatUnderTheSeed(string kind)
    {
        Streamer<int> mux = Build(kind, 17);
        int[][] runs = [Streams.Items(mux, Most), Streams.Items(mux, Most), Streams.Items(mux, Most)];
        Assert.NotEqual(runs[0], runs[1]);
        Assert.NotEqual(runs[1], runs[2]);
        Assert.NotEqual(runs[0], runs[2]);

        Streamer<int> again = Build(kind, 17);
        Assert.All(runs, run => Assert.Equal(run, Streams.Items(again, Most)));
        Assert.NotEqual(runs[0], Streams.Items(Build(kind, 18), Most));
        Assert.Equal(17, mux.Seed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WithEpoch_AnyRun_GivesThatRun(string kind)
    {
        Streamer<int> mux = Build(kind, 17);
        int[][] runs = [.. Enumerable.Range(0, 5).Select(_ => Streams.Items(mux, Most))];
        Streamer<int> later = Build(kind, 17).WithEpoch(3);
        Assert.Equal(runs[3], Streams.Items(later, Most));
        Assert.Equal(runs[4], Streams.Items(later, Most));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WithSeed_OfAMux_IsTheSameAsTheConstructors(string kind)
    {
        Streamer<int> mux = Build(kind, 3).WithSeed(17);
        Assert.Equal(Streams.Items(Build(kind, 17), Most), Streams.Items(mux, Most));
        Assert.Equal(17, mux.Seed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Seed_NoneGiven_CanBeReadAndRepeatsTheRun(string kind)
    {
        Streamer<int> mux = Build(kind, null);
        int[] run = Streams.Items(mux, Most);
        Assert.Equal(run, Streams.Items(Build(kind, mux.Seed), Most));
        Assert.NotEqual(run, Streams.Items(Build(kind, null), Most));
    }

    [Fact]
    public void Iterate_SeveralAtOnce_ShareNothing()
    {
        Streamer<int> alone = Build("nested", 17);
        int[][] runs = [Streams.Items(alone, Most), Streams.Items(alone, Most)];
        Streamer<int> mux = Build("nested", 17);
        using ActiveStream<int> first = Streams.Open(mux);
        using ActiveStream<int> second = Streams.Open(mux);
        for (int i = 0; i < Most; i++)
        {
            Assert.True(first.MoveNext() && second.MoveNext());
            Assert.Equal((runs[0][i], runs[1][i]), (first.Current, second.Current));
        }
    }

    /// <summary>pescador's nested mux, seeded, gave one prefix for ever: efcehhbb efcehhbb efcehhbb. Here one of 8 letters out of 8⁸ repeats with a
    /// probability of 10⁻⁷ each.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(5L)]
    public void Iterate_ANestedMux_NeverReplaysItsPrefix(long? innerSeed)
    {
        var inner = new StochasticMux<char>("abcdefgh".Select(letter => Enumerable.Repeat(letter, 1_000)), 8, null, mode: StochasticMode.SingleActive, seed: innerSeed);
        var outer = new StochasticMux<char>([inner], 1, 8, distribution: SampleCountDistribution.Constant, seed: 1);
        string text = Streams.Text(outer, 800);
        string[] activations = [.. text.Chunk(8).Select(letters => new string(letters))];
        Assert.Equal(100, activations.Distinct().Count());
        Assert.Equal(100, Streams.Text(outer, 800).Chunk(8).Select(letters => new string(letters)).Except(activations).Count());
    }

    /// <summary>Inside a tree a streamer's own seed is mixed with the derived one: two equally seeded children differ from each other.</summary>
    [Fact]
    public void Iterate_TwoChildrenOfTheSameSeed_Differ()
    {
        Streamer<int> child = Build("stochastic", 5);
        int[] items = Streams.Items(new RoundRobinMux<int>([child, child], seed: 1), 400);
        Assert.NotEqual(items.Where((_, i) => i % 2 == 0), items.Where((_, i) => i % 2 == 1));
    }

    private static Streamer<int> Build(string kind, long? seed)
    {
        Streamer<int>[] random = [.. Enumerable.Range(0, 5).Select(i => Streamer.Create(Random, 5 * i))];
        Repeated[] plain = Repeated.Of(30, 20, 90, 10, 50);
        return kind switch
        {
            "stochastic" => new StochasticMux<int>(plain, 3, 8, seed: seed),
            "single active" => new StochasticMux<int>(plain, 3, 8, [5, 4, 3, 2, 1], StochasticMode.SingleActive, seed: seed),
            "exhaustive" => new StochasticMux<int>(plain, 3, null, mode: StochasticMode.Exhaustive, seed: seed),
            "shuffled" => new ShuffledMux<int>(plain, seed: seed),
            "permuted" => new RoundRobinMux<int>(Repeated.Of(1, 1, 1, 1, 1), RoundRobinMode.PermutedCycle, seed),
            "chain" => new ChainMux<int>(random, ChainMode.Cycle, seed),
            "round robin" => new RoundRobinMux<int>(random, RoundRobinMode.Cycle, seed),
            "nested" => new StochasticMux<int>([Build("single active", null), Build("shuffled", null), Build("chain", null)], 2, 30, seed: seed),
            _ => throw new ArgumentException(kind),
        };
    }

    private static IEnumerable<int> Random(StreamContext context, int length)
    {
        for (int i = 0; i < length; i++)
        {
            yield return context.Random.Next(1_000);
        }
    }
}
