using System.Globalization;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Draining;

/// <summary>What people see of draining.</summary>
internal sealed class DrainScreen(DrainPlan plan)
{
    private const int MostWorkers = 16; // rows that a screen has room for

    private DrainGlimpse _before;

    /// <summary>Drains with a display that is drawn over, or in a file a line per second.</summary>
    internal DrainSummary Run(DrainSession session, IAnsiConsole console, CancellationToken cancellation)
    {
        var watched = new WatchedWork(passed => Display(session, passed), passed => Line(session, passed));
        return watched.Run(console, session.Begun, () => session.Run(cancellation));
    }

    /// <summary>The figures at the end.</summary>
    internal IRenderable Summary(DrainSummary summary)
    {
        DrainGlimpse last = summary.Last;
        string end = summary.End switch
        {
            StreamEnd.Time => "time is over",
            StreamEnd.Exhausted when summary.UnknownEnds > 0 => "ended, the producer did not say how",
            StreamEnd.Exhausted => "completed",
            StreamEnd.Failed => "failed",
            _ => "interrupted",
        };
        Grid grid = Screen.Figures();
        grid.AddFigure("samples", $"{last.Samples:#,0}", $"in {last.Batches:#,0} {(last.Batches == 1 ? "batch" : "batches")} and {last.Elapsed.TotalSeconds:0.0} s; {end}");
        AddSize(grid, last);
        grid.AddFigure("speed", $"{last.SamplesPerSecond:#,0}", $"samples/s, {ByteSize.Show(last.BytesPerSecond)}/s");
        grid.AddFigure("waited", $"{last.FirstWait.TotalSeconds:0.0} s", $"for the first batch, {last.Wait.TotalSeconds:0.0} s for the others");
        grid.AddFigure("memory", $"{ByteSize.Show(summary.ResidentPeak)}", $"at most ({ResidentMemory.Name}), {ByteSize.Show(summary.ResidentAtStart)} of it before it began");
        AddWorkers(grid, last);
        if (plan.HasChecksum)
        {
            grid.AddRow("checksum", "", Checksum.Show(last.Checksum));
        }

        return new Rows(grid, new Text(summary.Prefetch.Explain()));
    }

    private Panel Display(DrainSession session, TimeSpan passed)
    {
        DrainGlimpse now = session.Look();
        (double samples, double bytes) = Speed(now, passed);
        Grid grid = Screen.Figures();
        string until = plan.Duration is { } duration ? string.Create(CultureInfo.InvariantCulture, $"of {duration.TotalSeconds:0.#} s; ") : "";
        grid.AddFigure("time", $"{now.Elapsed.TotalSeconds:0.0} s", $"{until}Ctrl-C ends it");
        grid.AddFigure("speed", $"{samples:#,0}", $"samples/s, {ByteSize.Show(bytes)}/s");
        grid.AddFigure("samples", $"{now.Samples:#,0}", $"{ByteSize.Show(now.Bytes)} in {now.Batches:#,0} batches");
        AddSize(grid, now);
        string ready = string.Create(CultureInfo.InvariantCulture, $"{now.Workers.Sum(static worker => worker.Ready)} ready of at most {plan.Options.Depth * plan.Workers}");
        grid.AddFigure("waited", $"{(now.FirstWait + now.Wait).TotalSeconds:0.0} s", $"for batches, {now.FirstWait.TotalSeconds:0.0} s of it for the first; {ready}");
        AddWorkers(grid, now);
        _before = now;
        return new Panel(grid).RoundedBorder().Header($" {(plan.IsBinding ? "draining at" : "draining")} {session.Endpoint.EscapeMarkup()} ");
    }

    private static void AddSize(Grid grid, DrainGlimpse glimpse)
    {
        if (glimpse.Form is { } form)
        {
            grid.AddFigure("form", $"{ByteSize.Show(glimpse.SampleBytes)}", $"per sample; the first batch is {form}");
        }
    }

    private static void AddWorkers(Grid grid, DrainGlimpse glimpse)
    {
        if (glimpse.Workers.Count < 2)
        {
            return;
        }

        foreach (ZmqWorkerCounters worker in glimpse.Workers.Take(MostWorkers))
        {
            string again = worker.Reconnects == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", connected anew {worker.Reconnects:#,0} times");
            grid.AddFigure("producer", $"{worker.Samples:#,0}", $"batches, {ByteSize.Show(worker.Bytes)} from {worker.Worker}, which waited {worker.ProducerWait.TotalSeconds:0.0} s{again}");
        }

        if (glimpse.Workers.Count > MostWorkers)
        {
            grid.AddFigure("producers", $"{glimpse.Workers.Count - MostWorkers:#,0}", $"more");
        }
    }

    private string Line(DrainSession session, TimeSpan passed)
    {
        DrainGlimpse now = session.Look();
        (double samples, double bytes) = Speed(now, passed);
        _before = now;
        return now.Batches == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{now.Elapsed.TotalSeconds,6:0.0} s no batch has come")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{now.Elapsed.TotalSeconds,6:0.0} s {samples,14:#,0} samples/s {ByteSize.Show(bytes),9}/s, waited {(now.FirstWait + now.Wait).TotalSeconds:0.0} s for batches, {now.Form}");
    }

    private (double Samples, double Bytes) Speed(DrainGlimpse now, TimeSpan passed) => passed <= TimeSpan.Zero
        ? default
        : ((now.Samples - _before.Samples) / passed.TotalSeconds, (now.Bytes - _before.Bytes) / passed.TotalSeconds);
}
