namespace Pescador.Fast;

/// <summary>The producer's end: sends samples to the consumers there are. Used by one thread at a time, but for <see cref="Dispose"/>.</summary>
internal abstract class Outlet : IDisposable
{
    /// <summary>Where the stream should build its batches; samples that lie elsewhere are sent all the same.</summary>
    internal virtual SlabAllocator Allocator => SlabAllocator.Native;

    /// <summary>How long it has waited for room at the consumers; for the first of them to come, not.</summary>
    internal abstract TimeSpan Waited { get; }

    /// <summary>Where it was bound, or what it connects to.</summary>
    internal abstract string Endpoint { get; }

    /// <summary>Sends a sample, which it takes over, also when it fails; waits for a consumer, and for room.</summary>
    /// <param name="sample">With one tensor at least.</param>
    /// <param name="checkpoint">The stream's state right after it, where one was taken; free again when this returns.</param>
    /// <param name="unsaved">Why there will be no states any more; once.</param>
    /// <param name="cancellation">Ends the waits.</param>
    /// <exception cref="DataException">The sample has no tensors, and would read as the end.</exception>
    /// <exception cref="PescadorException">The consumer is gone and did not come back.</exception>
    internal abstract void Send(Sample sample, StateWriter? checkpoint, string? unsaved, CancellationToken cancellation);

    /// <summary>Tells every consumer that the stream has ended well, and waits, up to the time-out, until they have it.</summary>
    internal abstract void Complete(CancellationToken cancellation);

    /// <summary>Tells every consumer that the stream has failed, and waits, up to the time-out, until they have it.</summary>
    internal abstract void Fail(Exception error);

    /// <summary>Ends its connections and threads, at once; also from another thread, to end a wait.</summary>
    public abstract void Dispose();
}
