namespace Pescador.Fast;

public sealed partial class WorkingSet
{
    // What is open and not in use, and which of it gives way. All of it under the gate.

    bool IEvictor.TryEvict(MemoryBudget budget)
    {
        lock (_gate)
        {
            if (OldestHolding(budget) is { } victim)
            {
                Close(victim);
                return true;
            }

            // What is being opened ahead holds bytes, and will be idle or have failed in a moment: opening ahead waits for nobody.
            return !_isAhead && WaitForOpeners();
        }
    }

    private void RegisterWith(MemoryBudget budget)
    {
        lock (_gate)
        {
            if (_registered.TryAdd(budget, this))
            {
                budget.Register(this);
            }
        }
    }

    private WorkingSetEntry? OldestHolding(MemoryBudget? budget) => Oldest(_idleHolding, entry => ReferenceEquals(entry.Budget, budget));

    /// <summary>Which idle source is to give way: the least recently used that is not foreseen, or, for a consumer who must have room, the one
    /// that is wanted last.</summary>
    private WorkingSetEntry? Oldest(LinkedList<WorkingSetEntry> idle, Predicate<WorkingSetEntry>? fits)
    {
        WorkingSetEntry? wantedLast = null;
        foreach (WorkingSetEntry entry in idle)
        {
            if (fits is not null && !fits(entry))
            {
                continue;
            }

            if (!IsForeseen(entry))
            {
                return entry;
            }

            if (wantedLast is null || entry.ForeseenAt > wantedLast.ForeseenAt)
            {
                wantedLast = entry;
            }
        }

        return _isAhead ? null : wantedLast;
    }

    private void AddIdle(WorkingSetEntry entry)
    {
        (entry.HeldInBytes > 0 ? _idleHolding : _idleMapped).AddLast(entry.Idle);
        _idleUnbudgeted += entry.Budget is null ? entry.HeldInBytes : 0;
    }

    private void RemoveIdle(WorkingSetEntry entry)
    {
        if (entry.Idle.List is { } list)
        {
            list.Remove(entry.Idle);
            _idleUnbudgeted -= entry.Budget is null ? entry.HeldInBytes : 0;
        }
    }

    // Under the gate: unmapping takes some microseconds, and nobody may find the entry half closed.
    private void Close(WorkingSetEntry entry)
    {
        RemoveIdle(entry);
        Forget(entry);
        SourceTable table = entry.Table!; // open
        entry.Table = null;
        entry.State = WorkingSetEntry.EntryState.Closed;
        _open--;
        _mappings -= table.Mappings;
        _counters = _counters with { Closed = _counters.Closed + 1 };
        table.Dispose();
    }
}
