using System.Globalization;
using Pescador.Fast.Cli.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Streaming;

/// <summary>What people see of a stream.</summary>
internal sealed class StreamScreen(StreamPlan plan, int sources)
{
    private StreamGlimpse _before;

    /// <summary>Streams with a display that is drawn over, or in a file a line per second.</summary>
    internal StreamSummary Run(StreamSession session, Action<StreamGlimpse> record, TimeSpan interval, CancellationToken cancellation)
    {
        IAnsiConsole console = Screen.Out();
        if (!Screen.IsLive(console))
        {
            var linesAt = TimeSpan.FromSeconds(1);
            return session.Run(
                interval,
                glimpse =>
                {
                    record(glimpse);
                    if (glimpse.Elapsed - _before.Elapsed >= linesAt)
                    {
                        console.WriteLine(Line(glimpse));
                        _before = glimpse;
                    }
                },
                cancellation);
        }

        return Screen.WithDisplay(console, Display(default), live => session.Run(
            interval,
            glimpse =>
            {
                record(glimpse);
                live.UpdateTarget(Display(glimpse));
                live.Refresh();
                _before = glimpse;
            },
            cancellation));
    }

    /// <summary>The figures at the end.</summary>
    internal IRenderable Summary(StreamSummary summary)
    {
        StreamGlimpse last = summary.Last;
        string end = summary.End switch
        {
            StreamEnd.Time => "",
            StreamEnd.Exhausted => "; that was all of it",
            _ => "; interrupted",
        };
        Grid grid = Screen.Figures();
        grid.AddFigure("samples", $"{last.Samples:#,0}", $"in {last.Batches:#,0} {(last.Batches == 1 ? "batch" : "batches")} of {plan.Mix.Batch} and {last.Elapsed.TotalSeconds:0.0} s{end}");
        grid.AddFigure("speed", $"{summary.SamplesPerSecond:#,0}", $"samples/s, {ByteSize.Show(summary.BytesPerSecond)}/s");
        grid.AddFigure("sources", $"{summary.SourcesDrawn:#,0}", $"of {sources:#,0} drawn from, {summary.Activations:#,0} activations; {Mixing()}");
        grid.AddFigure("files", $"{last.Files.OpenedAhead:#,0}", $"opened ahead, {last.Files.Misses:#,0} when they were wanted, {last.Files.Hits:#,0} times open already");
        grid.AddFigure("memory", $"{ByteSize.Show(summary.ResidentPeak)}", $"at most ({ResidentMemory.Name}), {ByteSize.Show(summary.ResidentAtStart)} of it before it began");
        grid.AddFigure("budget", $"{ByteSize.Show(summary.BudgetPeak)}", $"at most of {ByteSize.Show(plan.Mix.BudgetInBytes)}, for batches and what is inflated or parsed");
        if (last.Skipped > 0)
        {
            grid.AddFigure("skipped", $"{last.Skipped:#,0}", $"bad rows, of at most {plan.MaxSkipped:#,0}");
        }

        return new Rows(grid, new Text($"{last.Prefetch.Explain()} Nothing is learned here: a trainer slower than this finds its batches ready."));
    }

    private Panel Display(StreamGlimpse now)
    {
        double seconds = Math.Max(1e-9, (now.Elapsed - _before.Elapsed).TotalSeconds);
        Grid grid = Screen.Figures();
        grid.AddFigure("time", $"{now.Elapsed.TotalSeconds:0.0} s", $"of {plan.Duration.TotalSeconds:0.#} s; Ctrl-C ends it");
        grid.AddFigure("speed", $"{(now.Samples - _before.Samples) / seconds:#,0}", $"samples/s, {ByteSize.Show((now.Bytes - _before.Bytes) / seconds)}/s");
        grid.AddFigure("samples", $"{now.Samples:#,0}", $"{ByteSize.Show(now.Bytes)} in {now.Batches:#,0} batches");
        grid.AddFigure("files", $"{now.Files.Open - now.Files.Idle:#,0}", $"in use of {sources:#,0}; {now.Files.OpenedAhead:#,0} opened ahead, {now.Files.Hits:#,0} hits, {now.Files.Misses:#,0} misses");
        grid.AddFigure("waited", $"{now.Prefetch.ConsumerWait.TotalSeconds:0.0} s", $"for batches here; {now.Prefetch.ProducerWait.TotalSeconds:0.0} s for room on the other side");
        grid.AddFigure("memory", $"{ByteSize.Show(now.Resident)}", $"resident; {ByteSize.Show(now.BudgetUsed)} of the budget of {ByteSize.Show(plan.Mix.BudgetInBytes)}");
        return new Panel(grid).RoundedBorder().Header($" {Mixing().EscapeMarkup()} ");
    }

    private string Line(StreamGlimpse now)
    {
        double seconds = (now.Elapsed - _before.Elapsed).TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Elapsed.TotalSeconds,6:0.0} s {(now.Samples - _before.Samples) / seconds,14:#,0} samples/s {ByteSize.Show((now.Bytes - _before.Bytes) / seconds),9}/s, files in use: {now.Files.Open - now.Files.Idle}, {ByteSize.Show(now.Resident)} resident, {ByteSize.Show(now.BudgetUsed)} of the budget");
    }

    private string Mixing() => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Mix.Active:#,0} active, {(plan.Rate is { } rate ? $"rate {rate.ToString("0.##", CultureInfo.InvariantCulture)}" : "each to its end")}, {StreamArguments.NameOf(plan.Mode)}");
}
