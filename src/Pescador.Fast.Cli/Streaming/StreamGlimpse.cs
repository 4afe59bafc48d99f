namespace Pescador.Fast.Cli.Streaming;

/// <summary>How a stream does at a moment.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Samples">Given so far.</param>
/// <param name="Bytes">Of their tensors.</param>
/// <param name="Batches">Given so far.</param>
/// <param name="Files">What was opened, and is.</param>
/// <param name="Prefetch">Who waited for whom.</param>
/// <param name="Resident">Anonymous memory, in bytes.</param>
/// <param name="BudgetUsed">In bytes.</param>
/// <param name="Skipped">Bad rows.</param>
internal readonly record struct StreamGlimpse(
    TimeSpan Elapsed,
    long Samples,
    long Bytes,
    long Batches,
    WorkingSetCounters Files,
    PrefetchCounters Prefetch,
    long Resident,
    long BudgetUsed,
    long Skipped);
