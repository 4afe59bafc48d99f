using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>Errors of the source and of the function reach the consumer unchanged, in their items' places.</summary>
public sealed class ParallelSelectErrorTests
{
    [Fact]
    public void MoveNext_WhenTheFunctionThrowsAnywhere_GivesWhatCameBeforeFirst()
    {
        for (int bad = 0; bad < 12; bad++)
        {
            var error = new InvalidTimeZoneException("the function's own");
            Streamer<int> streamer = MapData.NumberedLoose(12).ParallelSelect(sample => MapData.Number(sample) == bad ? throw error : MapData.Number(sample), 3);
            using ActiveStream<int> stream = streamer.Open(TestContext.Current.CancellationToken);
            for (int i = 0; i < bad; i++)
            {
                Assert.True(stream.MoveNext());
                Assert.Equal(i, stream.Current);
            }

            Assert.Same(error, Assert.Throws<InvalidTimeZoneException>(() => stream.MoveNext()));
            Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
            Assert.False(stream.MoveNext());
            Assert.Equal(bad, stream.Prefetch.Batches);
        }
    }

    [Fact]
    public void MoveNext_WhenALaterItemFailsFirst_GivesWhatCameBeforeFirst()
    {
        using var hasFailed = new ManualResetEventSlim();
        using ActiveStream<int> stream = Streamer.From(Enumerable.Range(0, 9)).ParallelSelect(
            number =>
            {
                if (number == 1)
                {
                    hasFailed.Set();
                    throw new InvalidTimeZoneException("the second item's");
                }

                Assert.True(hasFailed.Wait(Elsewhere.Limit));
                return number;
            },
            2).Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        Assert.Equal(0, stream.Current);
        Assert.Throws<InvalidTimeZoneException>(() => stream.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void MoveNext_WhenTheSourceThrows_GivesWhatCameBeforeFirst(int good)
    {
        var error = new InvalidTimeZoneException("the source's own");
        using ActiveStream<int> stream = Streamer.From(Failing(good, error)).ParallelSelect(static number => number, 2)
            .Open(TestContext.Current.CancellationToken);
        for (int i = 0; i < good; i++)
        {
            Assert.True(stream.MoveNext());
            Assert.Equal(i, stream.Current);
        }

        Assert.Same(error, Assert.Throws<InvalidTimeZoneException>(() => stream.MoveNext()));
        Assert.False(stream.MoveNext());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void TryNext_AfterADataException_GoesOn(int workers, bool inOrder)
    {
        // Every fourth is found bad by the source, every fifth by the function.
        Streamer<int> streamer = Streamer.From(Enumerable.Range(0, 100)).Select(static number => ThrowIf(number, 4))
            .ParallelSelect(static number => ThrowIf(number, 5), workers, inOrder);
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        Activation<int> activation = streamer.Activate(scope, 1);
        var given = new List<long>();
        bool goesOn = true;
        while (goesOn)
        {
            try
            {
                goesOn = activation.TryNext(out int number);
                given.Add(goesOn ? number : -1000);
            }
            catch (DataException error)
            {
                given.Add(-error.Row ?? throw new InvalidOperationException("no row"));
            }
        }

        activation.Close();
        IEnumerable<long> expected = Enumerable.Range(0, 100).Select(static number => number % 4 == 3 || number % 5 == 3 ? -number : (long)number).Append(-1000);
        Assert.Equal(inOrder ? expected : expected.Order(), inOrder ? given : given.Order());
    }

    [Fact]
    public void SkipBad_AboveAndBelow_ListsWhatSelectWouldHave()
    {
        Streamer<Sample> source = Trees.WithBad(Trees.Endless(1)).SkipBad(1000);
        using ActiveStream<Sample> direct = source.Select(Bad).SkipBad(1000).WithSeed(5).Open(TestContext.Current.CancellationToken);
        using ActiveStream<Sample> parallel = source.ParallelSelect(Bad, 3).SkipBad(1000).WithSeed(5).Open(TestContext.Current.CancellationToken);
        for (int i = 0; i < 100; i++)
        {
            StateContractTests.Skip(direct, 1);
            StateContractTests.Skip(parallel, 1);
            Assert.Equal(direct.SkippedCount, parallel.SkippedCount);
            Assert.Equal(direct.Skipped.OrderBy(static bad => bad.Row), parallel.Skipped.OrderBy(static bad => bad.Row));
        }

        Assert.True(direct.SkippedCount > 20);

        static Sample Bad(Sample sample) => sample["id"].Item<int>() % 7 == 1 ? throw new DataException("made", sample["id"].Item<int>(), "bad") : sample;
    }

    private static int ThrowIf(int number, int every) =>
        number % every == 3 ? throw new DataException("numbers", number, "bad") : number;

    private static IEnumerable<int> Failing(int good, Exception error)
    {
        for (int i = 0; i < good; i++)
        {
            yield return i;
        }

        throw error;
    }
}
