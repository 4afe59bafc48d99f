namespace Pescador.Fast;

/// <summary>
/// Lends loose samples of one form, or views of anything, and grows as long as the budget allows. One thread, its owner, rents and
/// returns by plain push and pop; every other thread's returns go over a list of their own.
/// </summary>
/// <remarks>Who pulls may change from thread to thread, but only one pulls at a time. A puller that is not the owner rents from
/// <c>_borrowed</c>, which nobody else touches; the owner may at that moment still return old samples to <c>_free</c>.</remarks>
internal sealed class SamplePool : ISlabHome
{
    private const long Nobody = -1; // no thread's token

    private static readonly SampleSpec NoTensors = new();

    private readonly SampleSpec? _spec;
    private readonly SlabAllocator _allocator;
    private readonly MemoryBudget? _budget;
    private readonly WeakReference<ISlabHome> _weakSelf;
    private readonly List<Slab> _slabs = []; // all of them: what is lent and forgotten must not be freed under a span somebody kept

    private SampleCore?[] _free = new SampleCore?[16];
    private int _freeCount;
    private long _owner = ThreadToken.Take();
    private SampleCore? _borrowed;
    private SampleCore? _returned; // by other threads, linked by Next: pushed by CAS, taken whole by the puller
    private int _borrowedCount;
    private int _created;
    private long _rented;
    private long _forgotten;

    /// <summary>A pool of loose samples of a form; of views, when there is none.</summary>
    internal SamplePool(SampleSpec? spec, SlabAllocator allocator, MemoryBudget? budget)
    {
        _spec = spec;
        _allocator = allocator;
        _budget = budget;
        _weakSelf = new WeakReference<ISlabHome>(this);
    }

    internal bool IsOwnedByCurrentThread => ThreadToken.Current == _owner;

    internal long Outstanding => _created - Volatile.Read(ref _freeCount) - _borrowedCount - (Volatile.Read(ref _returned)?.ReturnedCount ?? 0);

    internal PoolCounters Counters => new(
        _created, _rented, _rented - Outstanding, 0, Volatile.Read(ref _forgotten), _spec is null ? 0 : _created * _spec.Layout.LengthInBytes);

    /// <summary>Lends a core; of a pool of views, one that stands for nothing yet.</summary>
    /// <exception cref="PescadorException">The pool must grow and the budget does not allow it.</exception>
    internal SampleCore Rent()
    {
        int last = _freeCount - 1;
        if (last >= 0 && IsOwnedByCurrentThread)
        {
            SampleCore core = _free[last]!; // pushed non-null below _freeCount
            if (_spec is not null)
            {
                _free[last] = null; // what holds memory must be reachable by its borrower alone while it is lent, or it is never found forgotten
            }

            _freeCount = last;
            _rented++;
            return core;
        }

        return RentSlow();
    }

    internal void ReturnByOwner(SampleCore core)
    {
        int count = _freeCount;
        if (count == _free.Length)
        {
            Array.Resize(ref _free, count * 2);
        }

        if (!ReferenceEquals(_free[count], core))
        {
            _free[count] = core; // mostly it was the last one lent: a view then still stands there, and the write barrier is saved
        }

        Volatile.Write(ref _freeCount, count + 1); // last: TakeOver on another thread counts what is surely home
    }

    /// <summary>Takes a core home, from whichever thread.</summary>
    public void Return(SampleCore core)
    {
        if (IsOwnedByCurrentThread)
        {
            ReturnByOwner(core);
            return;
        }

        SampleCore? head = Volatile.Read(ref _returned);
        SampleCore? seen;
        do
        {
            core.Next = head;
            core.ReturnedCount = head is null ? 1 : head.ReturnedCount + 1;
            seen = head;
            head = Interlocked.CompareExchange(ref _returned, core, head);
        }
        while (!ReferenceEquals(head, seen));
    }

    /// <summary>Makes the current thread the owner, if nothing is out that the old owner might be returning right now.</summary>
    internal void TakeOver()
    {
        if (IsOwnedByCurrentThread)
        {
            return;
        }

        TakeReturned();
        if (_owner == Nobody || Volatile.Read(ref _freeCount) + _borrowedCount == _created)
        {
            _owner = ThreadToken.Take();
        }
    }

    /// <summary>Ends the ownership of a thread that rents and returns no more.</summary>
    internal void Disown() => _owner = Nobody;

    /// <summary>Takes home a slab whose sample became unreachable undisposed. Called by the finalizer thread.</summary>
    public void Recover(Slab slab)
    {
        if (!slab.IsDisposed)
        {
            Interlocked.Increment(ref _forgotten);
            Return(new SampleCore(this, _weakSelf, _spec ?? NoTensors, slab));
        }
    }

    /// <summary>Releases the memory of everything at home; what is still out stays with its finalizer.</summary>
    internal void Trim()
    {
        TakeReturned();
        for (; _borrowed is { } core; _borrowed = core.Next)
        {
            core.Retire();
            _borrowedCount--;
            _created--;
        }

        while (IsOwnedByCurrentThread && _freeCount > 0)
        {
            _free[--_freeCount]!.Retire(); // non-null below _freeCount
            _free[_freeCount] = null;
            _created--;
        }

        _slabs.RemoveAll(static slab => slab.IsDisposed);
    }

    private SampleCore RentSlow()
    {
        TakeReturned();
        SampleCore core = TakeBorrowed() ?? CreateOrRecover();
        if (IsOwnedByCurrentThread)
        {
            while (TakeBorrowed() is { } home)
            {
                ReturnByOwner(home);
            }
        }

        _rented++;
        return core;
    }

    private SampleCore? TakeBorrowed()
    {
        if (_borrowed is not { } core)
        {
            return null;
        }

        _borrowed = core.Next;
        _borrowedCount--;
        core.Next = null;
        return core;
    }

    // Where the budget is used up, forgotten samples may hold it: one collection brings them home through their finalizers.
    private SampleCore CreateOrRecover()
    {
        try
        {
            return Create();
        }
        catch (PescadorException) when (_slabs.Count > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            TakeReturned();
            if (TakeBorrowed() is not { } core)
            {
                throw;
            }

            return core;
        }
    }

    private SampleCore Create()
    {
        Slab? slab = null;
        if (_spec is not null)
        {
            slab = Slab.Allocate(_spec.Layout, _allocator, _budget, $"A loose sample {_spec}");
            _slabs.Add(slab);
        }

        _created++;
        return new SampleCore(this, _weakSelf, _spec ?? NoTensors, slab);
    }

    // Moves what other threads returned to the puller's own list.
    private void TakeReturned()
    {
        SampleCore? core = Interlocked.Exchange(ref _returned, null);
        while (core is not null)
        {
            SampleCore? next = core.Next;
            core.Next = _borrowed;
            _borrowed = core;
            _borrowedCount++;
            core = next;
        }
    }

    /// <summary>Knows threads apart: 0 for one that never owned a pool. Unlike a thread's id it is never given again, and reading it
    /// takes 0.3 ns where <see cref="Environment.CurrentManagedThreadId"/> takes 4.</summary>
    private static class ThreadToken
    {
        [ThreadStatic]
        internal static long Current;

        private static long _last;

        internal static long Take() => Current != 0 ? Current : Current = Interlocked.Increment(ref _last);
    }
}
