namespace Pescador.Fast;

/// <summary>The streamers of a mux and their weights, as they were given: checked here.</summary>
internal sealed class MuxInputs<T>
{
    private readonly MuxWeights? _weights;

    internal MuxInputs(IEnumerable<IEnumerable<T>> streamers, MuxWeights? weights, string mux)
    {
        ArgumentNullException.ThrowIfNull(streamers);
        Streamers = [.. streamers.Select(Streamer.From)];
        if (Streamers.Length == 0)
        {
            throw new PescadorException($"{mux} needs at least one streamer; got an empty collection.");
        }

        if (weights is not null && weights.Count != Streamers.Length)
        {
            throw new PescadorException($"{mux} needs as many weights as streamers: {Streamers.Length}, but got {weights.Count}.");
        }

        _weights = weights;
    }

    internal Streamer<T>[] Streamers { get; }

    internal int Count => Streamers.Length;

    internal int CountPositive => _weights is null ? Count : _weights.ToArray().Count(static weight => weight > 0);

    /// <summary>Rises whenever the weights change.</summary>
    internal int WeightsVersion => _weights?.Version ?? 0;

    /// <summary>For labels: a weight that is changed later does not make another tree.</summary>
    internal string WeightsLabel => _weights is null ? "" : ", weighted";

    /// <summary>Copies the weights, 1 each if none were given.</summary>
    /// <returns>Their version.</returns>
    internal int CopyWeights(double[] destination)
    {
        if (_weights is not null)
        {
            return _weights.CopyTo(destination);
        }

        Array.Fill(destination, 1);
        return 0;
    }
}
