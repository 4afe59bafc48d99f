using System.Collections.Concurrent;
using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>A saved state is that of what was delivered: nothing is lost, repeated, or worked on again.</summary>
/// <remarks>Alone, because weights that another test changes, of whatever mux, put off saving out of order.</remarks>
[Collection(nameof(ParallelSelectStateTests))]
[CollectionDefinition(nameof(ParallelSelectStateTests), DisableParallelization = true)]
public sealed class ParallelSelectStateTests
{
    private const int Count = 70;

    public static TheoryData<int, int, int?> Shapes => new() { { 1, 1, 1 }, { 3, 2, 1 }, { 3, 4, 7 }, { 2, 5, 1000 }, { 4, 1, null } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Restore_InOrderAtEveryPosition_GoesOnBitForBit(int workers, int depth, int? interval)
    {
        List<string> all = StreamerContractTests.Read(Build(workers, depth, interval), Count);
        for (int taken = 0; taken <= Count; taken++)
        {
            using ActiveStream<Sample> stream = Build(workers, depth, interval).Open(TestContext.Current.CancellationToken);
            StateContractTests.Skip(stream, taken);
            byte[] saved = stream.Save().ToArray();
            Assert.Equal(saved, stream.Save().ToArray()); // saving changes nothing
            using ActiveStream<Sample> restored = Build(workers, depth + 1, 3).Restore(StreamState.FromArray(saved), TestContext.Current.CancellationToken);
            Assert.Equal(saved, restored.Save().ToArray());
            Assert.Equal(all.Skip(taken), ReadRest(restored, Count - taken));
        }

        static Streamer<Sample> Build(int workers, int depth, int? interval) => new ParallelSelectStreamer<Sample, Sample>(
            new StochasticMux<Sample>([Trees.Endless(1), Trees.Rows(RowOrder.Permuted), Trees.Finite(9)], 2, 3).WithSeed(3),
            Trees.Checked,
            workers,
            inOrder: true,
            depth)
        {
            CheckpointInterval = interval,
        };
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Restore_UnorderedAtEveryPosition_LosesAndRepeatsNothing(int workers, int depth, int? interval)
    {
        for (int taken = 0; taken <= Count; taken++)
        {
            // Every fifth call waits until a later one is done, where there is a worker to do it.
            int calls = -1;
            var done = new ConcurrentBag<int>();
            bool isOver = false;
            Streamer<int> overtaking = Unordered(
                _ =>
                {
                    int call = Interlocked.Increment(ref calls);
                    if (call % 5 == 0 && workers > 1)
                    {
                        Elsewhere.Until(() => done.Any(other => other > call) || Volatile.Read(ref isOver));
                    }

                    done.Add(call);
                },
                workers,
                depth,
                interval);
            using ActiveStream<int> stream = overtaking.Open(TestContext.Current.CancellationToken);
            var given = new List<int>();
            AssertTakes(stream, given, taken);
            byte[] saved = stream.Save().ToArray();
            Volatile.Write(ref isOver, true);
            var worked = new ConcurrentBag<int>();
            using ActiveStream<int> restored = Restore(Unordered(worked.Add, workers, depth + 2, interval), saved);
            Assert.Equal(saved, restored.Save().ToArray());
            var rest = new List<int>();
            AssertTakes(restored, rest, Count - taken);
            Assert.False(restored.MoveNext());
            Assert.Equal(Enumerable.Range(0, Count), given.Concat(rest).Order());
            Assert.Equal(rest.Order(), worked.Order());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public void Restore_OfAStreamWithGaps_LosesAndRepeatsNothing(int interval)
    {
        // Items 3 and 20 are held back while all others are delivered, so that two gaps stand in the state, saved and restored twice.
        using var gate = new ManualResetEventSlim();
        Streamer<int> holding = Unordered(
            number => Assert.True(number is not (3 or 20) || gate.Wait(Elsewhere.Limit)),
            4,
            2,
            interval);
        ActiveStream<int> stream = holding.Open(TestContext.Current.CancellationToken);
        var given = new List<int>();
        AssertTakes(stream, given, 40);
        byte[] saved = stream.Save().ToArray();
        using ActiveStream<int> second = Restore(holding, saved);
        AssertTakes(second, given, 12);
        saved = second.Save().ToArray();
        gate.Set();
        second.Dispose();
        stream.Dispose();
        Assert.DoesNotContain(3, given);
        Assert.DoesNotContain(20, given);
        using ActiveStream<int> third = Restore(holding, saved);
        Assert.Equal(saved, third.Save().ToArray());
        AssertTakes(third, given, Count - 52);
        Assert.False(third.MoveNext());
        Assert.Equal(Enumerable.Range(0, Count), given.Order());
        using ActiveStream<int> ended = Restore(holding, third.Save().ToArray());
        Assert.False(ended.MoveNext());
    }

    [Fact]
    public void Save_UnorderedOverAChangeOfWeights_IsRefusedUntilAllBeforeItIsDelivered()
    {
        using var gate = new ManualResetEventSlim();
        var weights = new MuxWeights(1, 1);
        int calls = 0;
        Streamer<Sample> Build() => new ParallelSelectStreamer<Sample, Sample>(
            new ShuffledMux<Sample>([Trees.Endless(1), Trees.Endless(2)], weights).WithSeed(3),
            sample =>
            {
                Assert.True(Interlocked.Increment(ref calls) != 2 || gate.Wait(Elsewhere.Limit));
                return sample;
            },
            2,
            inOrder: false,
            1);
        using ActiveStream<Sample> stream = Build().Open(TestContext.Current.CancellationToken);
        StateContractTests.Skip(stream, 5);
        weights.Set(5, 1);
        StateContractTests.Skip(stream, 10);
        PescadorException error = Assert.Throws<PescadorException>(() => stream.Save());
        Assert.Contains("Weights of a mux", error.Message, StringComparison.Ordinal);
        gate.Set();
        using ActiveStream<Sample> restored = Build().Restore(SaveWhenPossible(stream), TestContext.Current.CancellationToken);
        StateContractTests.Skip(restored, 10);
    }

    // When that one is delivered is the threads' affair.
    private static StreamState SaveWhenPossible(ActiveStream<Sample> stream)
    {
        while (true)
        {
            StateContractTests.Skip(stream, 10);
            try
            {
                return stream.Save();
            }
            catch (PescadorException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public void Restore_UnderAnotherOrderOrNumberOfWorkers_IsRefused()
    {
        Streamer<int> source = Streamer.From([1, 2, 3]);
        using ActiveStream<int> stream = source.ParallelSelect(Same, 2).Open(TestContext.Current.CancellationToken);
        StreamState state = stream.Save();
        Assert.Throws<PescadorException>(() => source.ParallelSelect(Same, 2, inOrder: false).Restore(state, TestContext.Current.CancellationToken));
        Assert.Throws<PescadorException>(() => source.ParallelSelect(Same, 3).Restore(state, TestContext.Current.CancellationToken));

        static int Same(int number) => number;
    }

    [Fact]
    public void Save_OfWhatCannotBeSaved_ThrowsThere_AndStreamsAllTheSame()
    {
        Streamer<Guid> source = Streamer.From(Enumerable.Range(0, 50).Select(static _ => Guid.NewGuid()).ToArray()).Shuffle(4, seed: 1);
        Streamer<Guid> streamer = source.WithSeed(1).ParallelSelect(static guid => guid, 2);
        using ActiveStream<Guid> stream = streamer.Open(TestContext.Current.CancellationToken);
        stream.Save(); // nothing was taken: the seed is all
        Assert.True(stream.MoveNext());
        Assert.Contains("Guid", Assert.Throws<PescadorException>(() => stream.Save()).Message, StringComparison.Ordinal);
        Assert.True(stream.MoveNext());
    }

    private static Streamer<int> Unordered(Action<int> seen, int workers, int depth, int? interval) => new ParallelSelectStreamer<int, int>(
        Streamer.From(Enumerable.Range(0, Count).ToArray()).Shuffle(5, seed: 2).WithSeed(1), new Probe(seen).Call, workers, inOrder: false, depth)
    {
        CheckpointInterval = interval,
    };

    private static ActiveStream<int> Restore(Streamer<int> streamer, byte[] saved) =>
        streamer.Restore(StreamState.FromArray(saved), TestContext.Current.CancellationToken);

    private static void AssertTakes(ActiveStream<int> stream, List<int> given, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(stream.MoveNext());
            given.Add(stream.Current);
        }
    }

    private static List<string> ReadRest(ActiveStream<Sample> stream, int count)
    {
        var contents = new List<string>();
        for (int i = 0; i < count && stream.MoveNext(); i++)
        {
            contents.Add(Trees.Content(stream.Current));
            stream.Current.Dispose();
        }

        return contents;
    }

    // One method, so that a tree with another probe is the same tree.
    private sealed class Probe(Action<int> seen)
    {
        internal int Call(int number)
        {
            seen(number);
            return number;
        }
    }
}
