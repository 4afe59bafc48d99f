namespace Pescador.Fast.Tests.Prefetch;

/// <summary>Errors of a worker's stream reach the consumer, in their place and unchanged.</summary>
public sealed class PrefetchErrorTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    public void MoveNext_WhenTheStreamThrows_GivesWhatCameBeforeFirst(int good, int depth)
    {
        var error = new InvalidTimeZoneException("the stream's own");
        using ActiveStream<int> stream = Streamer.From(Failing(good, error)).Prefetch(depth).Open();
        for (int i = 0; i < good; i++)
        {
            Assert.True(stream.MoveNext());
            Assert.Equal(i, stream.Current);
        }

        Exception thrown = Assert.Throws<InvalidTimeZoneException>(() => stream.MoveNext());
        Assert.Same(error, thrown);
        Assert.Contains(nameof(Failing), thrown.StackTrace, StringComparison.Ordinal);
        Assert.False(stream.MoveNext());
    }

    [Fact]
    public void MoveNext_WhenOneOfThreeWorkersFails_ThrowsInItsTurn()
    {
        var error = new InvalidTimeZoneException("the second worker's");
        int opened = 0;
        using var all = new CountdownEvent(3);
        Streamer<int> source = Streamer.Create<int>(Numbered);
        using ActiveStream<int> stream = source.Prefetch(4, workers: 3).Open();
        var given = new List<int>();
        Assert.Same(error, Assert.Throws<InvalidTimeZoneException>(() =>
        {
            while (stream.MoveNext())
            {
                given.Add(stream.Current);
            }
        }));

        // Which thread came first is chance; the failing one gave two, so the error came in the third round.
        Assert.InRange(given.Count, 6, 8);

        IEnumerable<int> Numbered(StreamContext context)
        {
            int worker = Interlocked.Increment(ref opened);
            all.Signal();
            Assert.True(all.Wait(Elsewhere.Limit));
            for (int i = 0; ; i++)
            {
                yield return worker == 2 && i == 2 ? throw error : i;
            }
        }
    }

    [Fact]
    public void TryNext_AfterADataException_GoesOn()
    {
        // An iterator has ended with its first exception; a map's function may throw again and again.
        Streamer<int> source = Streamer.From(Enumerable.Range(0, 30))
            .Select(static i => i % 4 == 3 ? throw new DataException($"item {i}") : i);
        var got = new List<string>();
        Pull(source.Prefetch(3), (activation, _) => PullAll(activation, got));
        Assert.Equal(Enumerable.Range(0, 30).Select(static i => i % 4 == 3 ? $"item {i}" : $"{i}"), got);
    }

    [Fact]
    public void Restore_OfAStreamWithDataExceptions_RepeatsThem()
    {
        PrefetchStreamer<int> Build() => new(
            Streamer.From(Enumerable.Range(0, 40)).Select(static i => i % 4 == 3 ? throw new DataException($"item {i}") : i), 3, 1)
        {
            CheckpointInterval = 6,
        };
        for (int taken = 0; taken < 30; taken++)
        {
            var writer = new StateWriter();
            var rest = new List<string>();
            Pull(Build(), (activation, _) =>
            {
                PullSome(activation, taken, []);
                activation.Save(writer);
                PullAll(activation, rest);
            });
            var restored = new List<string>();
            PrefetchStreamer<int> again = Build();
            Activation<int> loaded = again.Load(NewScope(), new StateReader(writer.WrittenMemory));
            PullAll(loaded, restored);
            loaded.Close();
            Assert.Equal(rest, restored);
        }
    }

    [Fact]
    public void MoveNext_WithATooSmallBudget_SaysSo()
    {
        Streamer<Sample> batches = Contract.Trees.Endless(1).Buffer(100).Prefetch(2).With(budget: new MemoryBudget(1000));
        using ActiveStream<Sample> stream = batches.Open();
        PescadorException error = Assert.Throws<PescadorException>(() => stream.MoveNext());
        Assert.Contains("A pool of 5 slabs", error.Message, StringComparison.Ordinal);
        Assert.Contains("1000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_WhenSeveralFailToClose_ThrowsOneAndEndsAll()
    {
        Streamer<int> source = Streamer.Create<int>(FailingAtTheEnd);
        ActiveStream<int> stream = source.Prefetch(2, workers: 3).Open();
        for (int i = 0; i < 9; i++)
        {
            Assert.True(stream.MoveNext());
        }

        Assert.Throws<InvalidTimeZoneException>(stream.Dispose);
        stream.Dispose();
        Assert.Equal(0, source.ActivationCount);
    }

    [Fact]
    public void MoveNext_AtTheEndOfAStreamThatFailsToClose_Throws()
    {
        using ActiveStream<int> stream = Streamer.Create<int>(FailingAtTheEnd).Take(3).Prefetch(2).Open();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(stream.MoveNext());
        }

        Assert.Throws<InvalidTimeZoneException>(() => stream.MoveNext());
    }

    internal static StreamScope NewScope() => new(SlabAllocator.Native, null, SlabPool.DefaultTimeout);

    private static void Pull<T>(Streamer<T> streamer, Action<Activation<T>, StreamScope> action)
    {
        StreamScope scope = NewScope();
        Activation<T> activation = streamer.Activate(scope, 5);
        try
        {
            action(activation, scope);
        }
        finally
        {
            activation.Close();
        }
    }

    private static void PullAll(Activation<int> activation, List<string> got) => PullSome(activation, int.MaxValue, got);

    private static void PullSome(Activation<int> activation, int count, List<string> got)
    {
        for (int i = 0; i < count; i++)
        {
            try
            {
                if (!activation.TryNext(out int item))
                {
                    return;
                }

                got.Add($"{item}");
            }
            catch (DataException error)
            {
                got.Add(error.Message);
            }
        }
    }

    private static IEnumerable<int> Failing(int good, Exception error)
    {
        for (int i = 0; i < good; i++)
        {
            yield return i;
        }

        throw error;
    }

    private static IEnumerable<int> FailingAtTheEnd(StreamContext context)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                yield return i;
            }
        }
        finally
        {
            throw new InvalidTimeZoneException("the finally block's own");
        }
    }
}
