namespace Pescador.Fast;

/// <summary>A source of arrays with equal first dimensions.</summary>
internal static class ColumnTable
{
    /// <summary>Opens arrays that lie in mapped files; deflated ones are inflated into memory of the budget.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="arrays">Each with the file that holds it; at least one.</param>
    /// <param name="budget">What inflated data counts against.</param>
    /// <returns>A table that owns the mappings from here on.</returns>
    internal static SourceTable Open(string name, ReadOnlySpan<(FileMapping File, StoredArray Array)> arrays, MemoryBudget? budget) =>
        throw new NotSupportedException($"{name}, {arrays.Length} arrays, {budget}");

    /// <summary>A table over data that was parsed into a slab.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="spec">Of the whole: each tensor with the rows' axis first.</param>
    /// <param name="slab">The data; owned by the table from here on.</param>
    /// <param name="badRows">Rows that could not be parsed, with the reason.</param>
    internal static SourceTable Over(string name, SampleSpec spec, Slab slab, IReadOnlyDictionary<long, string> badRows) =>
        throw new NotSupportedException($"{name}, {spec}, {slab}, {badRows}");
}
