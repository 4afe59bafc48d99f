namespace Pescador.Fast;

/// <summary>Runs one worker, once: a thread or a process. Owned by its link.</summary>
internal abstract class WorkerRunner : IDisposable
{
    /// <summary>Whether it has ended, in whatever way.</summary>
    internal abstract bool HasExited { get; }

    /// <summary>Begins it.</summary>
    /// <param name="endpoint">To which it connects.</param>
    /// <param name="start">Where its stream begins.</param>
    /// <param name="scope">Of the run it belongs to.</param>
    /// <param name="doorbell">To ring when it has ended.</param>
    internal abstract void Start(string endpoint, StreamStart start, StreamScope scope, Doorbell doorbell);

    /// <summary>How it ended, and its last words, for an error's message; waits a moment for both.</summary>
    internal abstract string DescribeEnd();

    /// <summary>Asks it to end, without waiting.</summary>
    internal abstract void Stop();

    /// <summary>Waits until it has ended; makes it, where that can be done, after the time.</summary>
    internal abstract void Join(TimeSpan timeout);

    /// <summary>Releases memory that it keeps between runs.</summary>
    internal virtual void ReleaseMemory()
    {
    }

    public abstract void Dispose();
}
