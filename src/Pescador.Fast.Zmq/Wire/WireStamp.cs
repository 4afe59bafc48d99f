namespace Pescador.Fast;

/// <summary>What of a header changes from sample to sample.</summary>
internal struct WireStamp
{
    /// <summary>How many samples the worker sent before this one to this consumer; of an end, in all.</summary>
    internal ulong Sequence;

    /// <summary>How long the worker has waited for room so far, in microseconds.</summary>
    internal ulong WaitedMicroseconds;

    /// <summary>The same as a time; whatever the peer says, one that can be.</summary>
    internal readonly TimeSpan Waited => TimeSpan.FromTicks((long)Math.Min(WaitedMicroseconds, long.MaxValue / 10) * TimeSpan.TicksPerMicrosecond);

    /// <summary>Bytes of the state that travels along; 0 when there is none.</summary>
    internal uint StateLength;
}
