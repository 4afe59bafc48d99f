namespace Pescador.Fast;

public sealed partial class WorkingSet
{
    // Opening ahead: a queue, and a few work items of the runtime's thread pool that empty it.

    // So many choices foreseen since: this one was wrong. An open one is no longer kept for it; one in the queue is not opened. A whole first set
    // may stand in the queue.
    private const int StaleAfter = 64;
    private const int StaleInQueueAfter = 4096;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    // Who opens ahead gives way where a consumer does not.
    [ThreadStatic]
    private static bool _isAhead;

    private readonly LinkedList<WorkingSetEntry> _queue = [];
    private readonly Opener[] _openers;
    private long _foreseen;
    private int _running; // openers that have work, or wait for a thread of the pool
    private int _opening; // sources that they are opening
    private bool _isStalled; // there was no room for the first of the queue; tried again when something is released

    /// <summary>Tells that a source will probably be wanted soon: opens it ahead, or keeps it if it is open.</summary>
    /// <param name="file">The source.</param>
    /// <param name="scope">Of the run that will want it.</param>
    /// <param name="isWanted">False takes that back.</param>
    internal void Foresee(SourceFile file, StreamScope scope, bool isWanted = true)
    {
        if (_openers.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            if (!isWanted)
            {
                if (_entries.TryGetValue((file, scope.Budget), out WorkingSetEntry? known))
                {
                    known.ForeseenAt = 0; // in the queue it is passed over
                }

                return;
            }

            _foreseen++;
            if (_isDisposed)
            {
                return;
            }

            WorkingSetEntry entry = Find(file, scope.Budget);
            entry.ForeseenAt = _foreseen;
            if (entry.State == WorkingSetEntry.EntryState.Closed)
            {
                entry.State = WorkingSetEntry.EntryState.Queued;
                _queue.AddLast(entry);
                StartOpeners();
            }
        }
    }

    /// <summary>Whether nothing is being opened ahead, nor will be: for tests.</summary>
    internal bool IsQuiet
    {
        get
        {
            lock (_gate)
            {
                return _running == 0;
            }
        }
    }

    private bool IsForeseen(WorkingSetEntry entry, int staleAfter = StaleAfter) => entry.ForeseenAt > 0 && entry.ForeseenAt > _foreseen - staleAfter;

    private void StartOpeners()
    {
        foreach (Opener opener in _openers)
        {
            if (_isStalled || _isDisposed || _running - _opening >= _queue.Count)
            {
                return;
            }

            if (!opener.IsRunning)
            {
                opener.IsRunning = true;
                _running++;
                ThreadPool.UnsafeQueueUserWorkItem(opener, preferLocal: false);
            }
        }
    }

    // Under the gate, which waiting leaves.
    private void StopOpeners()
    {
        foreach (WorkingSetEntry entry in _queue)
        {
            if (entry.State == WorkingSetEntry.EntryState.Queued)
            {
                entry.State = WorkingSetEntry.EntryState.Closed;
                Forget(entry);
            }
        }

        _queue.Clear();
        _isStalled = false;
        while (_opening > 0)
        {
            Monitor.Wait(_gate, LongestWait); // not for openers without a thread: all threads of the pool may wait here
        }
    }

    /// <returns>Whether one has finished something meanwhile.</returns>
    private bool WaitForOpeners()
    {
        if (_opening == 0)
        {
            return false;
        }

        _counters = _counters with { Waited = _counters.Waited + 1 };
        return Monitor.Wait(_gate, SlabPool.DefaultTimeout);
    }

    private void Run(Opener opener)
    {
        _isAhead = true;
        try
        {
            while (TakeQueued() is { } entry && TryOpenAhead(entry))
            {
            }
        }
        finally
        {
            _isAhead = false;
            lock (_gate)
            {
                opener.IsRunning = false;
                _running--;
                StartOpeners(); // for what was foreseen since it saw the queue empty
                Monitor.PulseAll(_gate);
            }
        }
    }

    private WorkingSetEntry? TakeQueued()
    {
        lock (_gate)
        {
            while (!_isStalled && _queue.First is { } first)
            {
                _queue.RemoveFirst();
                WorkingSetEntry entry = first.Value;
                if (entry.State != WorkingSetEntry.EntryState.Queued)
                {
                    continue; // the consumer was first
                }

                if (IsForeseen(entry, StaleInQueueAfter))
                {
                    entry.State = WorkingSetEntry.EntryState.Opening;
                    _opening++;
                    return entry;
                }

                entry.State = WorkingSetEntry.EntryState.Closed;
                Forget(entry);
            }

            return null;
        }
    }

    /// <returns>Whether to go on with the next.</returns>
    private bool TryOpenAhead(WorkingSetEntry entry)
    {
        try
        {
            Open(entry);
        }
        catch (Exception error)
        {
            lock (_gate)
            {
                _opening--;

                // No room: it waits for some. Whatever else is wrong is told to the consumer, if it comes to open it.
                _isStalled = error is PescadorException and not DataException;
                if (_isStalled)
                {
                    entry.State = WorkingSetEntry.EntryState.Queued;
                    _queue.AddFirst(entry);
                }
                else
                {
                    entry.State = WorkingSetEntry.EntryState.Closed;
                    Forget(entry);
                }

                Monitor.PulseAll(_gate);
                return !_isStalled;
            }
        }

        lock (_gate)
        {
            _opening--;
            _counters = _counters with { OpenedAhead = _counters.OpenedAhead + 1 };
            if (_isDisposed && entry is { State: WorkingSetEntry.EntryState.Open, Uses: 0 })
            {
                Close(entry);
            }

            Monitor.PulseAll(_gate);
        }

        return true;
    }

    private sealed class Opener(WorkingSet set) : IThreadPoolWorkItem
    {
        internal bool IsRunning { get; set; }

        public void Execute() => set.Run(this);
    }
}
