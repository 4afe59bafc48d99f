using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>What does not depend on chance: how many are open, when they are closed, what an error costs.</summary>
public sealed class StochasticMuxTests
{
    [Theory]
    [InlineData(WithReplacement, 7)]
    [InlineData(WithReplacement, 30)] // more than there are
    [InlineData(SingleActive, 1)]
    [InlineData(SingleActive, 10)]
    [InlineData(Exhaustive, 4)]
    public void Iterate_AtEverySample_HasAsManyOpenAsAsked(StochasticMode mode, int active)
    {
        Streamer<int>[] streams = [.. Repeated.Of(3, 9, 1, 30, 2, 5, 5, 5, 100, 7).Select(Streamer.From)];
        var mux = new StochasticMux<int>(streams, active, 4, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], mode, seed: 1);
        Assert.Equal(0, streams.Sum(stream => stream.ActivationCount));
        int samples = 0;
        foreach (int _ in mux.Take(mode == Exhaustive ? 8 : 2_000))
        {
            samples++;
            Assert.Equal(active, streams.Sum(stream => stream.ActivationCount));
            Assert.True(mode == WithReplacement || streams.All(stream => stream.ActivationCount <= 1));
        }

        Assert.Equal(0, streams.Sum(stream => stream.ActivationCount) + mux.ActivationCount);
    }

    [Fact]
    public void Iterate_OneStreamOnly_GivesItForEver()
    {
        foreach (StochasticMode mode in new[] { WithReplacement, SingleActive })
        {
            var mux = new StochasticMux<int>(Repeated.Of(5), 1, 3, mode: mode, seed: 1);
            Assert.All(Streams.Items(mux, 100), item => Assert.Equal(0, item));
            Assert.Equal(100, Streams.Run(mux, 100));
        }
    }

    /// <summary>The sample that fills a count is given; what fails in opening its successor fails at the next pull.</summary>
    [Theory]
    [InlineData(WithReplacement)]
    [InlineData(SingleActive)]
    public void MoveNext_OpeningTheNextFails_ThrowsAtTheNextPullOnly(StochasticMode mode)
    {
        MuxWeights weights = [1, 0];
        Streamer<int>[] streams = [Streamer.From(new Repeated(0)), Streamer.Create(Failing)];
        var mux = new StochasticMux<int>(streams, 1, 5, weights, mode, distribution: SampleCountDistribution.Constant, seed: 1);
        using ActiveStream<int> stream = Streams.Open(mux);
        Assert.Equal(4, Streams.Next(stream, 4).Length);
        weights.Set(0, 1);
        Assert.True(stream.MoveNext());
        Assert.Equal("no such file", Assert.Throws<InvalidOperationException>(() => stream.MoveNext()).Message);
        Assert.Equal(0, mux.ActivationCount + streams[0].ActivationCount + streams[1].ActivationCount);
        Assert.False(stream.MoveNext());
    }

    [Fact]
    public void Dispose_InTheMiddle_RunsAllFinallyBlocks()
    {
        var log = new ActivationLog(6);
        var mux = new StochasticMux<int>(log.Streams, 3, null, mode: SingleActive, seed: 1);
        Streams.Run(mux, 100);
        Assert.Equal(3, log.Closings.Count);
        Assert.Equal(0, mux.ActivationCount);
    }

    [Fact]
    public void Save_ManyStreams_IsAPureFunctionOfThePosition()
    {
        var mux = new StochasticMux<int>(Repeated.Of(3, 9, 100, 2), 2, 6, [4, 3, 2, 1], SingleActive, seed: 1);
        using ActiveStream<int> stream = Streams.Open(mux);
        for (int i = 0; i < 200; i++)
        {
            stream.MoveNext();
            byte[] state = stream.Save().ToArray();
            Assert.Equal(state, stream.Save().ToArray());
            using ActiveStream<int> restored = Streams.Restore(mux, StreamState.FromArray(state));
            Assert.Equal(state, restored.Save().ToArray());
        }
    }

    /// <summary>Weights as far apart as doubles go are in nobody's way.</summary>
    [Theory]
    [InlineData(WithReplacement, MuxWeighting.LongRunShare)]
    [InlineData(SingleActive, MuxWeighting.LongRunShare)]
    [InlineData(WithReplacement, MuxWeighting.ActiveSetDraw)]
    [InlineData(SingleActive, MuxWeighting.ActiveSetDraw)]
    [InlineData(Exhaustive, MuxWeighting.LongRunShare)]
    public void Iterate_WeightsFarApart_Works(StochasticMode mode, MuxWeighting weighting)
    {
        foreach (double[] weights in new double[][] { [1e308, 1e-308, 1, 1], [1e300, 1e300, 1e-320, 1e-310], [5e-324, 5e-324, 1e-323, 0.1] })
        {
            foreach (int active in new[] { 1, 2, 3, 4 })
            {
                var mux = new StochasticMux<int>(Repeated.Of(9, 9, 9, 9), active, 4, weights, mode, weighting: weighting, seed: 1);
                Assert.InRange(Streams.Run(mux, 3_000), mode == Exhaustive ? 4 : 3_000, 3_000);
            }
        }
    }

    private static IEnumerable<int> Failing(StreamContext context)
    {
        if (context is not null)
        {
            throw new InvalidOperationException("no such file");
        }

        yield break;
    }
}
