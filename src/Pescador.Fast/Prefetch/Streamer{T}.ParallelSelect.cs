namespace Pescador.Fast;

public abstract partial class Streamer<T>
{
    /// <summary>What a function makes of each sample, made on several threads at once: for work of tens of microseconds a sample and more, as
    /// handing one over takes 5 to 10 µs; for less, work on batches.</summary>
    /// <typeparam name="TResult">What it makes.</typeparam>
    /// <param name="function">Called from several threads at once, so it must be thread-safe. Otherwise as that of <see cref="Select"/>: it borrows
    /// its argument, which is disposed unless it is what is returned.</param>
    /// <param name="workers">How many threads it runs on; 1 to 4096.</param>
    /// <param name="inOrder">Whether results come in the order of this streamer, whatever the timing; with the same seed they are then those of
    /// <see cref="Select"/>. Otherwise each comes as soon as it is ready: all of them, in an order that differs from run to run.</param>
    /// <param name="depth">How many items may be between this streamer and the consumer besides those being worked on, one per worker; at
    /// least 1, and twice the number of workers when null. The more a sample's time varies, the more are of use.</param>
    /// <remarks>This streamer is pulled on one more thread, as by <see cref="Prefetch"/>. The threads start when the first item is asked for, and have
    /// ended when the stream is closed: closing waits for the calls of the function that run. An error takes its item's place, also an error of the
    /// function; after a <see cref="DataException"/> the stream goes on, as Select's does. A saved state is that of what was delivered: what was
    /// is pulled again but not worked on again, and nothing is lost or repeated in either order. Out of order, a state cannot be saved between a change
    /// of a mux's weights and the delivery of all that was made before it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No worker or more than 4096, or no depth.</exception>
    public Streamer<TResult> ParallelSelect<TResult>(Func<T, TResult> function, int workers, bool inOrder = true, int? depth = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workers, ParallelSelectStreamer<T, TResult>.MostWorkers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth ?? 1, nameof(depth));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth ?? 1, PrefetchStreamer<T>.LargestDepth, nameof(depth));
        return new ParallelSelectStreamer<T, TResult>(this, function, workers, inOrder, depth ?? 2 * workers);
    }
}
