namespace Pescador.Fast;

/// <summary>The activation of a map's source: opened by the map's first pull, closed with the map or before it.</summary>
internal struct MapSource<T>
{
    internal Activation<T>? Active;

    internal void Close()
    {
        Activation<T>? active = Active;
        Active = null;
        active?.Close();
    }

    /// <summary>Writes whether it is open, and its state if so.</summary>
    internal readonly void Save(StateWriter writer)
    {
        writer.Write(Active is not null);
        Active?.Save(writer);
    }

    internal readonly void AddBatchCounters(ref PoolCounters sum) => Active?.AddBatchCounters(ref sum);

    internal readonly void AddPrefetchCounters(ref PrefetchCounters sum) => Active?.AddPrefetchCounters(ref sum);
}
