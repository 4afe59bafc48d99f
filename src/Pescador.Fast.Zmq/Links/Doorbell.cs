namespace Pescador.Fast;

/// <summary>Where a consumer waits for several links at once: it listens, looks whether something is there, and waits if not.</summary>
internal abstract class Doorbell : IDisposable
{
    /// <summary>How long was waited here.</summary>
    internal abstract TimeSpan Waited { get; }

    /// <summary>From here on no ring is missed. Called by the consumer before it looks.</summary>
    internal abstract void Listen();

    /// <summary>Blocks until somebody has rung since <see cref="Listen"/>; may return for no reason.</summary>
    internal abstract void Wait();

    /// <summary>Ends the wait, if somebody waits. From any thread, after what is to be found was put there.</summary>
    internal abstract void Ring();

    public virtual void Dispose()
    {
    }
}
