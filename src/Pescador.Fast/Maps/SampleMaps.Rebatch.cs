namespace Pescador.Fast;

public static partial class SampleMaps
{
    /// <summary>Re-cuts mini-batches of any lengths into batches of <paramref name="rows"/> along their first axis, with one copy.</summary>
    /// <param name="source">Mini-batches, each of tensors of one length; all with the first one's names, types and other axes.</param>
    /// <param name="rows">In each batch, at least 1.</param>
    /// <param name="partial">Whether the last batch may be shorter; otherwise what is left is dropped.</param>
    /// <param name="pool">Where batches come from, its slabs of <paramref name="rows"/> rows; counted and disposed by who made it. A
    /// pool of 4 slabs when null.</param>
    /// <remarks>A mini-batch that does not fit differs from its declared form: a <see cref="DataException"/> says which tensor of which
    /// one. A saved state holds the rows that were not given yet.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">No rows.</exception>
    /// <exception cref="ArgumentException">The pool's slabs have another number of rows.</exception>
    public static Streamer<Sample> Rebatch(this Streamer<Sample> source, long rows, bool partial = true, SlabPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        return new RebatchStreamer(source, checked((nint)rows), partial, pool);
    }
}
