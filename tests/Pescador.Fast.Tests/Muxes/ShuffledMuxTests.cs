namespace Pescador.Fast.Tests;

public sealed class ShuffledMuxTests
{
    /// <summary>H0: samples are independent, stream i with probability w_i / Σw, however long the streams are. χ², bound at 10⁻⁶.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(new double[] { 7, 1, 0, 1, 1 })]
    [InlineData(new double[] { 1, 2, 3, 4, 5 })]
    public void Samples_OfLongAndShortStreams_AreDrawnByWeight(double[]? weights)
    {
        var mux = new ShuffledMux<int>(Repeated.Of(1, 1_000_000, 3, 2, 50), weights, seed: 1);
        double[] shares = ShareCheck.Shares(weights ?? [1, 1, 1, 1, 1]);
        using ActiveStream<int> stream = Streams.Open(mux);
        long[] counts = ShareCheck.Count(stream, 200_000, 5);
        int[] positive = [.. Enumerable.Range(0, 5).Where(i => shares[i] > 0)];
        Assert.Equal(200_000, positive.Sum(i => counts[i]));
        long[] drawn = [.. positive.Select(i => counts[i])];
        double[] expected = [.. positive.Select(i => shares[i])];
        Assert.InRange(ChiSquare.Of(drawn, expected), 0, ChiSquare.Bound(expected.Length - 1));
        double[] off = ShareCheck.Shares(expected.Select((share, i) => i == 1 ? 1.06 * share : share));
        Assert.True(ChiSquare.Of(drawn, off) > ChiSquare.Bound(expected.Length - 1));
    }

    /// <summary>H0: pairs of neighbouring samples are independent too. χ² over 16 pairs, bound at 10⁻⁶.</summary>
    [Fact]
    public void Samples_NextToEachOther_AreIndependent()
    {
        int[] items = Streams.Items(new ShuffledMux<int>(Repeated.Of(1, 2, 3, 1_000), [4, 3, 2, 1], seed: 2), 200_000);
        var counts = new long[16];
        for (int i = 0; i < items.Length; i += 2)
        {
            counts[4 * items[i] + items[i + 1]]++;
        }

        double[] shares = [0.4, 0.3, 0.2, 0.1];
        double[] pairs = [.. shares.SelectMany(first => shares.Select(second => first * second))];
        Assert.InRange(ChiSquare.Of(counts, pairs), 0, ChiSquare.Bound(15));
        Assert.True(ChiSquare.Of(counts, [.. pairs.Select((p, i) => i / 4 == i % 4 ? 1.1 * p : p)]) > ChiSquare.Bound(15));
    }

    [Fact]
    public void Iterate_StreamsEmpty_DropsThemAndEndsWhenNoneIsLeft()
    {
        var mux = new ShuffledMux<int>(Repeated.Of(0, 5, 0, 5), seed: 1);
        Assert.Equal([1, 3], Streams.Items(mux, 1_000).Distinct().Order());
        Assert.Empty(Streams.Items(new ShuffledMux<int>(Repeated.Of(0, 0, 0), [3, 2, 1], seed: 1), 10));
        Assert.Empty(Streams.Items(new ShuffledMux<int>(Repeated.Of(0, 5), [1, 0], seed: 1), 10)); // weight 0: not opened though all else is empty
    }

    [Fact]
    public void Iterate_AStreamThatDriesUp_DropsItThen()
    {
        int activations = 0;
        Streamer<int> drying = Streamer.Create((_) => Enumerable.Repeat(1, activations++ < 3 ? 2 : 0));
        int[] items = Streams.Items(new ShuffledMux<int>([new Repeated(0), drying], seed: 1), 1_000);
        Assert.Equal(6, items.Count(item => item == 1));
        Assert.Equal(4, activations);
        Assert.Equal(1_000, items.Length);
    }

    [Fact]
    public void ActivationCount_OfAStream_RisesWhenItIsFirstDrawn()
    {
        Streamer<int>[] streams = [.. Repeated.Of(5, 5, 5, 5).Select(Streamer.From)];
        var mux = new ShuffledMux<int>(streams, [1, 1, 1, 0], seed: 1);
        using ActiveStream<int> stream = Streams.Open(mux);
        Assert.Equal(0, streams.Sum(each => each.ActivationCount));
        var seen = new HashSet<int>();
        for (int i = 0; i < 100; i++)
        {
            Assert.True(stream.MoveNext());
            seen.Add(stream.Current);
            Assert.All(seen, index => Assert.Equal(1, streams[index].ActivationCount));
            Assert.Equal(seen.Count, streams.Sum(each => each.ActivationCount));
        }

        Assert.Equal(3, seen.Count);
        stream.Dispose();
        Assert.Equal(0, mux.ActivationCount + streams.Sum(each => each.ActivationCount));
    }

    [Fact]
    public void Weights_Changed_HoldFromTheNextSample()
    {
        MuxWeights weights = [1, 0, 0];
        using ActiveStream<int> stream = Streams.Open(new ShuffledMux<int>(Repeated.Of(2, 2, 2), weights, seed: 1));
        for (int i = 0; i < 30; i++)
        {
            int index = i * i % 3;
            weights.Set(index == 0 ? 1 : 0, index == 1 ? 1 : 0, index == 2 ? 1 : 0);
            Assert.True(stream.MoveNext());
            Assert.Equal(index, stream.Current);
        }
    }

    [Fact]
    public void Restore_AfterDropsAndChangedWeights_GivesTheSameSamples()
    {
        foreach (double[] changed in new double[][] { [1, 1, 1, 1], [4, 0, 2, 1] })
        {
            foreach (bool isTaken in new[] { false, true })
            {
                MuxWeights weights = [1, 2, 3, 4];
                using ActiveStream<int> stream = Streams.Open(new ShuffledMux<int>(Repeated.Of(7, 3, 0, 100), weights, seed: 1));
                Streams.Next(stream, 100);
                weights.Set(changed);
                Streams.Next(stream, isTaken ? 77 : 0);
                var twin = new ShuffledMux<int>(Repeated.Of(7, 3, 0, 100), [1, 2, 3, 4], seed: 1);
                using ActiveStream<int> restored = Streams.Restore(twin, stream.Save());
                Assert.Equal(Streams.Next(stream, 10_000), Streams.Next(restored, 10_000));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Iterate_HalfOfManyStreamsEmpty_DropsThemAll(bool isWeighted)
    {
        const int N = 100_000;
        Repeated[] streams = [.. Enumerable.Range(0, N).Select(i => new Repeated(i, i % 2 * 3))];
        MuxWeights? weights = isWeighted ? [.. Enumerable.Range(0, N).Select(i => 1.0 + i % 10)] : null;
        int[] items = Streams.Items(new ShuffledMux<int>(streams, weights, seed: 1), 600_000);
        Assert.Equal(600_000, items.Length);
        Assert.All(items, item => Assert.Equal(1, item % 2));
    }
}
