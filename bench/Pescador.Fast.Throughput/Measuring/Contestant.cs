namespace Pescador.Fast.Throughput;

/// <summary>Work that is measured piece by piece: the pieces are timed, what stands around them is not.</summary>
internal abstract class Contestant : IDisposable
{
    /// <summary>Units of work (samples, batches, first samples) in a piece.</summary>
    internal abstract int UnitsPerPiece { get; }

    /// <summary>Makes ready for a round, after another contestant has run; not timed.</summary>
    internal virtual void Resume()
    {
    }

    /// <summary>Makes ready for a piece; not timed.</summary>
    internal virtual void Prepare()
    {
    }

    /// <summary>One piece; timed.</summary>
    internal abstract void Run();

    /// <summary>Managed bytes allocated so far: by the thread that runs the pieces, unless others work for it.</summary>
    internal virtual long ReadAllocatedBytes() => GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Checks what the piece delivered; not timed.</summary>
    /// <exception cref="VerificationException">It was not right.</exception>
    internal virtual void Check()
    {
    }

    public virtual void Dispose()
    {
    }
}
