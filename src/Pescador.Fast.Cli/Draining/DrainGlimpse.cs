namespace Pescador.Fast.Cli.Draining;

/// <summary>How draining does at a moment.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Samples">Received so far.</param>
/// <param name="Bytes">Of their tensors.</param>
/// <param name="Batches">Received so far.</param>
/// <param name="Checksum">Of those; nought where none is asked for.</param>
/// <param name="Form">Of the first batch; null before it.</param>
/// <param name="FirstWait">Until the first batch was there: it goes on while there is none.</param>
/// <param name="Wait">How long was waited for those after it.</param>
/// <param name="Workers">What each producer's link has done.</param>
internal readonly record struct DrainGlimpse(
    TimeSpan Elapsed,
    long Samples,
    long Bytes,
    long Batches,
    ulong Checksum,
    string? Form,
    TimeSpan FirstWait,
    TimeSpan Wait,
    IReadOnlyList<ZmqWorkerCounters> Workers)
{
    /// <summary>Since the first batch, at least a moment.</summary>
    internal double SecondsDraining => Math.Max(1e-9, (Elapsed - FirstWait).TotalSeconds);

    internal double SamplesPerSecond => Samples / SecondsDraining;

    internal double BytesPerSecond => Bytes / SecondsDraining;

    internal double SampleBytes => Samples == 0 ? 0 : (double)Bytes / Samples;
}
