namespace Pescador.Fast;

/// <summary>A source that a working set has open, is opening, or will open ahead. All of it is the set's, under its gate; a user of the
/// entry reads <see cref="Table"/> alone.</summary>
internal sealed class WorkingSetEntry(SourceFile file, MemoryBudget? budget)
{
    internal SourceFile File { get; } = file;

    /// <summary>What its data counts against; the same file under another budget is another entry.</summary>
    internal MemoryBudget? Budget { get; } = budget;

    internal EntryState State { get; set; }

    /// <summary>Non-null while open.</summary>
    internal SourceTable? Table { get; set; }

    internal long HeldInBytes => Table?.HeldInBytes ?? 0;

    internal int Uses { get; set; }

    /// <summary>When it was foreseen last, counted in choices that were foreseen; 0 when it was used since.</summary>
    internal long ForeseenAt { get; set; }

    /// <summary>Whether it is no longer found: its files have changed, and it closes with its last use.</summary>
    internal bool IsDetached { get; set; }

    /// <summary>When it was last seen that its files are unchanged, in milliseconds of the system's clock.</summary>
    internal long CheckedAt { get; set; }

    /// <summary>Its place among those open and not in use; in no list while in use.</summary>
    internal LinkedListNode<WorkingSetEntry> Idle => field ??= new LinkedListNode<WorkingSetEntry>(this);

    internal enum EntryState
    {
        /// <summary>Not open, and not to be found in the set.</summary>
        Closed,

        /// <summary>To be opened ahead.</summary>
        Queued,

        /// <summary>Some thread is opening it.</summary>
        Opening,

        /// <summary>Open.</summary>
        Open,
    }
}
