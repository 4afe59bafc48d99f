namespace Pescador.Fast;

public abstract partial class Streamer<T>
{
    /// <summary>What a function makes of each sample. It borrows its argument, which is disposed unless it is what is returned.</summary>
    /// <param name="function">Its result must not depend on the argument's memory, unless it is the argument.</param>
    public Streamer<TResult> Select<TResult>(Func<T, TResult> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new SelectStreamer<T, TResult>(this, function);
    }

    /// <summary>The samples that a predicate accepts. It borrows its argument; what it does not accept is disposed.</summary>
    /// <param name="predicate">Whether to give a sample.</param>
    public Streamer<T> Where(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new WhereStreamer<T>(this, predicate);
    }

    /// <summary>The same samples, each shown to an action first: to count, to log, to change in place.</summary>
    /// <param name="action">Borrows its argument. A view's memory (a row of an array) is the source's: to be read only.</param>
    public Streamer<T> Tap(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return new TapStreamer<T>(this, action);
    }

    /// <summary>The same samples, counted: to see what a mux makes of its streams. Unlike <see cref="Tap"/> it leaves building batches in
    /// place as it is.</summary>
    /// <param name="tally">Counts; may be shared by several streamers, which are then counted together.</param>
    public Streamer<T> Tally(StreamTally tally)
    {
        ArgumentNullException.ThrowIfNull(tally);
        return new TallyStreamer<T>(this, tally);
    }

    /// <summary>At most <paramref name="count"/> samples; exactly those are taken from this streamer.</summary>
    /// <param name="count">May be 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Streamer<T> Take(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new TakeStreamer<T>(this, count);
    }

    /// <summary>Begins this streamer anew whenever it has ended, with another seed each time.</summary>
    /// <param name="maxIterations">Gives exactly so many samples; endless when null. Ends early after an activation that gave
    /// nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Streamer<T> Cycle(long? maxIterations = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxIterations ?? 0, nameof(maxIterations));
        return new CycleStreamer<T>(this, maxIterations);
    }

    /// <summary>
    /// The same samples but for bad ones: where this streamer raises a <see cref="DataException"/>, that is counted and listed, and it is asked again.
    /// <see cref="ActiveStream{T}.Skipped"/> tells what was skipped, and a saved state holds it.
    /// </summary>
    /// <param name="maxSkipped">How many may be skipped in a run, by all activations of this one together; one more is raised. May be 0.</param>
    /// <remarks>Every other exception passes unchanged. An iterator method that has thrown has ended, so its stream ends then; a function of
    /// Select, or a source of files, goes on with the next sample. A bad sample takes the whole batch with it where the batch is made below:
    /// skip before <c>Buffer</c>. A streamer that a lazy chain or an iterator makes while it runs begins to count anew when a state is restored.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Streamer<T> SkipBad(int maxSkipped)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSkipped);
        return new SkipBadStreamer<T>(this, maxSkipped);
    }

    /// <summary>
    /// The same samples in another order: each is drawn, all with equal probability, from a reservoir of up to <paramref name="capacity"/>
    /// that the next one fills up again; at the end the rest comes in random order.
    /// </summary>
    /// <param name="capacity">In samples, at least 1. All of them are out of their pool at once: shuffle samples, not batches.</param>
    /// <param name="seed">Of the draws; this streamer's when null.</param>
    /// <remarks>Below its capacity a stream comes in any order with the same probability. Sample j of a longer one is given a wait after it
    /// came in that is geometric with mean <paramref name="capacity"/> − 1. A saved state holds the reservoir's samples.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No capacity.</exception>
    public Streamer<T> Shuffle(int capacity, long? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        return new ShuffleStreamer<T>(this, capacity, seed);
    }

    /// <summary>
    /// Each sample several times: the first <paramref name="capacity"/> pass in order; then, with probability
    /// <paramref name="probability"/>, a new one replaces a random one of the cache and is given, else a random one of the cache is.
    /// Ends when it needs a new sample and there is none.
    /// </summary>
    /// <param name="capacity">In samples, at least 1. All of them are out of their pool at once: cache samples, not batches.</param>
    /// <param name="probability">Of a new sample; above 0, at most 1. On average a cached sample is given 1/p − 1 times more.</param>
    /// <param name="seed">Of the draws; this streamer's when null.</param>
    /// <remarks>Given are leases of the cached samples, each disposed as any other sample; values of other types are given themselves.
    /// A saved state holds the cache's samples.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No capacity, or no such probability.</exception>
    /// <exception cref="PescadorException">The elements are disposable and not samples, so that they could not be given twice.</exception>
    public Streamer<T> Cache(int capacity, double probability = 0.5, long? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (!(probability > 0 && probability <= 1)) // also true of NaN
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "The probability of a new sample is above 0 and at most 1.");
        }

        return typeof(T) == typeof(Sample) || !typeof(IDisposable).IsAssignableFrom(typeof(T))
            ? new CacheStreamer<T>(this, capacity, probability, seed)
            : throw new PescadorException(
                $"Elements of type {typeof(T)} are disposed by who receives them, so a cache cannot give them twice. "
                + "Cache the samples, before the map that makes these of them.");
    }
}
