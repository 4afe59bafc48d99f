using System.Diagnostics;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>Draws batches as a training would, and lets them go.</summary>
internal sealed class StreamSession : IDisposable
{
    private readonly StreamPlan _plan;
    private readonly MixedSources _mixed;

    /// <summary>A session that has not begun.</summary>
    /// <exception cref="PescadorException">Sources, weights and mode do not go together.</exception>
    internal StreamSession(IReadOnlyList<Source> sources, StreamPlan plan)
    {
        _plan = plan;
        _mixed = new MixedSources(sources, plan);
    }

    /// <summary>What each source has given, in their order.</summary>
    internal IReadOnlyList<StreamTally> Tallies => _mixed.Tallies;

    /// <summary>Streams until the time is over, or there is no more, or it is cancelled.</summary>
    /// <param name="interval">Between two glimpses.</param>
    /// <param name="look">Given each glimpse, on this thread, the last one included.</param>
    /// <param name="cancellation">Ends it, with a summary.</param>
    internal StreamSummary Run(TimeSpan interval, Action<StreamGlimpse> look, CancellationToken cancellation)
    {
        using var memory = new ResidentMemory();
        return _mixed.Run(() => Run(memory, interval, look, cancellation));
    }

    public void Dispose() => _mixed.Dispose();

    private StreamSummary Run(ResidentMemory memory, TimeSpan interval, Action<StreamGlimpse> look, CancellationToken cancellation)
    {
        long samples = 0;
        long bytes = 0;
        long batches = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan next = interval;
        StreamEnd end;
        StreamGlimpse last;
        using (ActiveStream<Sample> stream = _mixed.Batches.Open(cancellation))
        {
            while (true)
            {
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                if (elapsed >= _plan.Duration || cancellation.IsCancellationRequested)
                {
                    end = cancellation.IsCancellationRequested ? StreamEnd.Interrupted : StreamEnd.Time;
                    break;
                }

                if (elapsed >= next)
                {
                    look(Glimpse(elapsed));
                    next = elapsed + interval;
                }

                if (!TryNext(stream, cancellation, ref samples, ref bytes))
                {
                    end = cancellation.IsCancellationRequested ? StreamEnd.Interrupted : StreamEnd.Exhausted;
                    break;
                }

                batches++;
            }

            last = Glimpse(Stopwatch.GetElapsedTime(start));

            StreamGlimpse Glimpse(TimeSpan elapsed) => new(
                elapsed, samples, bytes, batches, _mixed.WorkingSet.Counters, stream.Prefetch, ResidentMemory.Read(), _mixed.Budget.UsedInBytes, stream.SkippedCount);
        }

        look(last);
        return new StreamSummary(
            last, end, Tallies.Sum(static tally => tally.Activations), Tallies.Count(static tally => tally.Samples > 0),
            memory.Start, memory.Peak, _mixed.Budget.PeakInBytes);
    }

    private static bool TryNext(ActiveStream<Sample> stream, CancellationToken cancellation, ref long samples, ref long bytes)
    {
        try
        {
            if (!stream.MoveNext())
            {
                return false;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }

        using Sample batch = stream.Current;
        BatchSize size = BatchSize.Of(batch);
        samples += size.Samples;
        bytes += size.Bytes;
        return true;
    }
}
