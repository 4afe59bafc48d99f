using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// What is between the source's thread, the workers and the consumer, without a lock: the source publishes arguments into free slots, workers
/// claim them in that order and post results, the consumer takes these in order or as they were posted, and frees their slots.
/// </summary>
/// <remarks>All counters only grow, and Taken ≤ Posted ≤ Claimed ≤ Published ≤ Taken + slots. Entry number p of a list is at p modulo the
/// number of slots; it is written again only once more than p were taken.</remarks>
internal sealed class ParallelWindow<T, TResult>
{
    private readonly ParallelSlot<T, TResult>[] _slots;
    private readonly int[] _order; // which slot is published as number p: at first slot p; then the one that was freed as number p
    private readonly int[] _ready; // 1 + the slot of result number t; 0 while it is not there
    private readonly WaitingPlace[] _workers;
    private readonly bool _isInOrder;
    private readonly int _enough; // so many in the window let the source sleep on
    private ParallelEnds _ends;
    private bool _isCompleted;

    internal ParallelWindow(int workers, int depth, bool isInOrder)
    {
        _slots = new ParallelSlot<T, TResult>[workers + depth];
        _order = new int[_slots.Length];
        _ready = new int[_slots.Length];
        _isInOrder = isInOrder;
        _enough = workers + (depth / 2); // as the ring of Prefetch: woken at each free slot, the source would be woken for each item
        Consumer = new WaitingPlace(() => IsDecided);
        Source = new WaitingPlace(() => Count <= _enough || Cancellation.IsCancellationRequested);
        _workers = new WaitingPlace[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new WaitingPlace(() => IsWorkDecided);
        }

        Reset();
    }

    internal WaitingPlace Consumer { get; }

    internal WaitingPlace Source { get; }

    /// <summary>Ends all waits; who cancels it calls <see cref="WakeAll"/>.</summary>
    internal CancellationToken Cancellation { get; set; }

    /// <summary>How many results were taken.</summary>
    internal long Taken => Volatile.Read(ref _ends.Taken);

    /// <summary>How many items are between the source and the consumer now.</summary>
    internal int Count => (int)(Volatile.Read(ref _ends.Published) - Volatile.Read(ref _ends.Taken));

    /// <summary>How many results could be taken now; a glimpse.</summary>
    internal int ReadyCount => _ready.Length - _ready.AsSpan().Count(0);

    /// <summary>All slots, for who looks at them when no thread runs any more.</summary>
    internal Span<ParallelSlot<T, TResult>> Slots => _slots;

    /// <summary>For the source: whether there is a free slot.</summary>
    internal bool HasRoom => Count < _slots.Length;

    /// <summary>For the source: the free slot.</summary>
    internal ref ParallelSlot<T, TResult> Back => ref _slots[_order[IndexOf(_ends.Published)]];

    /// <summary>For the consumer: whether the next result is there.</summary>
    internal bool HasResult => Volatile.Read(ref _ready[IndexOf(Volatile.Read(ref _ends.Taken))]) != 0;

    /// <summary>For the consumer: whether all was taken, and no more comes.</summary>
    internal bool IsDrained => Volatile.Read(ref _isCompleted) && Count == 0;

    /// <summary>For the consumer: the slot of the result that is there.</summary>
    internal ref ParallelSlot<T, TResult> Front => ref _slots[_ready[IndexOf(_ends.Taken)] - 1];

    /// <summary>For the consumer: whether there is a result, or none is to be waited for.</summary>
    internal bool IsDecided => HasResult || IsDrained || Cancellation.IsCancellationRequested;

    /// <summary>For a worker: whether all is claimed, and no more comes.</summary>
    internal bool IsExhausted => Volatile.Read(ref _isCompleted) && !HasWork;

    private bool HasWork => Volatile.Read(ref _ends.Claimed) < Volatile.Read(ref _ends.Published);

    private bool IsWorkDecided => HasWork || Volatile.Read(ref _isCompleted) || Cancellation.IsCancellationRequested;

    /// <summary>Begins anew, while no thread uses it and all slots are empty.</summary>
    internal void Reset()
    {
        _ends = default;
        _isCompleted = false;
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        Array.Clear(_ready);
        Consumer.Reset();
        Source.Reset();
        Array.ForEach(_workers, static worker => worker.Reset());
    }

    /// <summary>Where a worker waits for work.</summary>
    internal WaitingPlace PlaceOf(int worker) => _workers[worker];

    /// <summary>How long the workers have waited for work, together.</summary>
    internal TimeSpan WorkersWaited()
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (WaitingPlace worker in _workers)
        {
            sum += worker.Waited;
        }

        return sum;
    }

    /// <summary>For the source: gives the slot to a worker.</summary>
    internal void Publish()
    {
        Debug.Assert(HasRoom, "who publishes has waited for room");
        Volatile.Write(ref _ends.Published, _ends.Published + 1);
        Interlocked.MemoryBarrier(); // either this sees a worker waiting, or that sees the item before it waits
        foreach (WaitingPlace worker in _workers)
        {
            if (worker.IsTaken)
            {
                worker.Wake(); // one for one item
                return;
            }
        }
    }

    /// <summary>For the source: ends it.</summary>
    internal void Complete()
    {
        Volatile.Write(ref _isCompleted, true);
        Interlocked.MemoryBarrier(); // as in Publish
        WakeAll();
    }

    /// <summary>For a worker: takes the next item, if there is one.</summary>
    internal bool TryClaim(out int slot)
    {
        long number = Volatile.Read(ref _ends.Claimed);
        while (number < Volatile.Read(ref _ends.Published))
        {
            slot = _order[IndexOf(number)]; // before it is claimed; after that the consumer may write there
            long seen = Interlocked.CompareExchange(ref _ends.Claimed, number + 1, number);
            if (seen == number)
            {
                return true;
            }

            number = seen;
        }

        slot = 0;
        return false;
    }

    /// <summary>For a worker: gives the slot to the consumer.</summary>
    internal void Post(int slot)
    {
        long place = _isInOrder ? _slots[slot].Number : Interlocked.Increment(ref _ends.Posted) - 1;
        Volatile.Write(ref _ready[IndexOf(place)], slot + 1);
        Interlocked.MemoryBarrier(); // as in Publish
        if (Consumer.IsTaken && HasResult)
        {
            Consumer.Wake();
        }
    }

    /// <summary>For the consumer: gives the slot back.</summary>
    internal void Release()
    {
        int index = IndexOf(_ends.Taken);
        _order[index] = _ready[index] - 1;
        Volatile.Write(ref _ready[index], 0);
        Volatile.Write(ref _ends.Taken, _ends.Taken + 1);
        Interlocked.MemoryBarrier(); // as in Publish
        if (Source.IsTaken && Count <= _enough)
        {
            Source.Wake();
        }
    }

    /// <summary>For whoever has cancelled <see cref="Cancellation"/>.</summary>
    internal void WakeAll()
    {
        Consumer.Wake();
        Source.Wake();
        Array.ForEach(_workers, static worker => worker.Wake());
    }

    private int IndexOf(long number) => (int)((ulong)number % (uint)_slots.Length);
}
