namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>An inlet whose arrivals are waited for, with a time-out.</summary>
internal sealed class TestConsumer : IDisposable
{
    private readonly TestDoorbell _doorbell = new();

    internal TestConsumer(
        string endpoint, bool isBinding, ZmqPattern pattern, ZmqOptions? options = null, int workers = 1, bool lossIsFailure = false, StreamScope? scope = null)
    {
        Inlet = LinkFactory.Open(
            ZmqEndpoint.Parse(endpoint), isBinding, pattern, new InletSettings(workers, options ?? ZmqOptions.Default, lossIsFailure), _doorbell,
            scope ?? new StreamScope(SlabAllocator.Native, null, TimeSpan.FromSeconds(10)));
    }

    internal Inlet Inlet { get; }

    internal TestDoorbell Doorbell => _doorbell;

    internal ZmqWorkerCounters[] Counters
    {
        get
        {
            var counters = new List<ZmqWorkerCounters>();
            Inlet.AddCounters(counters);
            return [.. counters];
        }
    }

    internal Arrival Take()
    {
        Arrival arrival = default;
        _doorbell.WaitFor(() => Inlet.TryTake(out arrival), "an arrival");
        return arrival;
    }

    internal Sample TakeSample()
    {
        Arrival arrival = Take();
        Assert.True(arrival.Kind == ArrivalKind.Sample, arrival.Failure?.ToString() ?? "the end");
        return arrival.Sample;
    }

    internal PescadorException TakeFailure()
    {
        while (true)
        {
            Arrival arrival = Take();
            if (arrival.Kind == ArrivalKind.Failure)
            {
                return arrival.Failure!;
            }

            Assert.Equal(ArrivalKind.Sample, arrival.Kind);
            arrival.Sample.Dispose();
        }
    }

    public void Dispose() => Inlet.Dispose();
}
