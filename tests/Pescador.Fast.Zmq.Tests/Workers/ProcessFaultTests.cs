using System.Diagnostics;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Worker processes that die, and what cannot be run in one.</summary>
public sealed class ProcessFaultTests
{
    public static TheoryData<WorkerTransport> EveryTransport => ProcessTests.EveryTransport;

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void InProcesses_WhereAWorkerIsKilled_IsAnErrorThatSaysSo(WorkerTransport transport)
    {
        ZmqStreamer streamer = ZmqStreamer.InProcesses(
            WorkerStreams.Numbered, new WorkerStreams.Numbers(-1, Batch: 8), 2, new WorkerOptions { Transport = transport });
        using ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken);
        Kill(stream);
        PescadorException error = Assert.Throws<PescadorException>(() => Reading.Take(stream, 100_000));
        Assert.Contains("signal 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("Worker 1 of 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void InProcesses_WithRestarts_LosesAndRepeatsNothing(WorkerTransport transport)
    {
        var numbers = new WorkerStreams.Numbers(300, Batch: 3);
        var options = new WorkerOptions { Transport = transport, MaxRestarts = 3 };
        ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Mixed, numbers, 2, options);
        using ActiveStream<Sample> stream = streamer.WithSeed(6).Open(TestContext.Current.CancellationToken);
        var actual = new List<string>();
        for (int kills = 0; kills < 3; kills++)
        {
            actual.AddRange(Reading.Take(stream, 50));
            actual.AddRange(Kill(stream));
        }

        do
        {
            actual.AddRange(Reading.Take(stream, 50)); // what was on its way when the last one was killed comes first
        }
        while (streamer.Counters.Sum(static worker => worker.Restarts) < 3);

        Assert.Equal(Reading.Take(WorkerStreams.Mixed(numbers).Prefetch(2, workers: 2).WithSeed(6), actual.Count), actual);
    }

    [Theory]
    [InlineData(WorkerTransport.SharedMemory, 0, true)]
    [InlineData(WorkerTransport.Ipc, 0, false)]
    [InlineData(WorkerTransport.SharedMemory, 7, false)]
    [InlineData(WorkerTransport.Ipc, 7, true)]
    [InlineData(WorkerTransport.SharedMemory, 20, true)]
    [InlineData(WorkerTransport.Ipc, 20, true)]
    [InlineData(WorkerTransport.Tcp, 20, false)]
    public void InProcesses_WhereAWorkerDiesBeforeItsFirstSampleOrItsEnd_LosesAndRepeatsNothing(WorkerTransport transport, int before, bool inOrder)
    {
        string marker = Path.GetTempFileName();
        File.Delete(marker);
        try
        {
            var options = new WorkerOptions { Transport = transport, MaxRestarts = 2, InOrder = inOrder };
            ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Mortal, new WorkerStreams.Death(marker, before, 20), 2, options);
            var ids = new List<int>();
            foreach (Sample sample in streamer.Iterate(cancellationToken: TestContext.Current.CancellationToken))
            {
                ids.Add(WorkerStreams.Id(sample));
                sample.Dispose();
            }

            Assert.Equal(Enumerable.Range(0, 40).Select(static i => i / 2), ids.Order());
            Assert.InRange(streamer.Counters.Sum(static worker => worker.Restarts), 1, 2); // both may come to die before either has said so
        }
        finally
        {
            File.Delete(marker);
        }
    }

    [Fact]
    public void InProcesses_KilledOftenerThanAllowed_IsAnError()
    {
        ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Suicidal, options: new WorkerOptions { MaxRestarts = 1 });
        PescadorException error = Assert.Throws<PescadorException>(() => Reading.Take(streamer, 1));
        Assert.Contains("code 77", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InProcesses_OfWhatNoOtherProcessCanCall_IsRefused()
    {
        int captured = 3;
        ArgumentException error = Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(() => WorkerStreams.Numbered(new(captured))));
        Assert.Contains("not a static method", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(Generic<int>));
        Assert.Contains("generic", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ZmqStreamer.InProcesses(WorkerStreams.Unbuildable, 0));
        Assert.Throws<ArgumentNullException>(() => ZmqStreamer.InProcesses(null!));
    }

    [Fact]
    public void InProcesses_WithArgumentsThatJsonCannotCarry_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(OfDelegate, static () => 1));
        Assert.Contains("JSON cannot carry", error.Message, StringComparison.Ordinal);
        var loop = new Loop();
        loop.Next = loop;
        Assert.Contains("JSON cannot carry", Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(OfLoop, loop)).Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(OfUnsettable, new Unsettable(7)));
        Assert.Contains("does not carry", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not carry", Assert.Throws<ArgumentException>(() => ZmqStreamer.InProcesses(OfHidden, new Hidden(7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_WhereTheAssemblyIsNotThere_SaysWhichCannotBeLoaded()
    {
        WorkerMethod there = WorkerMethod.Of(WorkerStreams.Unbuildable, null, false);
        RemoteException missing = Assert.Throws<RemoteException>(() => Reading.Take(Of(there with { File = "/nowhere/Missing.dll" }), 1));
        Assert.Contains("/nowhere/Missing.dll", missing.RemoteMessage, StringComparison.Ordinal);
        RemoteException other = Assert.Throws<RemoteException>(() => Reading.Take(Of(there with { Module = Guid.Empty }), 1));
        Assert.Contains("another build", other.RemoteMessage, StringComparison.Ordinal);
    }

    private static ZmqStreamer Of(WorkerMethod method) => new(new ProcessPlan(method, 1, WorkerOptions.Default));

    // Takes samples until one comes whose process still runs, and kills that.
    private static List<string> Kill(ActiveStream<Sample> stream)
    {
        var taken = new List<string>();
        while (true)
        {
            Assert.True(stream.MoveNext());
            using Sample sample = stream.Current;
            taken.Add(Reading.Describe(sample));
            try
            {
                using var process = Process.GetProcessById(sample["process"].Span<int>()[0]);
                process.Kill();
                Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
                return taken;
            }
            catch (ArgumentException)
            {
                // Killed before; this came from what it had sent by then.
            }
        }
    }

    private static Streamer<Sample> Generic<T>() => throw new NotSupportedException(typeof(T).Name);

    private static Streamer<Sample> OfDelegate(Func<int> function) => throw new NotSupportedException(function.ToString());

    private static Streamer<Sample> OfLoop(Loop loop) => throw new NotSupportedException(loop.ToString());

    private static Streamer<Sample> OfUnsettable(Unsettable value) => throw new NotSupportedException(value.ToString());

    private static Streamer<Sample> OfHidden(Hidden value) => throw new NotSupportedException(value.ToString());

    private sealed class Loop
    {
        public Loop? Next { get; set; }
    }

    private sealed class Unsettable
    {
        public Unsettable() => Value = 1;

        public Unsettable(int value) => Value = value;

        public int Value { get; }
    }

    private sealed class Hidden
    {
        private readonly int _value;

        public Hidden() => _value = 1;

        public Hidden(int value) => _value = value;

        public override string ToString() => $"{_value}";
    }
}
