namespace Pescador.Fast.Cli.Serving;

/// <summary>How serving does at a moment.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Samples">Handed over so far.</param>
/// <param name="Bytes">Of their tensors.</param>
/// <param name="Batches">Handed over so far.</param>
/// <param name="Checksum">Of those; nought where none is asked for.</param>
/// <param name="ConsumerWait">Until a consumer had taken the first batch: its wait goes on while there is none.</param>
/// <param name="BatchWait">How long was waited for batches of the files.</param>
/// <param name="SendTime">How long sending took, waits for room included, after the first batch.</param>
/// <param name="Files">What was opened, and is.</param>
/// <param name="Resident">Anonymous memory, in bytes.</param>
/// <param name="BudgetUsed">In bytes.</param>
/// <param name="Skipped">Bad rows.</param>
internal readonly record struct ServeGlimpse(
    TimeSpan Elapsed,
    long Samples,
    long Bytes,
    long Batches,
    ulong Checksum,
    TimeSpan ConsumerWait,
    TimeSpan BatchWait,
    TimeSpan SendTime,
    WorkingSetCounters Files,
    long Resident,
    long BudgetUsed,
    long Skipped)
{
    private const double Little = 0.05; // of the time

    /// <summary>Since a consumer has taken something, at least a moment.</summary>
    internal double SecondsServing => Math.Max(1e-9, (Elapsed - ConsumerWait).TotalSeconds);

    internal double SamplesPerSecond => Samples / SecondsServing;

    internal double BytesPerSecond => Bytes / SecondsServing;

    /// <summary>Which side is the bottleneck, with figures; in a sentence.</summary>
    internal string Explain()
    {
        if (Batches == 0)
        {
            return "No consumer has taken a batch.";
        }

        string figures = FormattableString.Invariant(
            $"of {SecondsServing:0.0} s batches were waited for {BatchWait.TotalSeconds:0.0} s, and sending, with waits for room at the consumers, took {SendTime.TotalSeconds:0.0} s");
        double batches = BatchWait.TotalSeconds / SecondsServing;
        double sending = SendTime.TotalSeconds / SecondsServing;
        return batches < Little && sending < Little ? $"Neither side waits long: {figures}."
            : batches >= 2 * sending ? $"Reading and mixing is the bottleneck: {figures}."
            : sending >= 2 * batches ? $"The consumers, or the way to them, are the bottleneck: {figures}."
            : $"The two sides are about equally fast: {figures}.";
    }
}
