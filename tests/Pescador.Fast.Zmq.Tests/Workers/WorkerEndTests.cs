using System.Diagnostics;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Workers that end at a bad moment, and states that do not travel. No time-out here is shorter than the test's own patience, where
/// waiting for one would be the fault.</summary>
public sealed class WorkerEndTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TooLong = TimeSpan.FromMinutes(5);

    public static TheoryData<string> EveryScheme => TransportContractTests.EveryTransport;

    [Theory]
    [MemberData(nameof(EveryScheme))]
    public void MoveNext_StateBeyondTheLimit_StreamsOnAndSaveSaysWhyNot(string scheme)
    {
        var options = new ZmqOptions { Limits = new ZmqLimits { MaxStateBytes = 64 } };
        var streamer = new ZmqStreamer(new ThreadPlan(WorkerStreams.Numbered(new(50)), Enum.Parse<ZmqScheme>(scheme), options) { CheckpointInterval = 1 });
        using ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken);
        Assert.Equal(20, Reading.Take(stream, 20).Count);
        PescadorException error = Assert.Throws<PescadorException>(stream.Save);
        Assert.Contains("MaxStateBytes allows 64", error.Message, StringComparison.Ordinal);
        Assert.Equal(30, Reading.Take(stream, 100).Count);
    }

    [Fact]
    public void InProcesses_StateBeyondTheConsumersLimit_StreamsOn()
    {
        var options = new WorkerOptions { Zmq = new ZmqOptions { Limits = new ZmqLimits { MaxStateBytes = 64 } } };
        ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Numbered, new WorkerStreams.Numbers(50), options: options);
        Assert.Equal(50, Reading.Take(streamer, 100).Count);
    }

    [Fact]
    public void Restore_OfAStateThatNoPipeHolds_GoesOnBitForBit()
    {
        static Streamer<Sample> Build() => ZmqStreamer.InProcesses(WorkerStreams.Shuffled, new WorkerStreams.Numbers(5000), 2).WithSeed(4);
        using ActiveStream<Sample> stream = Build().Open(TestContext.Current.CancellationToken);
        Reading.Take(stream, 7);
        byte[] state = stream.Save().ToArray();
        Assert.InRange(state.Length, 1 << 20, int.MaxValue);
        using ActiveStream<Sample> restored = Build().Restore(StreamState.FromArray(state), TestContext.Current.CancellationToken);
        Assert.Equal(Reading.Take(stream, 200), Reading.Take(restored, 200));
    }

    [Theory]
    [MemberData(nameof(EveryScheme))]
    public async Task Dispose_WhereTheStreamThrowsWhenItIsStopped_DoesNotWaitForAnybodyToHearIt(string scheme)
    {
        using var isWaiting = new ManualResetEventSlim();
        var options = new ZmqOptions { Timeout = TooLong };
        var streamer = new ZmqStreamer(new ThreadPlan(Streamer.Create(context => ThrowWhenStopped(context, isWaiting)), Enum.Parse<ZmqScheme>(scheme), options));
        ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        Assert.True(isWaiting.Wait(Limit, TestContext.Current.CancellationToken));
        await Task.Run(stream.Dispose, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Dispose_WhereAnotherProcessHasTheWorkersStandardError_DoesNotWaitForThatOne()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "starts a shell");
        var options = new WorkerOptions { Zmq = new ZmqOptions { Timeout = TimeSpan.FromMilliseconds(300) } };
        ActiveStream<Sample> stream = ZmqStreamer.InProcesses(WorkerStreams.DeafWithHeir, options: options).Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        using var heir = Process.GetProcessById(WorkerStreams.ProcessId(stream.Current));
        stream.Current.Dispose();
        try
        {
            await Task.Run(stream.Dispose, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
            Assert.False(heir.HasExited);
        }
        finally
        {
            heir.Kill();
        }
    }

    private static IEnumerable<Sample> ThrowWhenStopped(StreamContext context, ManualResetEventSlim isWaiting)
    {
        yield return context.Rent(WorkerStreams.Spec);
        isWaiting.Set();
        context.Cancellation.WaitHandle.WaitOne();
        throw new InvalidDataException("stopped in the middle");
    }
}
