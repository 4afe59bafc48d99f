namespace Pescador.Fast;

/// <summary>Where a sender waits until one of its connections has room, or until it is woken. Owned by the sender; one thread waits at a time.</summary>
internal abstract class SendWaiter : IDisposable
{
    /// <summary>The system's way to wait.</summary>
    internal static SendWaiter Make() => OperatingSystem.IsLinux() ? new PollWaiter() : new SelectWaiter();

    /// <summary>Waits.</summary>
    /// <param name="connections">Any number; those that have ended count as having room.</param>
    /// <param name="timeout">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>Whether one has room; false when woken, or when the time is over. May return for no reason.</returns>
    internal abstract bool Wait(ReadOnlySpan<ZmtpConnection> connections, TimeSpan timeout);

    /// <summary>Ends the wait that goes on, or else the next one. From any thread.</summary>
    internal abstract void Wake();

    public abstract void Dispose();
}
