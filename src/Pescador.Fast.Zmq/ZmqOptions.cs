namespace Pescador.Fast;

/// <summary>How a stream travels: queues, time-outs, limits, and who may connect. Times go up to 24 days.</summary>
public sealed record ZmqOptions
{
    /// <summary>The options used unless others are given.</summary>
    public static ZmqOptions Default { get; } = new();

    // What the system's calls take, 24 days; and far more than anybody has memory for.
    private static readonly TimeSpan LongestTime = TimeSpan.FromMilliseconds(int.MaxValue);
    private const int GreatestDepth = 1 << 16;

    /// <summary>How many samples wait at the consumer, per worker; 1 to 65,536. They lie in slabs, which are the only queue there is: when all
    /// are taken, nothing more is read, and the producer waits.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>How long ending may take: what has not ended by itself by then is made to. 5 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a lost peer may take to come back before its loss is an error; 10 s by default.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause before connecting again; each further one is twice as long, up to <see cref="LongestReconnectDelay"/>.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause before connecting again.</summary>
    public TimeSpan LongestReconnectDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a new peer's handshake may take; 5 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often peers that know ZMTP 3.1 are told that this side lives; not at all when zero. 2 s by default.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long without a sign of life those peers may give this side up; 10 s by default.</summary>
    public TimeSpan HeartbeatTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Allows addresses beyond this host, unencrypted and open to whoever reaches them. Without it they are refused.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>How many ports of a range are tried; 100 by default.</summary>
    public int MaxTries { get; init; } = 100;

    /// <summary>What a peer may announce.</summary>
    public ZmqLimits Limits { get; init; } = ZmqLimits.Default;

    /// <summary>Called with the endpoint that was bound, as soon as it is: with the port that was found, for one. On the thread that binds.</summary>
    public Action<string>? Bound { get; init; }

    /// <summary>Checks what the types do not say.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Something is not in its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Depth, 1, nameof(Depth));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Depth, GreatestDepth, nameof(Depth));
        CheckTime(Timeout, nameof(Timeout), mayBeZero: false);
        CheckTime(ReconnectTimeout, nameof(ReconnectTimeout), mayBeZero: true);
        CheckTime(ReconnectDelay, nameof(ReconnectDelay), mayBeZero: false);
        CheckTime(LongestReconnectDelay, nameof(LongestReconnectDelay), mayBeZero: false);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestReconnectDelay, ReconnectDelay, nameof(LongestReconnectDelay));
        CheckTime(HandshakeTimeout, nameof(HandshakeTimeout), mayBeZero: false);
        CheckTime(HeartbeatInterval, nameof(HeartbeatInterval), mayBeZero: true);
        CheckTime(HeartbeatTimeout, nameof(HeartbeatTimeout), mayBeZero: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatTimeout, HeartbeatInterval, nameof(HeartbeatTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTries, 1, nameof(MaxTries));
        ArgumentNullException.ThrowIfNull(Limits);
        Limits.Check();
    }

    private static void CheckTime(TimeSpan time, string name, bool mayBeZero)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, mayBeZero ? TimeSpan.Zero : TimeSpan.FromTicks(1), name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTime, name);
    }
}
