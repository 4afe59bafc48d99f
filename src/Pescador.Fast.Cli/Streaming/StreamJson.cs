namespace Pescador.Fast.Cli.Streaming;

/// <summary>The object that <c>stream --json</c> prints.</summary>
internal sealed record StreamJson(
    double Seconds,
    string Ended,
    long Samples,
    long Bytes,
    long Batches,
    double SamplesPerSecond,
    double BytesPerSecond,
    int Sources,
    int SourcesDrawn,
    long Activations,
    int Active,
    double? Rate,
    string Mode,
    int Batch,
    long Seed,
    long Skipped,
    StreamJson.FileCounts Files,
    StreamJson.Waits Prefetch,
    StreamJson.MemoryUse Memory)
{
    internal sealed record FileCounts(long Hits, long Misses, long Waited, long OpenedAhead, long Closed, int Open);

    internal sealed record Waits(double ConsumerWaitSeconds, double ProducerWaitSeconds, string Bottleneck);

    internal sealed record MemoryUse(long ResidentStartBytes, long ResidentPeakBytes, long BudgetBytes, long BudgetPeakBytes);

    internal static StreamJson Of(StreamSummary summary, StreamPlan plan, int sources)
    {
        StreamGlimpse last = summary.Last;
        return new StreamJson(
            last.Elapsed.TotalSeconds, EndName(summary.End), last.Samples, last.Bytes, last.Batches, summary.SamplesPerSecond, summary.BytesPerSecond,
            sources, summary.SourcesDrawn, summary.Activations, plan.Mix.Active, plan.Rate, StreamArguments.NameOf(plan.Mode), plan.Mix.Batch, plan.Mix.Seed,
            last.Skipped,
            new FileCounts(last.Files.Hits, last.Files.Misses, last.Files.Waited, last.Files.OpenedAhead, last.Files.Closed, last.Files.Open),
            new Waits(last.Prefetch.ConsumerWait.TotalSeconds, last.Prefetch.ProducerWait.TotalSeconds, last.Prefetch.Explain()),
            new MemoryUse(summary.ResidentAtStart, summary.ResidentPeak, plan.Mix.BudgetInBytes, summary.BudgetPeak));
    }

    private static string EndName(StreamEnd end) => end switch
    {
        StreamEnd.Time => "time",
        StreamEnd.Exhausted => "exhausted",
        _ => "interrupted",
    };
}
