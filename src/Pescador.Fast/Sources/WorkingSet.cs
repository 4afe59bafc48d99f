using System.Runtime.CompilerServices;

namespace Pescador.Fast;

/// <summary>
/// The sources that are open: those in use, those closed lately, which stay mapped or inflated while there is room, and those that will
/// be wanted next, which are opened ahead on background threads. Every stream has one of its own, unless <see cref="Streamer{T}.With"/>
/// gives several a common one. Thread-safe.
/// </summary>
/// <remarks>What is kept or opened ahead changes no sample and no order; it only saves the time of opening. Inflated and parsed data counts
/// against the stream's <see cref="MemoryBudget"/>; where there is none, what is not in use is kept up to a quarter of the memory that the
/// process may have. Least recently used goes first.</remarks>
public sealed partial class WorkingSet : IDisposable, IEvictor
{
    private readonly object _gate = new(); // a Monitor: threads wait for what others open
    private readonly Dictionary<(SourceFile, MemoryBudget?), WorkingSetEntry> _entries = [];
    private readonly LinkedList<WorkingSetEntry> _idleHolding = []; // open and not in use, least recently used first: with bytes of a budget
    private readonly LinkedList<WorkingSetEntry> _idleMapped = [];  // only mapped
    private readonly ConditionalWeakTable<MemoryBudget, WorkingSet> _registered = []; // budgets that know this set; it does not keep them
    private readonly long _mostUnbudgeted = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;
    private readonly long _recheckAfter;
    private long _idleUnbudgeted;
    private int _open;
    private int _mappings;
    private bool _isDisposed;
    private WorkingSetCounters _counters;

    /// <summary>A working set that keeps and opens ahead within bounds.</summary>
    /// <param name="maxMappings">How many files may be mapped at once, those in use included; by default half of what Linux allows a
    /// process, 32,765.</param>
    /// <param name="openers">How many background threads open ahead; 0 opens nothing ahead.</param>
    /// <param name="recheckAfter">For how long a source that is wanted again is believed unchanged on disk; 1 s by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">No mapping, or a negative number or time.</exception>
    public WorkingSet(int? maxMappings = null, int openers = 2, TimeSpan? recheckAfter = null)
    {
        _recheckAfter = (long)(recheckAfter ?? TimeSpan.FromSeconds(1)).TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfNegative(_recheckAfter, nameof(recheckAfter));
        MaxMappings = maxMappings ?? MappingGuard.Capacity / 2;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMappings, nameof(maxMappings));
        ArgumentOutOfRangeException.ThrowIfNegative(openers);
        _openers = new Opener[openers];
        for (int i = 0; i < openers; i++)
        {
            _openers[i] = new Opener(this);
        }
    }

    /// <summary>How many files may be mapped at once.</summary>
    public int MaxMappings { get; }

    /// <summary>What it has done so far, and holds now.</summary>
    public WorkingSetCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return _counters with { Open = _open, Idle = _idleHolding.Count + _idleMapped.Count, Mappings = _mappings };
            }
        }
    }

    /// <summary>Closes what is not in use, and waits for what is being opened ahead; what is in use is closed as soon as it is not.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        Trim();
    }

    /// <summary>Closes what is not in use.</summary>
    internal void Trim()
    {
        lock (_gate)
        {
            StopOpeners();
            while ((_idleHolding.First ?? _idleMapped.First) is { } oldest)
            {
                Close(oldest.Value);
            }
        }
    }

    /// <summary>Opens a source, or takes it as it is still open; <see cref="Release"/> ends that.</summary>
    /// <exception cref="DataException">The file is not there or damaged.</exception>
    /// <exception cref="PescadorException">There is no room in the budget, or too many files are in use.</exception>
    internal WorkingSetEntry Acquire(SourceFile file, StreamScope scope)
    {
        while (true)
        {
            WorkingSetEntry entry = Take(file, scope);
            if (entry.State == WorkingSetEntry.EntryState.Opening)
            {
                OpenTaken(entry);
                return entry;
            }

            // What has changed on disk is opened anew, as it would be had it not been kept. Asked outside the gate, and not each time: asking the
            // system at each activation made a sample at rate 8 three times as dear.
            long now = Environment.TickCount64;
            if (now - entry.CheckedAt < _recheckAfter || entry.Table!.IsCurrent) // open
            {
                entry.CheckedAt = now - entry.CheckedAt < _recheckAfter ? entry.CheckedAt : now;
                return entry;
            }

            lock (_gate)
            {
                Forget(entry);
            }

            Release(entry);
        }
    }

    /// <summary>Ends a use. The source stays open while there is room.</summary>
    internal void Release(WorkingSetEntry entry)
    {
        lock (_gate)
        {
            if (--entry.Uses > 0)
            {
                return;
            }

            AddIdle(entry);
            if (entry.IsDetached || _isDisposed)
            {
                Close(entry);
            }

            while (_idleUnbudgeted > _mostUnbudgeted && OldestHolding(null) is { } oldest)
            {
                Close(oldest);
            }

            _isStalled = false; // room has come
            StartOpeners();
        }
    }

    private WorkingSetEntry Take(SourceFile file, StreamScope scope)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            WorkingSetEntry entry = Find(file, scope.Budget);
            if (entry.State == WorkingSetEntry.EntryState.Opening)
            {
                _counters = _counters with { Waited = _counters.Waited + 1 };
                do
                {
                    // An opener's error is met again by opening here, where it belongs. The time is for the cancellation's sake.
                    scope.Cancellation.ThrowIfCancellationRequested();
                    Monitor.Wait(_gate, LongestWait);
                    entry = Find(file, scope.Budget);
                }
                while (entry.State == WorkingSetEntry.EntryState.Opening);
            }

            entry.Uses++;
            entry.ForeseenAt = 0;
            if (entry.State == WorkingSetEntry.EntryState.Open)
            {
                RemoveIdle(entry);
                _counters = _counters with { Hits = _counters.Hits + 1 };
            }
            else
            {
                entry.State = WorkingSetEntry.EntryState.Opening; // also one that was queued: this thread is first
                _counters = _counters with { Misses = _counters.Misses + 1 };
            }

            return entry;
        }
    }

    private void OpenTaken(WorkingSetEntry entry)
    {
        try
        {
            Open(entry);
        }
        catch
        {
            lock (_gate)
            {
                entry.Uses--;
                Forget(entry);
                Monitor.PulseAll(_gate);
            }

            throw;
        }
    }

    // Outside the gate: it reads files, and may evict.
    private void Open(WorkingSetEntry entry)
    {
        if (entry.Budget is { } budget)
        {
            RegisterWith(budget);
        }

        SourceTable table = entry.File.Open(entry.Budget);
        lock (_gate)
        {
            _mappings += table.Mappings;
            while (_mappings > MaxMappings && (Oldest(_idleMapped, null) ?? Oldest(_idleHolding, null)) is { } oldest)
            {
                Close(oldest);
            }

            if (_mappings > MaxMappings)
            {
                _mappings -= table.Mappings;
                table.Dispose();
                throw new PescadorException(
                    $"'{entry.File.Name}' needs {table.Mappings} mappings, but {_mappings} of the {MaxMappings} that the working set allows are in use. "
                    + "Use a smaller activeCount, or a working set with a larger maxMappings.");
            }

            entry.Table = table;
            entry.CheckedAt = Environment.TickCount64;
            entry.State = WorkingSetEntry.EntryState.Open;
            _open++;
            if (entry.Uses == 0)
            {
                AddIdle(entry); // opened ahead
            }

            Monitor.PulseAll(_gate);
        }
    }

    private WorkingSetEntry Find(SourceFile file, MemoryBudget? budget)
    {
        if (!_entries.TryGetValue((file, budget), out WorkingSetEntry? entry))
        {
            _entries.Add((file, budget), entry = new WorkingSetEntry(file, budget));
        }

        return entry;
    }

    private void Forget(WorkingSetEntry entry)
    {
        if (!entry.IsDetached)
        {
            entry.IsDetached = true;
            _entries.Remove((entry.File, entry.Budget));
        }
    }
}
