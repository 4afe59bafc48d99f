namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>What a stream that travels promises, over every transport: what Prefetch gives, which runs the same stream on a thread.</summary>
public sealed class TransportContractTests
{
    private const int Samples = 400;

    public static TheoryData<string, string> EveryTransportAndTree => [.. Transports.SelectMany(static _ => Trees.Keys, static (scheme, tree) => (scheme, tree))];

    public static TheoryData<string> EveryTransport => [.. Transports];

    private static IEnumerable<string> Transports => Enum.GetNames<ZmqScheme>();

    private static readonly Dictionary<string, Func<Streamer<Sample>>> Trees = new()
    {
        ["rows as views"] = static () => Streamer.FromRows(Table(), RowOrder.Random),
        ["one pass of rows"] = static () => Streamer.FromRows(Table(), RowOrder.Permuted),
        ["rented samples"] = static () => WorkerStreams.Numbered(new(300)),
        ["batches"] = static () => WorkerStreams.Numbered(new(-1, Batch: 16)),
        ["a short last batch"] = static () => WorkerStreams.Numbered(new(1000, Batch: 32)),
        ["batches of a mux"] = static () => WorkerStreams.Mixed(new(50, Batch: 8)),
        ["shapes that change"] = static () => Streamer.Create(Changing),
        ["nothing"] = static () => WorkerStreams.Numbered(new(0)),
        ["given samples"] = static () => Streamer.From([Sample.Of(("X", new TensorData(new double[] { 1, 2 }, 2))), Sample.Of(("X", new TensorData(new double[] { 3 }, 1)))]),
    };

    [Theory]
    [MemberData(nameof(EveryTransportAndTree))]
    public void Iterate_OverAnyTransport_GivesWhatPrefetchGives(string scheme, string tree)
    {
        Streamer<Sample> expected = Trees[tree]().Prefetch(2).WithSeed(5);
        Streamer<Sample> actual = Over(scheme, Trees[tree]()).WithSeed(5);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            Assert.Equal(Reading.Take(expected, Samples), Reading.Take(actual, Samples));
            Assert.Equal(0, actual.ActivationCount);
        }
    }

    [Theory]
    [MemberData(nameof(EveryTransportAndTree))]
    public void Iterate_OverAnyTransport_GivesAlignedSamples(string scheme, string tree)
    {
        foreach (Sample sample in Over(scheme, Trees[tree]()).Iterate(50, TestContext.Current.CancellationToken))
        {
            Assert.True(Reading.IsAligned(sample));
            sample.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(EveryTransportAndTree))]
    public void Restore_AnywhereOverAnyTransport_GoesOnBitForBit(string scheme, string tree)
    {
        foreach (int interval in (int[])[1, 7])
        {
            foreach (int taken in (int[])[0, 1, 6, 20])
            {
                Streamer<Sample> Build() => Over(scheme, Trees[tree](), interval).WithSeed(5);
                using ActiveStream<Sample> stream = Build().Open(TestContext.Current.CancellationToken);
                Reading.Take(stream, taken);
                StreamState state = StreamState.FromArray(stream.Save().ToArray());
                using ActiveStream<Sample> restored = Build().Restore(state, TestContext.Current.CancellationToken);
                Assert.Equal(Reading.Take(stream, 60), Reading.Take(restored, 60));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void Iterate_WhereTheWorkerThrows_RaisesItWithTypeMessageAndStack(string scheme)
    {
        using ActiveStream<Sample> stream = Over(scheme, WorkerStreams.Numbered(new(-1, FailAt: 10))).Open(TestContext.Current.CancellationToken);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(stream.MoveNext());
            Assert.Equal(i, WorkerStreams.Id(stream.Current));
            stream.Current.Dispose();
        }

        RemoteException error = Assert.Throws<RemoteException>(() => stream.MoveNext());
        Assert.Equal("System.IO.InvalidDataException", error.RemoteType);
        Assert.Equal("sample 10 is broken", error.RemoteMessage);
        Assert.Contains(nameof(WorkerStreams), error.RemoteStackTrace, StringComparison.Ordinal);
        Assert.False(stream.MoveNext());
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void Dispose_InTheMiddle_EndsTheWorkerAndItsStream(string scheme)
    {
        Streamer<Sample> source = WorkerStreams.Numbered(new(-1, Batch: 4));
        Streamer<Sample> streamer = Over(scheme, source);
        for (int i = 0; i < 5; i++)
        {
            foreach (Sample batch in streamer.Iterate(i, TestContext.Current.CancellationToken))
            {
                batch.Dispose();
            }

            Assert.Equal(0, source.ActivationCount);
            Assert.Equal(0, streamer.ActivationCount);
        }
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void MoveNext_Cancelled_ThrowsAtOnceAndEndsTheWorker(string scheme)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var isWaiting = new ManualResetEventSlim();
        Streamer<Sample> source = Streamer.Create(context => WaitForEver(context, isWaiting));
        using ActiveStream<Sample> stream = Over(scheme, source).Open(cancellation.Token);
        var canceller = new Thread(() =>
        {
            isWaiting.Wait(TestContext.Current.CancellationToken);
            cancellation.Cancel();
        });
        canceller.Start();
        Assert.Throws<OperationCanceledException>(() => stream.MoveNext());
        canceller.Join();
        stream.Dispose();
        Assert.Equal(0, source.ActivationCount);
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void Dispose_WhileSamplesAreOut_LeavesThemReadable(string scheme)
    {
        ActiveStream<Sample> stream = Over(scheme, WorkerStreams.Numbered(new(100, Batch: 4))).WithSeed(3).Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        Sample first = stream.Current;
        Assert.True(stream.MoveNext());
        Sample second = stream.Current;
        string before = Reading.Describe(first);
        stream.Dispose();
        Assert.Equal(before, Reading.Describe(first));
        Assert.Equal([4, 5, 6, 7], second["id"].Span<int>().ToArray());
        first.Dispose();
        second.Dispose();
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void Counters_AfterAStream_SayWhatCame(string scheme)
    {
        ZmqStreamer streamer = Over(scheme, WorkerStreams.Numbered(new(40, Batch: 4)));
        using ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken);
        Reading.Take(stream, 100);
        ZmqWorkerCounters worker = Assert.Single(streamer.Counters);
        Assert.Equal(10, worker.Samples);
        Assert.Equal(10 * 4 * (64 + 2) * sizeof(float), worker.Bytes);
        Assert.Equal((0, 0L, 0), (worker.Ready, worker.Reconnects, worker.Restarts));
    }

    private static ZmqStreamer Over(string scheme, Streamer<Sample> streamer, int? checkpointInterval = null) =>
        new(new ThreadPlan(streamer, Enum.Parse<ZmqScheme>(scheme), ZmqOptions.Default) { CheckpointInterval = checkpointInterval });

    private static Dictionary<string, TensorData> Table()
    {
        float[] x = [.. Enumerable.Range(0, 50 * 7).Select(static i => (float)i)];
        int[] y = [.. Enumerable.Range(0, 50)];
        return new() { ["X"] = new TensorData(x, 50, 7), ["Y"] = new TensorData(y, 50) };
    }

    private static IEnumerable<Sample> Changing(StreamContext context)
    {
        for (int i = 0; i < 120; i++)
        {
            Sample sample = context.Rent(new SampleSpec(TensorSpec.Of<short>("X", (i % 5) + 1, i % 3), TensorSpec.Of<double>(i % 2 == 0 ? "a" : "b")));
            sample[1].Span<double>()[0] = i;
            sample[0].Span<short>().Fill((short)i);
            yield return sample;
        }
    }

    private static IEnumerable<Sample> WaitForEver(StreamContext context, ManualResetEventSlim isWaiting)
    {
        isWaiting.Set();
        context.Cancellation.WaitHandle.WaitOne();
        context.Cancellation.ThrowIfCancellationRequested();
        yield break;
    }
}
