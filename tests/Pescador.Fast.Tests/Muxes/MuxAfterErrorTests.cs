using System.Diagnostics.CodeAnalysis;
using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests;

/// <summary>Whoever skips an error asks the mux again: it goes on, whether a stream threw when it was opened, asked or closed.</summary>
public sealed class MuxAfterErrorTests
{
    public enum Place
    {
        Opening,
        Asking,
        Closing,
    }

    public static TheoryData<StochasticMode, bool, Place, double?> Stochastic
    {
        get
        {
            var data = new TheoryData<StochasticMode, bool, Place, double?>();
            foreach (StochasticMode mode in Enum.GetValues<StochasticMode>())
            {
                foreach (Place place in Enum.GetValues<Place>())
                {
                    foreach (double? rate in new double?[] { null, 3 })
                    {
                        data.Add(mode, false, place, rate);
                        data.Add(mode, true, place, rate);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Stochastic))]
    public void MoveNext_OfAStochasticMux_GoesOnWithAFullActiveSet(StochasticMode mode, bool isWeighted, Place place, double? rate)
    {
        const int Errors = 12;
        Streamer<int>[] streams = [.. Enumerable.Range(0, 6).Select(i => new Failing(i, length: 10, place, errors: 2))];
        var weights = new MuxWeights(isWeighted ? [6, 5, 4, 3, 2, 1] : [1, 1, 1, 1, 1, 1]);
        Streamer<int> mux = new StochasticMux<int>(streams, 3, rate, weights, mode, seed: 2).SkipBad(Errors);
        ActiveStream<int> stream = Streams.Open(mux);
        int given = 0;
        while (given < 600 && stream.MoveNext())
        {
            given++;
            if (mode != StochasticMode.Exhaustive)
            {
                Assert.Equal(3, streams.Sum(static each => each.ActivationCount));
            }

            if (given == 100)
            {
                weights.Set(0, 1, 1, 2, 2, 3);
            }
        }

        Assert.True(stream.SkippedCount > 2);
        stream.Dispose();
        Assert.Equal(0, StreamerContractTests.TotalActive(mux) + streams.Sum(static each => each.ActivationCount));
        if (mode != StochasticMode.Exhaustive)
        {
            Assert.Equal(600, given);
        }
        else if (rate is null && place != Place.Opening)
        {
            Assert.Equal(60, given); // an error loses no good sample; but a stream that does not open is lost
        }
    }

    [Theory]
    [InlineData(Place.Opening, "bbb")]
    [InlineData(Place.Asking, "abababb")]
    [InlineData(Place.Closing, "ababab")]
    public void MoveNext_OfARoundRobinMux_KeepsItsOrder(Place place, string expected)
    {
        var mux = new RoundRobinMux<int>([new Failing(0, 3, place, errors: 1), Streamer.From(new Repeated(1, place == Place.Asking ? 4 : 3))], seed: 1);
        Assert.Equal(expected, Letters(mux.SkipBad(9)));
    }

    [Theory]
    [InlineData(Place.Opening, "bbb")]
    [InlineData(Place.Asking, "aaabbb")]
    [InlineData(Place.Closing, "aaabbb")]
    public void MoveNext_OfAChainMux_KeepsItsOrder(Place place, string expected)
    {
        var mux = new ChainMux<int>([new Failing(0, 3, place, errors: 1), Streamer.From(new Repeated(1, 3))], seed: 1);
        Assert.Equal(expected, Letters(mux.SkipBad(9)));
    }

    [Theory]
    [InlineData(Place.Opening)]
    [InlineData(Place.Asking)]
    [InlineData(Place.Closing)]
    public void MoveNext_OfAShuffledMux_GoesOn(Place place)
    {
        Streamer<int>[] streams = [.. Enumerable.Range(0, 6).Select(i => new Failing(i, length: 10, place, errors: 2))];
        Streamer<int> mux = new ShuffledMux<int>(streams, seed: 1).SkipBad(12);
        using ActiveStream<int> stream = Streams.Open(mux);
        int[] given = Streams.Next(stream, 600);
        Assert.Equal(600, given.Length);
        Assert.Equal(6, given.Distinct().Count());
        Assert.Equal(12, stream.SkippedCount);
    }

    /// <summary>What was filled before an error counts for a bound and for a cycle, as what is given loose does.</summary>
    [Fact]
    public void Fill_WithErrorsMidway_CountsTheRowsBefore()
    {
        static Streamer<Sample> Bad() => Trees.WithBad(Trees.Rows(RowOrder.InOrder));
        Assert.Equal([0, 1, 3, 4, 5, 6, 8, 9], Rows(Bad().Take(8).SkipBad(9), size: 8));
        Assert.Equal([0, 1, 3, 4, 5, 6, 8, 9, 10, 0, 1, 3], Rows(Bad().Cycle(12).SkipBad(99), size: 12));
        Assert.Equal([0, 1, 3, 4, 5, 6, 8, 9, 10, 0, 1, 3], Rows(new ChainMux<Sample>([Bad()], ChainMode.Cycle).SkipBad(99), size: 12));
    }

    /// <summary>A row that an iterator had rented when it threw goes to the next sample.</summary>
    [Fact]
    public void Fill_OfAnIteratorThatThrowsWithARowRented_GivesTheRowToTheNext()
    {
        var mux = new RoundRobinMux<Sample>([Streamer.Create(ThrowsWithARow), Trees.Finite(3)]);
        using ActiveStream<Sample> stream = mux.SkipBad(1).Buffer(4).Open();
        Assert.True(stream.MoveNext());
        StreamScope scope = stream.Scope;
        using (Sample batch = stream.Current)
        {
            Assert.Equal([7, 300, 301, 302], batch["id"].Span<int>().ToArray());
        }

        Assert.False(stream.MoveNext());
        StreamerContractTests.AssertNothingRented(scope);
    }

    private static string Letters(Streamer<int> streamer) => string.Concat(streamer.Select(static i => (char)('a' + i)));

    private static int[] Rows(Streamer<Sample> streamer, int size)
    {
        using ActiveStream<Sample> stream = streamer.Buffer(size).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        return batch["id"].Span<int>().ToArray();
    }

    private static IEnumerable<Sample> ThrowsWithARow(StreamContext context)
    {
        Sample good = context.Rent(Trees.RowSpec);
        good["id"].Span<int>()[0] = 7;
        yield return good;
        context.Rent(Trees.RowSpec)["id"].Span<int>()[0] = 8;
        throw new DataException("wrong");
    }

    /// <summary>Its own number so many times; throws the first few times that it comes to one place.</summary>
    private sealed class Failing(int number, int length, Place place, int errors) : Streamer<int>(null)
    {
        private int _left = errors;

        internal override string Label => "Failing";

        internal override IEnumerable<IStreamerNode> Inputs => [];

        internal override Activation<int> Create() => new FailingActivation(this, number, length);

        private void Reach(Place reached)
        {
            if (reached == place && _left > 0)
            {
                _left--;
                throw new DataException("a", number, reached.ToString());
            }
        }

        private sealed class FailingActivation(Failing recipe, int number, int length) : Activation<int>(recipe)
        {
            private int _given;

            internal override bool TryNext([MaybeNullWhen(false)] out int item)
            {
                item = number;
                if (_given == 1)
                {
                    recipe.Reach(Place.Asking);
                }

                return ++_given <= length;
            }

            protected override void Begin()
            {
                _given = 0;
                recipe.Reach(Place.Opening);
            }

            protected override void End() => recipe.Reach(Place.Closing);

            protected override void SaveState(StateWriter writer)
            {
            }

            protected override void LoadState(StateReader reader)
            {
            }
        }
    }
}
