using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Pescador.Fast;

/// <summary>A place of the window. Belongs to the source's thread until it is published, then to the worker that claims it until it is
/// posted, then to the consumer until it is released.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
internal struct ParallelSlot<T, TResult>
{
    internal T? Argument;
    internal TResult? Result;
    internal ExceptionDispatchInfo? Failure; // of the source or of the function
    internal StateWriter? Checkpoint; // stays with the slot, to be written again; the consumer swaps it for its own
    internal ExceptionDispatchInfo? Unsaved; // why the state right after this item could not be saved
    internal long Number; // of the item, counted from where the source began
    internal long Skipped; // bad samples before this one
    internal long WeightChanges; // of muxes, before this one was made
    internal bool HasCheckpoint;
    internal ParallelContent Content;
}
