using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>A place of the ring. Belongs to the producer until it is published, then to the consumer until it is released.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
internal struct HandOffSlot<T>
{
    internal T? Item;
    internal StateWriter? Checkpoint; // stays with the slot, to be written again; the consumer swaps it for its own
    internal ExceptionDispatchInfo? Failure;
    internal long Skipped; // bad samples before this one
    internal HandOffNote Note;
}
