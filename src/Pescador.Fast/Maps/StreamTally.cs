namespace Pescador.Fast;

/// <summary>Counts what passes a place in a tree, in all its runs and activations together; see <see cref="Streamer{T}.Tally"/>. Thread-safe.</summary>
/// <remarks>Activations add what they gave when they close, and every 64 samples before: while they run it is a glimpse, up to 63
/// samples per open activation too small; when the streams are closed it is exact.</remarks>
public sealed class StreamTally
{
    internal const int SamplesBetween = 64;

    private long _samples;
    private long _activations;

    /// <summary>Samples given.</summary>
    public long Samples => Volatile.Read(ref _samples);

    /// <summary>Activations begun.</summary>
    public long Activations => Volatile.Read(ref _activations);

    internal void AddSamples(long count) => Interlocked.Add(ref _samples, count);

    internal void AddActivation() => Interlocked.Increment(ref _activations);
}
