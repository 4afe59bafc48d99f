using System.Diagnostics;
using Pescador.Fast.Zmq.Tests.Workers;

namespace Pescador.Fast.Zmq.Tests;

/// <summary>What the process has of the system's after many streams: files, threads, mappings.</summary>
[Collection(AloneTests.Name)]
public sealed class LeakTests
{
    private const int Cycles = 50;

    public static TheoryData<string> EveryScheme => TransportContractTests.EveryTransport;

    [Theory]
    [MemberData(nameof(EveryScheme))]
    public void ManyStreams_ThatEndAreLeftAndFail_LeaveNothingBehind(string scheme)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        for (int i = 0; i < 5; i++)
        {
            Run(scheme);
        }

        (int files, int threads, int maps) before = Count();
        for (int i = 0; i < Cycles; i++)
        {
            Run(scheme);
        }

        // Each cycle has three streams: were one of anything left behind by each, there would be 50 more.
        (int files, int threads, int maps) after = Count();
        Assert.InRange(after.files, 0, before.files + (Cycles / 2));
        Assert.InRange(after.threads, 0, before.threads + (Cycles / 2));
        Assert.InRange(after.maps, 0, before.maps + Cycles);
    }

    private static void Run(string scheme)
    {
        Take(scheme, new(20, Batch: 4), 100);
        Take(scheme, new(-1, Batch: 4), 3);
        Assert.Throws<RemoteException>(() => Take(scheme, new(-1, Batch: 4, FailAt: 9), 100));
    }

    private static void Take(string scheme, WorkerStreams.Numbers numbers, int most) =>
        Reading.Take(new ZmqStreamer(new ThreadPlan(WorkerStreams.Numbered(numbers), Enum.Parse<ZmqScheme>(scheme), ZmqOptions.Default)), most);

    private static (int Files, int Threads, int Maps) Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return (Directory.GetFiles("/proc/self/fd").Length, self.Threads.Count, File.ReadAllLines("/proc/self/maps").Length);
    }
}
