using System.Diagnostics;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>Draws batches as a training would, and lets them go.</summary>
internal sealed class StreamSession : IDisposable
{
    private readonly StreamPlan _plan;
    private readonly IReadOnlyList<Source> _sources;
    private readonly StreamTally[] _tallies;
    private readonly MemoryBudget _budget;
    private readonly WorkingSet _workingSet = new();
    private readonly Streamer<Sample> _batches;

    /// <summary>A session that has not begun.</summary>
    /// <exception cref="PescadorException">Sources, weights and mode do not go together.</exception>
    internal StreamSession(IReadOnlyList<Source> sources, StreamPlan plan)
    {
        _plan = plan;
        _sources = sources;
        _tallies = [.. sources.Select(static _ => new StreamTally())];
        _budget = new MemoryBudget(plan.Mix.BudgetInBytes);
        MuxWeights? weights = plan.Weights;

        // Counted in any case: what is drawn must not depend on whether somebody wants a picture. docs/decisions.md has the cost.
        var mux = new StochasticMux<Sample>(
            sources.Select((source, i) => source.Rows(plan.Order).Tally(_tallies[i])),
            plan.Mix.Active,
            plan.Rate,
            weights,
            plan.Mode,
            seed: plan.Mix.Seed);
        Streamer<Sample> rows = plan.MaxSkipped > 0 ? mux.SkipBad(plan.MaxSkipped) : mux;
        _batches = rows.Buffer(plan.Mix.Batch, partial: true).Prefetch(plan.Mix.Prefetch).With(budget: _budget, workingSet: _workingSet);
    }

    /// <summary>What each source has given, in their order.</summary>
    internal IReadOnlyList<StreamTally> Tallies => _tallies;

    /// <summary>Streams until the time is over, or there is no more, or it is cancelled.</summary>
    /// <param name="interval">Between two glimpses.</param>
    /// <param name="look">Given each glimpse, on this thread, the last one included.</param>
    /// <param name="cancellation">Ends it, with a summary.</param>
    internal StreamSummary Run(TimeSpan interval, Action<StreamGlimpse> look, CancellationToken cancellation)
    {
        using var memory = new ResidentMemory();
        return BudgetNeeds.Run(_sources, _plan.Mix, () => RowForms.Run(_sources, () => Run(memory, interval, look, cancellation)));
    }

    public void Dispose() => _workingSet.Dispose();

    private StreamSummary Run(ResidentMemory memory, TimeSpan interval, Action<StreamGlimpse> look, CancellationToken cancellation)
    {
        long samples = 0;
        long bytes = 0;
        long batches = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan next = interval;
        StreamEnd end;
        StreamGlimpse last;
        using (ActiveStream<Sample> stream = _batches.Open(cancellation))
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
                elapsed, samples, bytes, batches, _workingSet.Counters, stream.Prefetch, ResidentMemory.Read(), _budget.UsedInBytes, stream.SkippedCount);
        }

        look(last);
        return new StreamSummary(
            last, end, _tallies.Sum(static tally => tally.Activations), _tallies.Count(static tally => tally.Samples > 0),
            memory.Start, memory.Peak, _budget.PeakInBytes);
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
        samples += batch.Length ?? 0;
        foreach (TensorSpec tensor in batch.Spec.Tensors)
        {
            bytes += tensor.LengthInBytes;
        }

        return true;
    }
}
