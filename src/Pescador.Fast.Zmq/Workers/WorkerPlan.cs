namespace Pescador.Fast;

/// <summary>How the workers of a <see cref="ZmqStreamer"/> come to be. Immutable.</summary>
/// <param name="workers">How many there are.</param>
/// <param name="options">Of their links.</param>
internal abstract class WorkerPlan(int workers, ZmqOptions options)
{
    internal int Workers { get; } = workers;

    internal ZmqOptions Options { get; } = options;

    internal abstract RootSeed Root { get; }

    internal abstract string Label { get; }

    internal virtual IEnumerable<IStreamerNode> Inputs => [];

    /// <summary>How many links there are: one for each worker that is told apart from the others.</summary>
    internal virtual int Links => Workers;

    internal virtual bool InOrder => true;

    internal virtual int MaxRestarts => 0;

    /// <summary>Why the stream cannot be saved; null when it can.</summary>
    internal virtual string? WhyUnsaved => null;

    /// <summary>How long a worker may take until it is connected; null for as long as it likes.</summary>
    internal virtual TimeSpan? StartTimeout => null;

    /// <summary>Whether workers of other processes ring the doorbell.</summary>
    internal abstract bool IsShared { get; }

    /// <summary>Opens the consumer's end of a link.</summary>
    internal abstract Inlet OpenInlet(int number, Doorbell doorbell, StreamScope scope);

    /// <summary>Makes what runs that link's worker; null where it runs by itself.</summary>
    internal virtual WorkerRunner? CreateRunner(int number) => null;
}
