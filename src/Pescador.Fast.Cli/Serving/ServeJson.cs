using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Serving;

/// <summary>The object that <c>serve --json</c> prints.</summary>
internal sealed record ServeJson(
    string Endpoint,
    double Seconds,
    string Ended,
    string? Error,
    long Samples,
    long Bytes,
    long Batches,
    double SamplesPerSecond,
    double BytesPerSecond,
    double WaitedSeconds,
    double BatchWaitSeconds,
    double SendSeconds,
    string Bottleneck,
    string? Checksum,
    int Sources,
    int Active,
    double? Rate,
    string Mode,
    int Epochs,
    int Batch,
    long Seed,
    long Skipped,
    ServeJson.MemoryUse Memory)
{
    internal sealed record MemoryUse(long ResidentStartBytes, long ResidentPeakBytes, long BudgetBytes, long BudgetPeakBytes);

    internal static ServeJson Of(ServeSummary summary, ServePlan plan, int sources)
    {
        ServeGlimpse last = summary.Last;
        StreamPlan stream = plan.Stream;
        return new ServeJson(
            summary.Endpoint, last.Elapsed.TotalSeconds, EndName(summary.End), summary.Error?.SourceException.Message, last.Samples, last.Bytes, last.Batches,
            last.SamplesPerSecond, last.BytesPerSecond, last.ConsumerWait.TotalSeconds, last.BatchWait.TotalSeconds, last.SendTime.TotalSeconds, last.Explain(),
            plan.HasChecksum ? Running.Checksum.Show(last.Checksum) : null,
            sources, stream.Mix.Active, stream.Rate, StreamArguments.NameOf(stream.Mode), plan.Epochs, stream.Mix.Batch, stream.Mix.Seed, last.Skipped,
            new MemoryUse(summary.ResidentAtStart, summary.ResidentPeak, stream.Mix.BudgetInBytes, summary.BudgetPeak));
    }

    private static string EndName(StreamEnd end) => end switch
    {
        StreamEnd.Time => "time",
        StreamEnd.Exhausted => "exhausted",
        StreamEnd.Enough => "batches",
        StreamEnd.Failed => "failed",
        _ => "interrupted",
    };
}
