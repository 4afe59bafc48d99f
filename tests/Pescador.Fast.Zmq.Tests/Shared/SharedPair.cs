namespace Pescador.Fast.Zmq.Tests.Shared;

/// <summary>A producer and a consumer of one process, over a path of their own.</summary>
internal sealed class SharedPair : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shm").FullName;

    internal SharedPair(ZmqOptions? options = null, SharedWaking waking = SharedWaking.Futex, bool isOutletBinding = true)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "shared slabs need Linux");
        Options = options ?? ZmqOptions.Default with { ReconnectDelay = TimeSpan.FromMilliseconds(5) };
        Path = System.IO.Path.Combine(_folder, "s");
        Doorbell = new SharedDoorbell(null, waking);
        if (isOutletBinding)
        {
            Outlet = new SharedOutlet(Path, true, Options, waking);
            Inlet = new SharedInlet(Path, false, Options, Doorbell);
        }
        else
        {
            Inlet = new SharedInlet(Path, true, Options, Doorbell);
            Outlet = new SharedOutlet(Path, false, Options, waking);
        }
    }

    internal static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    internal ZmqOptions Options { get; }

    internal string Path { get; }

    internal SharedOutlet Outlet { get; }

    internal SharedInlet Inlet { get; }

    internal SharedDoorbell Doorbell { get; }

    /// <summary>Waits for what comes next.</summary>
    internal Arrival Take() => Take(Inlet, Doorbell);

    internal static Arrival Take(SharedInlet inlet, SharedDoorbell doorbell)
    {
        CancellationToken limit = Limit;
        Arrival arrival;
        while (!inlet.TryTake(out arrival))
        {
            limit.ThrowIfCancellationRequested();
            doorbell.Wait();
        }

        return arrival;
    }

    internal Sample TakeSample()
    {
        Arrival arrival = Take();
        Assert.Null(arrival.Failure);
        Assert.Equal(ArrivalKind.Sample, arrival.Kind);
        return arrival.Sample;
    }

    internal void Send(Sample sample) => Outlet.Send(sample, null, null, Limit);

    public void Dispose()
    {
        Outlet.Dispose();
        Inlet.Dispose();
        Doorbell.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
