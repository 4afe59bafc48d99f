namespace Pescador.Fast;

/// <summary>How worker processes are run.</summary>
public sealed record WorkerOptions
{
    /// <summary>The options used unless others are given.</summary>
    public static WorkerOptions Default { get; } = new();

    /// <summary>Whether the workers give in turn, one sample each, so that a run repeats from its seed whatever the timing; the default. Otherwise
    /// what is there first comes first.</summary>
    public bool InOrder { get; init; } = true;

    /// <summary>How often a dead worker is started anew, each; 0, the default, makes the first death an error. It goes on from its state right
    /// after the last sample that was received: nothing is lost or repeated.</summary>
    public int MaxRestarts { get; init; }

    /// <summary>How the samples come here.</summary>
    public WorkerTransport Transport { get; init; } = WorkerTransport.Fastest;

    /// <summary>How long a worker may take to start and connect; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Queues, time-outs and limits of the links.</summary>
    public ZmqOptions Zmq { get; init; } = ZmqOptions.Default;

    /// <summary>What workers are told instead of the endpoint that was bound, where something stands between them and this process.</summary>
    internal Func<string, string>? Route { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">Something is not in its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRestarts, nameof(MaxRestarts));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero, nameof(StartTimeout));
        EnumValue.Check(Transport, nameof(Transport));
        ArgumentNullException.ThrowIfNull(Zmq);
        Zmq.Check();
    }
}
