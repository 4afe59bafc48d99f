using System.Diagnostics;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Streaming from worker processes.</summary>
public sealed class ProcessTests
{
    public static TheoryData<WorkerTransport> EveryTransport => [.. Enum.GetValues<WorkerTransport>().Where(static transport => transport != WorkerTransport.Fastest)];

    [Theory]
    [MemberData(nameof(EveryTransport))]
    public void InProcesses_OneWorker_GivesWhatPrefetchGives(WorkerTransport transport)
    {
        Streamer<Sample> here = WorkerStreams.Mixed(new(40, Batch: 8)).Prefetch(2).WithSeed(5);
        Streamer<Sample> there = ZmqStreamer.InProcesses(
            WorkerStreams.Mixed, new WorkerStreams.Numbers(40, Batch: 8), options: new WorkerOptions { Transport = transport }).WithSeed(5);
        Assert.Equal(Reading.Take(here, 30), Reading.Take(there, 30));
    }

    [Fact]
    public void InProcesses_InOrder_RepeatsFromItsSeedAndGivesInTurn()
    {
        List<string> Run() => Reading.Take(ZmqStreamer.InProcesses(WorkerStreams.Numbered, new WorkerStreams.Numbers(20, Batch: 2), 4).WithSeed(9), 100);
        List<string> first = Run();
        Assert.Equal(40, first.Count);
        Assert.Equal(first, Run());
        Assert.Equal(Reading.Take(WorkerStreams.Numbered(new(20, Batch: 2)).Prefetch(2, workers: 4).WithSeed(9), 100), first);
        Assert.Equal(40, first.Distinct().Count()); // seeds of their own
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InProcesses_Sharded_GivesEachNumberOnceFromProcessesOfTheirOwn(bool inOrder)
    {
        var ids = new List<int>();
        var processes = new HashSet<int>();
        ZmqStreamer streamer = ZmqStreamer.InProcesses(WorkerStreams.Sharded, new WorkerStreams.Numbers(100), 3, new WorkerOptions { InOrder = inOrder });
        foreach (Sample sample in streamer.Iterate(cancellationToken: TestContext.Current.CancellationToken))
        {
            ids.Add(WorkerStreams.Id(sample));
            processes.Add(WorkerStreams.ProcessId(sample));
            sample.Dispose();
        }

        Assert.Equal(3, processes.Count);
        Assert.DoesNotContain(Environment.ProcessId, processes);
        if (inOrder)
        {
            Assert.Equal(Enumerable.Range(0, 100), ids);
        }
        else
        {
            Assert.Equal(Enumerable.Range(0, 100), ids.Order());
        }
    }

    [Fact]
    public void Restore_OfWorkers_GoesOnBitForBit()
    {
        Streamer<Sample> Build() => ZmqStreamer.InProcesses(WorkerStreams.Mixed, new WorkerStreams.Numbers(30, Batch: 4), 2).WithSeed(4);
        using ActiveStream<Sample> stream = Build().Open(TestContext.Current.CancellationToken);
        Reading.Take(stream, 7);
        using ActiveStream<Sample> restored = Build().Restore(StreamState.FromArray(stream.Save().ToArray()), TestContext.Current.CancellationToken);
        Assert.Equal(Reading.Take(stream, 40), Reading.Take(restored, 40));
    }

    [Fact]
    public void InProcesses_WhereAWorkerThrows_RaisesItWithTypeMessageAndStack()
    {
        Streamer<Sample> streamer = ZmqStreamer.InProcesses(WorkerStreams.Numbered, new WorkerStreams.Numbers(-1, FailAt: 3), 2);
        RemoteException error = Assert.Throws<RemoteException>(() => Reading.Take(streamer, 100));
        Assert.Equal(("System.IO.InvalidDataException", "sample 3 is broken"), (error.RemoteType, error.RemoteMessage));
        Assert.Contains("IterateShard", error.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Contains("Worker 1 of 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InProcesses_WhereTheStreamerCannotBeBuilt_RaisesWhy()
    {
        RemoteException error = Assert.Throws<RemoteException>(() => Reading.Take(ZmqStreamer.InProcesses(WorkerStreams.Unbuildable), 1));
        Assert.Equal("there is nothing to build it of", error.RemoteMessage);
        error = Assert.Throws<RemoteException>(() => Reading.Take(ZmqStreamer.InProcesses(WorkerStreams.Nothing!), 1));
        Assert.Contains("gave no streamer", error.RemoteMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Early_EndsTheProcesses()
    {
        ActiveStream<Sample> stream = ZmqStreamer.InProcesses(WorkerStreams.Numbered, new WorkerStreams.Numbers(-1), 2).Open(TestContext.Current.CancellationToken);
        var processes = new List<Process>();
        for (int i = 0; i < 2; i++)
        {
            Assert.True(stream.MoveNext());
            processes.Add(Process.GetProcessById(WorkerStreams.ProcessId(stream.Current)));
            stream.Current.Dispose();
        }

        stream.Dispose();
        foreach (Process process in processes)
        {
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
            process.Dispose();
        }
    }

    [Fact]
    public void Dispose_WhereAWorkerIsDeaf_EndsItAllTheSame()
    {
        var options = new WorkerOptions { Zmq = new ZmqOptions { Timeout = TimeSpan.FromMilliseconds(300) } };
        ActiveStream<Sample> stream = ZmqStreamer.InProcesses(WorkerStreams.Deaf, options: options).Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        using var process = Process.GetProcessById(WorkerStreams.ProcessId(stream.Current));
        stream.Current.Dispose();
        stream.Dispose();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void InProcesses_WhoseParentIsKilled_EndToo()
    {
        using ActiveStream<Sample> stream = ZmqStreamer.InProcesses(WorkerStreams.Nested, new WorkerStreams.Numbers(-1)).Open(TestContext.Current.CancellationToken);
        Assert.True(stream.MoveNext());
        using var grandchild = Process.GetProcessById(WorkerStreams.ProcessId(stream.Current));
        stream.Current.Dispose();
        int parent = ParentOf(grandchild.Id);
        Assert.NotEqual(Environment.ProcessId, parent);
        using var child = Process.GetProcessById(parent);
        child.Kill();
        Assert.True(grandchild.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Throws<PescadorException>(() => Reading.Take(stream, 1000));
    }

    private static int ParentOf(int process)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        string line = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("PPid:", StringComparison.Ordinal));
        return int.Parse(line.AsSpan("PPid:".Length), System.Globalization.CultureInfo.InvariantCulture);
    }
}
