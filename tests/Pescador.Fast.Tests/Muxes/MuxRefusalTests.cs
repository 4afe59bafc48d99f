using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>What is refused, and that the message says what was asked and what is possible.</summary>
public sealed class MuxRefusalTests
{
    private static readonly Repeated[] Three = Repeated.Of(5, 5, 5);

    [Fact]
    public void Constructor_EmptyCollection_IsRefusedByAllButTheChain()
    {
        Refuses<PescadorException>(() => new StochasticMux<int>([], 1, 8), "StochasticMux needs at least one streamer");
        Refuses<PescadorException>(() => new ShuffledMux<int>([]), "ShuffledMux needs at least one streamer");
        Refuses<PescadorException>(() => new RoundRobinMux<int>([]), "RoundRobinMux needs at least one streamer");
        Assert.NotNull(new ChainMux<int>([]));
    }

    [Fact]
    public void Constructor_Null_IsRefused()
    {
        Refuses<ArgumentNullException>(() => new StochasticMux<int>(null!, 1, 8), "streamers");
        Refuses<ArgumentNullException>(() => new ShuffledMux<int>(null!), "streamers");
        Refuses<ArgumentNullException>(() => new RoundRobinMux<int>(null!), "streamers");
        Refuses<ArgumentNullException>(() => new ChainMux<int>(null!), "streamers");
        Refuses<ArgumentNullException>(() => new ShuffledMux<int>([Three[0], null!]), "source");
        Refuses<ArgumentNullException>(() => new ChainMux<int>([Three[0], null!]), "source");
        Refuses<ArgumentNullException>(() => MuxWeights.From<int>(null!), "weights");
    }

    [Theory]
    [InlineData(new double[] { 1, double.NaN, 1 }, "Weight 1 is NaN")]
    [InlineData(new double[] { 1, 1, -0.5 }, "Weight 2 is -0.5")]
    [InlineData(new double[] { double.PositiveInfinity, 1, 1 }, "Weight 0 is Infinity")]
    [InlineData(new double[] { 0, 0, 0 }, "None of the 3 weights is positive")]
    [InlineData(new double[] { }, "None of the 0 weights is positive")]
    [InlineData(new double[] { 1e308, 1e308, 1e308 }, "sum is not finite")]
    public void Weights_Unusable_AreRefusedAndLeftAsTheyWere(double[] weights, string message)
    {
        Refuses<ArgumentException>(() => new MuxWeights(weights), message);
        Refuses<ArgumentException>(() => new ShuffledMux<int>(Three, weights), message);
        var changed = new MuxWeights(1, 2, 3);
        Refuses<ArgumentException>(() => changed.Set(weights), weights.Length == 3 ? message : "Expected 3 weights, got 0");
        Assert.Equal([1, 2, 3], changed.ToArray());
    }

    [Fact]
    public void Weights_SetOneByOne_AreCheckedToo()
    {
        var weights = new MuxWeights(1, 0, 0);
        Refuses<ArgumentException>(() => weights[0] = 0, "None of the 3 weights is positive");
        Refuses<ArgumentException>(() => weights[1] = double.NaN, "Weight 1 is NaN");
        Refuses<ArgumentOutOfRangeException>(() => weights[3] = 1, "There are 3 weights");
        Refuses<ArgumentOutOfRangeException>(() => _ = weights[-1], "There are 3 weights");
        Assert.Equal([1, 0, 0], weights.ToArray());
        weights[2] = 0.5;
        Assert.Equal(0.5, weights[2]);
    }

    [Fact]
    public void Weights_OfAnyNumericType_Work()
    {
        MuxWeights fromInts = new[] { 3, 1, 0 };
        MuxWeights fromFloats = new[] { 3f, 1f, 0f };
        foreach (MuxWeights weights in new[] { fromInts, fromFloats, [3, 1, 0], MuxWeights.From([3m, 1m, 0m]), MuxWeights.From(new byte[] { 3, 1, 0 }) })
        {
            Assert.Equal([3, 1, 0], weights);
            Assert.Equal(Streams.Items(new ShuffledMux<int>(Three, [3, 1, 0], seed: 1), 50), Streams.Items(new ShuffledMux<int>(Three, weights, seed: 1), 50));
        }

        double[]? none = null;
        Assert.Equal(Streams.Items(new ShuffledMux<int>(Three, seed: 1), 50), Streams.Items(new ShuffledMux<int>(Three, none, seed: 1), 50));
    }

    [Fact]
    public void Weights_OfAnotherCount_AreRefused()
    {
        Refuses<PescadorException>(() => new ShuffledMux<int>(Three, [1, 1]), "ShuffledMux needs as many weights as streamers: 3, but got 2");
        Refuses<PescadorException>(() => new StochasticMux<int>(Three, 1, 8, [1, 1, 1, 1]), "StochasticMux needs as many weights as streamers: 3, but got 4");
        Refuses<ArgumentException>(() => new MuxWeights(1, 1).Set(1, 1, 1), "Expected 2 weights, got 3");
    }

    [Theory]
    [InlineData(0.999)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e13)]
    public void Rate_OutOfRange_IsRefused(double rate) =>
        Refuses<ArgumentOutOfRangeException>(() => new StochasticMux<int>(Three, 1, rate), "from 1 to 1e12, or null for all");

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void ActiveCount_BelowOne_IsRefused(int active) =>
        Refuses<ArgumentOutOfRangeException>(() => new StochasticMux<int>(Three, active, 8), "At least one streamer must be active");

    [Fact]
    public void ActiveCount_AboveWhatTheModeAllows_IsRefused()
    {
        foreach (MuxWeighting weighting in Enum.GetValues<MuxWeighting>())
        {
            Refuses<PescadorException>(
                () => new StochasticMux<int>(Three, 4, 8, mode: SingleActive, weighting: weighting),
                "4 active streamers were asked for, but in mode SingleActive there can be no more than the 3 there are");
            Refuses<PescadorException>(
                () => new StochasticMux<int>(Three, 4, 8, mode: Exhaustive, weighting: weighting),
                "in mode Exhaustive there can be no more than the 3 there are");
            Refuses<PescadorException>(
                () => new StochasticMux<int>(Three, 3, 8, [1, 0, 1], SingleActive, weighting: weighting),
                "in mode SingleActive there can be no more than the 2 whose weight is positive");
            Assert.Equal(10, Streams.Items(new StochasticMux<int>(Three, 3, null, [1, 0, 1], Exhaustive, weighting: weighting), 100).Length);
            Assert.NotNull(new StochasticMux<int>(Three, 400, 8, weighting: weighting));
        }
    }

    [Fact]
    public void Modes_Unknown_AreRefused()
    {
        Refuses<ArgumentOutOfRangeException>(() => new StochasticMux<int>(Three, 1, 8, mode: (StochasticMode)7), "WithReplacement, SingleActive, Exhaustive");
        Refuses<ArgumentOutOfRangeException>(
            () => new StochasticMux<int>(Three, 1, 8, distribution: (SampleCountDistribution)(-1)), "Constant, Binomial, Poisson");
        Refuses<ArgumentOutOfRangeException>(() => new StochasticMux<int>(Three, 1, 8, weighting: (MuxWeighting)2), "LongRunShare, ActiveSetDraw");
        Refuses<ArgumentOutOfRangeException>(() => new RoundRobinMux<int>(Three, (RoundRobinMode)3), "Exhaustive, Cycle, PermutedCycle");
        Refuses<ArgumentOutOfRangeException>(() => new ChainMux<int>(Three, (ChainMode)2), "Exhaustive, Cycle");
    }

    [Fact]
    public void Restore_OfAnotherMux_IsRefusedByTheLineThatDiffers()
    {
        using ActiveStream<int> stream = Streams.Open(new StochasticMux<int>(Three, 2, 8, seed: 1));
        Streams.Next(stream, 10);
        StreamState state = stream.Save();
        Refuses<PescadorException>(() => Streams.Restore(new StochasticMux<int>(Three, 1, 8, seed: 1), state), "2 active");
        Refuses<PescadorException>(() => Streams.Restore(new ShuffledMux<int>(Three, seed: 1), state), "ShuffledMux(3 streamers");
    }

    private static void Refuses<TException>(Action action, string message) where TException : Exception =>
        Assert.Contains(message, Assert.Throws<TException>(action).Message, StringComparison.Ordinal);

    private static void Refuses<TException>(Func<object?> function, string message) where TException : Exception =>
        Assert.Contains(message, Assert.Throws<TException>(function).Message, StringComparison.Ordinal);
}
