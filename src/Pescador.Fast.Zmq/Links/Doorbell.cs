namespace Pescador.Fast;

/// <summary>Where a consumer waits for several links at once.</summary>
internal abstract class Doorbell : IDisposable
{
    /// <summary>How long was waited here.</summary>
    internal abstract TimeSpan Waited { get; }

    /// <summary>Blocks until the condition holds or somebody rings; may return for no reason.</summary>
    internal abstract void Wait();

    /// <summary>Ends the wait, if somebody waits. From any thread, after what the condition reads was written.</summary>
    internal abstract void Ring();

    public virtual void Dispose()
    {
    }
}
