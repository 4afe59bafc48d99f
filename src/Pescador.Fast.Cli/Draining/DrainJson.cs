using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Draining;

/// <summary>The object that <c>drain --json</c> prints.</summary>
internal sealed record DrainJson(
    string Endpoint,
    double Seconds,
    string Ended,
    string? Error,
    string? Form,
    long Samples,
    long Bytes,
    long Batches,
    double SamplesPerSecond,
    double BytesPerSecond,
    double WaitedSeconds,
    double ConsumerWaitSeconds,
    double ProducerWaitSeconds,
    string Bottleneck,
    string? Checksum,
    int Depth,
    IReadOnlyList<DrainJson.Worker> Workers,
    DrainJson.MemoryUse Memory)
{
    internal sealed record Worker(string Name, long Batches, long Bytes, double ProducerWaitSeconds, long Reconnects);

    internal sealed record MemoryUse(long ResidentStartBytes, long ResidentPeakBytes);

    internal static DrainJson Of(DrainSummary summary, DrainPlan plan)
    {
        DrainGlimpse last = summary.Last;
        return new DrainJson(
            summary.Endpoint, last.Elapsed.TotalSeconds, EndName(summary), summary.Error?.SourceException.Message, last.Form, last.Samples, last.Bytes,
            last.Batches, last.SamplesPerSecond, last.BytesPerSecond, last.FirstWait.TotalSeconds, last.Wait.TotalSeconds,
            summary.Prefetch.ProducerWait.TotalSeconds, summary.Prefetch.Explain(),
            plan.HasChecksum ? Running.Checksum.Show(last.Checksum) : null, plan.Options.Depth,
            [.. last.Workers.Select(static worker => new Worker(worker.Worker, worker.Samples, worker.Bytes, worker.ProducerWait.TotalSeconds, worker.Reconnects))],
            new MemoryUse(summary.ResidentAtStart, summary.ResidentPeak));
    }

    private static string EndName(DrainSummary summary) => summary.End switch
    {
        StreamEnd.Time => "time",
        StreamEnd.Exhausted when summary.UnknownEnds > 0 => "ended_without_word",
        StreamEnd.Exhausted => "completed",
        StreamEnd.Failed => "failed",
        _ => "interrupted",
    };
}
