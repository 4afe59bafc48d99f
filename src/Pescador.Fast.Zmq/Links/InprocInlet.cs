namespace Pescador.Fast;

/// <summary>The consumer's end within this process. Samples come as they are; only those that lie unaligned, or in arrays, are copied.</summary>
internal sealed class InprocInlet : Inlet
{
    private readonly Gathering _gathering;
    private readonly InprocEnd _end;

    /// <inheritdoc cref="LinkFactory.Open(ZmqEndpoint, bool, ZmqPattern, InletSettings, Doorbell, StreamScope)"/>
    internal InprocInlet(ZmqEndpoint endpoint, bool isBinding, ZmqPattern pattern, InletSettings settings, Doorbell doorbell, StreamScope scope)
    {
        Endpoint = endpoint.ToString();
        _gathering = new Gathering(doorbell, settings, scope);
        _end = new InprocEnd(endpoint.Address, isBinding, isOutlet: false, pattern, "", _gathering, static () => { });
        try
        {
            InprocNames.Join(_end);
        }
        catch
        {
            _gathering.Dispose();
            throw;
        }

        if (isBinding)
        {
            settings.Options.Bound?.Invoke(Endpoint);
        }
    }

    internal override string Endpoint { get; }

    internal override bool HasConnected => !_gathering.Lanes.IsEmpty;

    internal override bool HasArrival => _gathering.HasArrival;

    internal override PescadorException? Starvation => _gathering.Starvation;

    internal override bool TryTake(out Arrival arrival)
    {
        if (!_gathering.TryTake(out arrival))
        {
            return false;
        }

        if (arrival.Kind != ArrivalKind.Sample && _gathering.HasEnded)
        {
            InprocNames.Leave(_end); // the senders see that their end was taken
        }

        return true;
    }

    internal override void Recycle(StateWriter checkpoint) => _gathering.Recycle(checkpoint);

    internal override void AddBatchCounters(ref PoolCounters sum) => _gathering.AddBatchCounters(ref sum);

    internal override void AddCounters(ICollection<ZmqWorkerCounters> counters) => _gathering.AddCounters(counters);

    public override void Dispose()
    {
        _gathering.BeginEnding();
        InprocNames.Leave(_end);
        _gathering.Dispose();
    }
}
