using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// A ring between one producer and one consumer, without a lock. Each end waits in a place of its own: the consumer until there is one
/// item, the producer until half of the slots are free.
/// </summary>
internal sealed class HandOffRing<T>
{
    private readonly HandOffSlot<T>[] _slots;

    // Wakes at half depth: woken at one free slot, it would be woken for each item that a slow consumer takes
    // (bench/RESULTS.md, "prefetch").
    private readonly int _half;
    private HandOffEnds _ends;
    private bool _isCompleted;

    internal HandOffRing(int depth)
    {
        _slots = new HandOffSlot<T>[depth];
        _half = depth / 2;
        Consumer = new WaitingPlace(() => IsDecided);
        Producer = new WaitingPlace(() => IsHalfEmpty || Cancellation.IsCancellationRequested);
    }

    internal WaitingPlace Consumer { get; }

    internal WaitingPlace Producer { get; }

    /// <summary>Ends all waits; who cancels it calls <see cref="WakeBoth"/>.</summary>
    internal CancellationToken Cancellation { get; set; }

    /// <summary>How many were released.</summary>
    internal long Taken => _ends.Head;

    /// <summary>How many are there now.</summary>
    internal int Count => (int)(Volatile.Read(ref _ends.Tail) - Volatile.Read(ref _ends.Head));

    /// <summary>Whether the producer publishes no more. What it did publish is seen by who asks after this.</summary>
    internal bool IsCompleted => Volatile.Read(ref _isCompleted);

    /// <summary>For the consumer: whether there is an item.</summary>
    internal bool HasItem => _ends.TailSeen != _ends.Head || (_ends.TailSeen = Volatile.Read(ref _ends.Tail)) != _ends.Head;

    /// <summary>For the consumer: whether there is an item, or none is to be waited for.</summary>
    internal bool IsDecided => HasItem || IsCompleted || Cancellation.IsCancellationRequested;

    /// <summary>For the consumer: the slot of the item that is there.</summary>
    internal ref HandOffSlot<T> Front => ref _slots[_ends.HeadIndex];

    /// <summary>For the producer: whether there is a free slot.</summary>
    internal bool HasRoom => _ends.Tail - _ends.HeadSeen < _slots.Length
        || _ends.Tail - (_ends.HeadSeen = Volatile.Read(ref _ends.Head)) < _slots.Length;

    /// <summary>For the producer: the free slot.</summary>
    internal ref HandOffSlot<T> Back => ref _slots[_ends.TailIndex];

    private bool IsHalfEmpty => _ends.Tail - Volatile.Read(ref _ends.Head) <= _half;

    /// <summary>Begins anew, while no thread uses it. The slots are as released.</summary>
    internal void Reset()
    {
        _ends = default;
        _isCompleted = false;
        Consumer.Reset();
        Producer.Reset();
    }

    /// <summary>For the producer: gives the slot away.</summary>
    internal void Publish()
    {
        Debug.Assert(HasRoom, "who publishes has waited for room");
        _ends.TailIndex = _ends.TailIndex + 1 < _slots.Length ? _ends.TailIndex + 1 : 0;
        Volatile.Write(ref _ends.Tail, _ends.Tail + 1);
        Interlocked.MemoryBarrier(); // either this sees the other waiting, or the other sees the item before it waits
        if (Consumer.IsTaken)
        {
            Consumer.Wake();
        }
    }

    /// <summary>For the consumer: gives the slot back.</summary>
    internal void Release()
    {
        _ends.HeadIndex = _ends.HeadIndex + 1 < _slots.Length ? _ends.HeadIndex + 1 : 0;
        Volatile.Write(ref _ends.Head, _ends.Head + 1);
        Interlocked.MemoryBarrier(); // as in Publish
        if (Producer.IsTaken && Count <= _half)
        {
            Producer.Wake();
        }
    }

    /// <summary>For the producer: ends it.</summary>
    internal void Complete()
    {
        Volatile.Write(ref _isCompleted, true);
        Interlocked.MemoryBarrier(); // as in Publish
        Consumer.Wake();
    }

    /// <summary>For whoever has cancelled <see cref="Cancellation"/>.</summary>
    internal void WakeBoth()
    {
        Consumer.Wake();
        Producer.Wake();
    }
}
