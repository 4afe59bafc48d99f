namespace Pescador.Fast;

/// <summary>
/// Where the consumer stands in the source's stream when results may come out of order: a checkpoint, or the seed, how many items after it were
/// delivered without a gap, and which ones beyond that. Belongs to the consumer; the source's thread reads it once, when it begins.
/// </summary>
internal sealed class ParallelPosition
{
    private readonly ParallelDelivered _beyond = new();
    private StateWriter _next = new(); // a checkpoint that lies beyond a gap
    private long _nextFirst;
    private long _nextWeights;
    private bool _hasNext;
    private long _first; // the first item that was not delivered
    private long _checkpointFirst; // the first item that the checkpoint does not hold
    private long _checkpointWeights;
    private long _weights; // changes before the latest item delivered

    /// <summary>The part that Prefetch has, too.</summary>
    internal PrefetchPosition Source { get; } = new();

    /// <summary>Those beyond the gap, as bits from the first item on that was not delivered.</summary>
    internal ulong[] Beyond => _beyond.ToArray();

    internal void Begin(ulong seed)
    {
        Source.Begin(seed);
        _beyond.Clear();
        _hasNext = false;
        _first = 0;
        _checkpointFirst = 0;
        _checkpointWeights = _weights = -1;
    }

    /// <summary>An item was delivered.</summary>
    /// <param name="number">Counted from where the source began.</param>
    /// <param name="weights">How often weights of muxes had changed before it was made.</param>
    /// <param name="weightsAtStart">And before the source began.</param>
    internal void Deliver(long number, long weights, long weightsAtStart)
    {
        if (_checkpointWeights < 0)
        {
            _checkpointWeights = weightsAtStart;
        }

        _weights = Math.Max(_weights, weights);
        _first += number == _first && _beyond.IsEmpty ? 1 : _beyond.Add(number - _first);
        if (_hasNext && _nextFirst <= _first)
        {
            _hasNext = false;
            _next = Take(_next, _nextFirst, _nextWeights);
        }
    }

    /// <summary>Takes the checkpoint that came with an item, after that was delivered.</summary>
    /// <param name="checkpoint">Stays here, if it is of use.</param>
    /// <param name="number">The item's.</param>
    /// <param name="weights">How often weights of muxes had changed before it was taken.</param>
    /// <returns>One whose memory can be written again.</returns>
    internal StateWriter Offer(StateWriter checkpoint, long number, long weights)
    {
        if (number < _first)
        {
            return number < _checkpointFirst ? checkpoint : Take(checkpoint, number + 1, weights);
        }

        // The first one beyond a gap is kept, because that is reached soonest; but what was made with other weights is made again only from
        // a checkpoint that knows them.
        if (_hasNext && _nextWeights >= weights)
        {
            return checkpoint;
        }

        StateWriter before = _next;
        (_next, _nextFirst, _nextWeights, _hasNext) = (checkpoint, number + 1, weights, true);
        return before;
    }

    internal void Save(StateWriter writer)
    {
        if (!Source.HasEnded && Source.Unsaved is null && _weights > _checkpointWeights)
        {
            throw new PescadorException(
                "Weights of a mux were changed, and results from before that are not all delivered: out of order, both kinds cannot be saved "
                + "together. Take some more results and save then, or use ParallelSelect in order.");
        }

        Source.Save(writer, _first);
        if (!Source.HasEnded)
        {
            _beyond.Save(writer);
        }
    }

    internal void Load(StateReader reader, bool isInOrder)
    {
        Source.Load(reader);
        _checkpointFirst = -Source.CountAtStart;
        if (!Source.HasEnded)
        {
            _beyond.Load(reader);
        }

        if (isInOrder && !_beyond.IsEmpty)
        {
            throw reader.Damaged("items delivered out of order, of a stream in order");
        }
    }

    private StateWriter Take(StateWriter checkpoint, long first, long weights)
    {
        _checkpointFirst = first;
        _checkpointWeights = weights;
        return Source.Exchange(checkpoint, first);
    }
}
