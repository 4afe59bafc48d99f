namespace Pescador.Fast;

/// <summary>Maps of streams of samples.</summary>
public static partial class SampleMaps
{
    /// <summary>Stacks samples into batches, in preallocated aligned memory: the one copy that there is, or none where the source builds
    /// its samples in place.</summary>
    /// <param name="source">Every sample must have the first one's names, shapes and element types.</param>
    /// <param name="size">Samples per batch; at least 1.</param>
    /// <param name="partial">Whether the short last batch is given, too.</param>
    /// <param name="axis">Null stacks along a new first axis: [64, 64] becomes [size, 64, 64]. An axis joins along that one:
    /// 0 makes [n · size, ...] of mini-batches [n, ...].</param>
    /// <param name="pool">Where the batches' slabs come from; 4 slabs of its own when null. It is not disposed.</param>
    /// <returns>A streamer of batches; each is the consumer's to dispose, or the pool runs dry.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1, a negative axis.</exception>
    public static Streamer<Sample> Buffer(this Streamer<Sample> source, int size, bool partial = false, int? axis = null, SlabPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (size < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "A batch holds at least one sample.");
        }

        if (axis < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis, "Axes are counted from 0; null stacks along a new first one.");
        }

        return new BufferStreamer(source, size, partial, axis, pool);
    }
}
