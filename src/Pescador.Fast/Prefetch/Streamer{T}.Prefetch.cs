namespace Pescador.Fast;

public abstract partial class Streamer<T>
{
    /// <summary>This streamer, run ahead on background threads: while the consumer works on one batch, the next ones are made.</summary>
    /// <param name="depth">How many items (batches) each worker keeps ready; at least 1.</param>
    /// <param name="workers">How many activations run, each on a thread of its own and under a seed of its own; at least 1. What they
    /// make is given in turn, one item each; one that has ended is passed over.</param>
    /// <remarks>Order and content depend on the number of workers and never on timing. The threads start when the first item is asked for
    /// and have ended when the stream is closed. Muxes, maps and iterators below run on them, with all that they call.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No depth, or no worker.</exception>
    public PrefetchStreamer<T> Prefetch(int depth, int workers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, PrefetchStreamer<T>.LargestDepth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        return new PrefetchStreamer<T>(this, depth, workers);
    }
}
