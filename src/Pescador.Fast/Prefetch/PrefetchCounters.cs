using System.Globalization;

namespace Pescador.Fast;

/// <summary>How prefetching does: who waits for whom. Read while the threads work it is a glimpse, not a balance.</summary>
/// <param name="Batches">Items delivered.</param>
/// <param name="ProducerWait">How long the workers waited for room, together. Waits for memory below are not in it.</param>
/// <param name="ConsumerWait">How long the consumer waited for an item.</param>
/// <param name="Elapsed">Since the first item was asked for.</param>
/// <param name="Workers">How many threads there are.</param>
/// <param name="Depth">How many items each of them keeps ready; of several Prefetch the greatest.</param>
/// <param name="Ready">Items that are ready now.</param>
public readonly record struct PrefetchCounters(
    long Batches, TimeSpan ProducerWait, TimeSpan ConsumerWait, TimeSpan Elapsed, int Workers, int Depth, long Ready)
{
    private const double Little = 0.05; // of the time

    /// <summary>The counters of two Prefetch side by side, under one consumer.</summary>
    public static PrefetchCounters operator +(PrefetchCounters left, PrefetchCounters right) => new(
        left.Batches + right.Batches,
        left.ProducerWait + right.ProducerWait,
        left.ConsumerWait + right.ConsumerWait,
        left.Elapsed > right.Elapsed ? left.Elapsed : right.Elapsed,
        left.Workers + right.Workers,
        Math.Max(left.Depth, right.Depth),
        left.Ready + right.Ready);

    /// <summary>The counters of two Prefetch side by side, under one consumer.</summary>
    public static PrefetchCounters Add(PrefetchCounters left, PrefetchCounters right) => left + right;

    /// <summary>The counters of two runs of the same streamer, one after the other, as of the epochs of a training.</summary>
    public PrefetchCounters FollowedBy(PrefetchCounters later) => later with
    {
        Batches = Batches + later.Batches,
        ProducerWait = ProducerWait + later.ProducerWait,
        ConsumerWait = ConsumerWait + later.ConsumerWait,
        Elapsed = Elapsed + later.Elapsed,
    };

    /// <summary>Which side is the bottleneck, with figures, and what to do; in a sentence.</summary>
    public string Explain()
    {
        if (Workers == 0 || Elapsed <= TimeSpan.Zero || (Batches == 0 && ConsumerWait <= TimeSpan.Zero))
        {
            return "Nothing has been prefetched yet.";
        }

        TimeSpan all = Elapsed * Workers; // of the workers together
        double consumer = ConsumerWait / Elapsed;
        double producer = ProducerWait / all;
        string figures = $"the consumer waited {Share(ConsumerWait, Elapsed)} for batches, {Producers} {Seconds(ProducerWait)} for room";
        if (consumer < Little && producer < Little)
        {
            return $"The two sides are about equally fast: {figures}; only making both faster would help.";
        }

        if (consumer >= 2 * producer)
        {
            return $"The producer is the bottleneck: {figures}; more workers, a larger budget or cheaper samples would help.";
        }

        figures = $"{Producers} waited {Share(ProducerWait, all)} for room, the consumer {Seconds(ConsumerWait)} for batches";
        return producer >= 2 * consumer
            ? $"The consumer is the bottleneck: {figures}; batches are ready when it asks, and only a faster consumer would help."
            : $"The two sides wait for each other in turn: {figures}; a greater depth than {Depth.ToString(CultureInfo.InvariantCulture)} would even that out.";
    }

    private string Producers => Workers == 1 ? "the producer" : string.Create(CultureInfo.InvariantCulture, $"the {Workers} workers together");

    private static string Share(TimeSpan part, TimeSpan whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{Seconds(part)} of {Seconds(whole)} ({100 * (part / whole):0} %)");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
