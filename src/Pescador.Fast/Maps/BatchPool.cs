using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>
/// Where a map gets the slabs of its batches: a pool that it was given, or one of its own, made when the batches' form is known and
/// kept between activations while form and scope ask for the same.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Released by its activation's ReleaseMemory, or else by the slabs' handles.")]
internal sealed class BatchPool(SlabPool? given)
{
    private SlabPool? _own;
    private SlabAllocator? _allocator;
    private MemoryBudget? _budget;

    internal SlabPool For(SampleSpec batch, StreamScope scope) => given ?? (IsFit(batch, scope) ? _own! : Renew(batch, scope));

    /// <summary>Adds its own pool's counters; a given one may be shared, and is counted by who made it.</summary>
    internal void AddCounters(ref PoolCounters sum) => sum += _own?.Counters ?? default;

    internal void Release()
    {
        _own?.Dispose();
        _own = null;
    }

    private bool IsFit(SampleSpec batch, StreamScope scope) => _own is not null && _own.Spec.Equals(batch)
        && ReferenceEquals(_allocator, scope.Allocator) && ReferenceEquals(_budget, scope.Budget) && _own.Timeout == scope.PoolTimeout
        && _own.SlabCount == scope.SlabsPerPool;

    private SlabPool Renew(SampleSpec batch, StreamScope scope)
    {
        Release(); // first: both may not fit into the budget
        _own = new SlabPool(batch, scope.SlabsPerPool, scope.Allocator, scope.Budget, scope.PoolTimeout);
        _allocator = scope.Allocator;
        _budget = scope.Budget;
        return _own;
    }
}
