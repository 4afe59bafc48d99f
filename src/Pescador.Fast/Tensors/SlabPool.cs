using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// A fixed number of equal slabs, kept for ever; lends the one last returned first. Renting from an empty pool waits: that is
/// the back-pressure, and the only queue limit there is. Safe for any number of threads. Whoever made it disposes it.
/// </summary>
public sealed class SlabPool : ISlabHome, IDisposable
{
    private static readonly TimeSpan LongestUntilCollection = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1); // of one call; it is repeated

    // A monitor, because a renter must wait, with a time-out, for a return: 64 ns a pair, once a batch.
    private readonly object _gate = new();
    private readonly Stack<SampleCore> _free;
    private readonly Slab[] _slabs;
    private readonly WeakReference<ISlabHome> _weakSelf;
    private long _rented;
    private long _returned;
    private long _waited;
    private long _forgotten;
    private long _released;
    private int _waiting; // renters inside RentSlow: pulsing nobody costs as much as all else that is done under the gate
    private bool _isDisposed;

    /// <summary>A pool of <paramref name="slabCount"/> slabs, allocated and touched at once.</summary>
    /// <param name="spec">What one slab holds: for batches, the spec with the leading axis.</param>
    /// <param name="slabCount">How many; at least 1. Four let one be filled while three are with the consumer.</param>
    /// <param name="allocator">Where the memory comes from; <see cref="SlabAllocator.Native"/> by default.</param>
    /// <param name="budget">What the slabs' bytes count against.</param>
    /// <param name="timeout">How long to wait for a slab before failing; 10 s by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">No slab, or no time.</exception>
    /// <exception cref="PescadorException">The budget is too small.</exception>
    public SlabPool(
        SampleSpec spec, int slabCount = 4, SlabAllocator? allocator = null, MemoryBudget? budget = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slabCount);
        Timeout = timeout ?? DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(timeout));
        Spec = spec;
        _weakSelf = new WeakReference<ISlabHome>(this);
        _slabs = new Slab[slabCount];
        _free = new Stack<SampleCore>(slabCount);
        try
        {
            for (int i = 0; i < slabCount; i++)
            {
                _slabs[i] = Slab.Allocate(spec.Layout, allocator ?? SlabAllocator.Native, budget, $"A pool of {slabCount} slabs for {spec}");
                _free.Push(new SampleCore(this, _weakSelf, spec, _slabs[i]));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How long a renter waits unless told otherwise: 10 s.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>What one slab holds.</summary>
    public SampleSpec Spec { get; }

    /// <summary>How many slabs there are.</summary>
    public int SlabCount => _slabs.Length;

    /// <summary>How long a renter waits.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>What it has done so far.</summary>
    public PoolCounters Counters
    {
        get
        {
            lock (_gate)
            {
                long created = _slabs.Length - _released;
                return new PoolCounters(created, _rented, _returned, _waited, _forgotten, created * Spec.Layout.LengthInBytes);
            }
        }
    }

    /// <summary>Lends a slab, its content whatever the last borrower left; waits when all are out.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A sample of the pool's spec; disposing it returns the slab.</returns>
    /// <exception cref="PescadorException">None came back within <see cref="Timeout"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public Sample Rent(CancellationToken cancellationToken = default) => new(RentCore(cancellationToken));

    /// <summary>Lends a slab if one is free.</summary>
    /// <param name="sample">The sample, when the result is true.</param>
    /// <returns>Whether one was free.</returns>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public bool TryRent(out Sample sample)
    {
        lock (_gate)
        {
            bool isFree = TryTake(out SampleCore? core);
            sample = isFree ? new Sample(core!) : default; // non-null when free
            return isFree;
        }
    }

    /// <summary>Releases the slabs that are home now, and each of the others when it comes back. Who waits for one fails.</summary>
    public void Dispose()
    {
        SampleCore[] home;
        lock (_gate)
        {
            _isDisposed = true;
            home = [.. _free];
            _free.Clear();
            _released += home.Length;
            Monitor.PulseAll(_gate);
        }

        // Outside the gate: an allocator's own memory runs its owner's code.
        foreach (SampleCore core in home)
        {
            core.Retire();
        }
    }

    internal SampleCore RentCore(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (TryTake(out SampleCore? core))
            {
                return core;
            }
        }

        return RentSlow(cancellationToken);
    }

    void ISlabHome.Return(SampleCore core)
    {
        lock (_gate)
        {
            _returned++;
            if (!_isDisposed)
            {
                core.Spec = Spec; // a short last batch had its own
                _free.Push(core);
                if (_waiting > 0)
                {
                    Monitor.Pulse(_gate);
                }

                return;
            }

            _released++;
        }

        core.Retire();
    }

    void ISlabHome.Recover(Slab slab)
    {
        if (slab.IsDisposed)
        {
            return;
        }

        lock (_gate)
        {
            _forgotten++;
        }

        ((ISlabHome)this).Return(new SampleCore(this, _weakSelf, Spec, slab));
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SampleCore? core)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        bool isFree = _free.TryPop(out core);
        _rented += isFree ? 1 : 0;
        return isFree;
    }

    private SampleCore RentSlow(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static gate =>
            {
                lock (gate!)
                {
                    Monitor.PulseAll(gate);
                }
            },
            _gate);
        TimeSpan untilCollection = TimeSpan.FromTicks(Math.Min(LongestUntilCollection.Ticks, Timeout.Ticks / 2));
        TimeSpan collecting = TimeSpan.Zero;
        bool hasCollected = false;
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            _waited++;
            _waiting++;
            try
            {
                while (true)
                {
                    // Before anything else: whoever was pulsed must take what it was pulsed for, late or cancelled.
                    if (TryTake(out SampleCore? core))
                    {
                        return core;
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                    TimeSpan waited = Stopwatch.GetElapsedTime(start) - collecting;
                    if (!hasCollected && waited >= untilCollection)
                    {
                        hasCollected = true;
                        collecting = Collect(); // not the consumers' time: what was forgotten must still find someone waiting
                        continue;
                    }

                    TimeSpan left = (hasCollected ? Timeout : untilCollection) - waited;
                    if (left <= TimeSpan.Zero)
                    {
                        throw new PescadorException(
                            $"No slab came back within {Timeout.TotalSeconds:0.###} s: all {SlabCount} of {Spec} are out. "
                            + "A batch was probably not disposed, or a tensor or array made of one is still held; or the pool needs more slabs than its consumers keep at once.");
                    }

                    // Rounded up: a wait of less than a millisecond would be none, in a loop.
                    Monitor.Wait(_gate, left < LongestWait ? (int)Math.Ceiling(left.TotalMilliseconds) : (int)LongestWait.TotalMilliseconds);
                }
            }
            catch
            {
                Monitor.Pulse(_gate); // an interrupted thread may have been pulsed for a slab that it does not take
                throw;
            }
            finally
            {
                _waiting--;
            }
        }
    }

    // Forgotten batches come home through their finalizers, which need the gate; the wait goes on, and a return ends it.
    private TimeSpan Collect()
    {
        Monitor.Exit(_gate);
        long start = Stopwatch.GetTimestamp();
        try
        {
            GC.Collect();
            return Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            Monitor.Enter(_gate);
        }
    }
}
