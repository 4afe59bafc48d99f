using System.Globalization;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Serving;

/// <summary>What people see of serving.</summary>
internal sealed class ServeScreen(ServePlan plan, int sources)
{
    private ServeGlimpse _before;

    /// <summary>Serves with a display that is drawn over, or in a file a line per second.</summary>
    internal ServeSummary Run(ServeSession session, IAnsiConsole console, CancellationToken cancellation)
    {
        var watched = new WatchedWork(passed => Display(session, passed), passed => Line(session, passed));
        return watched.Run(console, session.Begun, () => session.Run(cancellation));
    }

    /// <summary>The figures at the end.</summary>
    internal IRenderable Summary(ServeSummary summary)
    {
        ServeGlimpse last = summary.Last;
        string end = summary.End switch
        {
            StreamEnd.Time or StreamEnd.Enough => "",
            StreamEnd.Exhausted => "; that was all of it",
            StreamEnd.Failed => "; then it failed",
            _ => "; interrupted",
        };
        Grid grid = Screen.Figures();
        grid.AddFigure("samples", $"{last.Samples:#,0}", $"in {last.Batches:#,0} {(last.Batches == 1 ? "batch" : "batches")} of {plan.Stream.Mix.Batch} and {last.Elapsed.TotalSeconds:0.0} s{end}");
        grid.AddFigure("speed", $"{last.SamplesPerSecond:#,0}", $"samples/s, {ByteSize.Show(last.BytesPerSecond)}/s");
        grid.AddFigure("waited", $"{last.ConsumerWait.TotalSeconds:0.0} s", $"until a consumer had taken the first batch");
        grid.AddFigure("memory", $"{ByteSize.Show(summary.ResidentPeak)}", $"at most ({ResidentMemory.Name}), {ByteSize.Show(summary.ResidentAtStart)} of it before it began");
        grid.AddFigure("budget", $"{ByteSize.Show(summary.BudgetPeak)}", $"at most of {ByteSize.Show(plan.Stream.Mix.BudgetInBytes)}, for batches and what is inflated or parsed");
        if (last.Skipped > 0)
        {
            grid.AddFigure("skipped", $"{last.Skipped:#,0}", $"bad rows, of at most {plan.Stream.MaxSkipped:#,0}");
        }

        if (plan.HasChecksum)
        {
            grid.AddRow("checksum", "", Checksum.Show(last.Checksum));
        }

        return new Rows(grid, new Text(last.Explain()));
    }

    private Panel Display(ServeSession session, TimeSpan passed)
    {
        ServeGlimpse now = session.Look();
        (double samples, double bytes) = Speed(now, passed);
        Grid grid = Screen.Figures();
        string until = plan.Stream.Duration < StreamPlan.Endless
            ? string.Create(CultureInfo.InvariantCulture, $"of {plan.Stream.Duration.TotalSeconds:0.#} s; ")
            : "";
        grid.AddFigure("time", $"{now.Elapsed.TotalSeconds:0.0} s", $"{until}Ctrl-C ends it");
        grid.AddFigure("consumer", $"{now.ConsumerWait.TotalSeconds:0.0} s", $"{(now.Batches == 0 ? "waited for; none has taken a batch yet" : "waited for until it had taken the first batch")}");
        grid.AddFigure("speed", $"{samples:#,0}", $"samples/s, {ByteSize.Show(bytes)}/s");
        grid.AddFigure("samples", $"{now.Samples:#,0}", $"{ByteSize.Show(now.Bytes)} in {now.Batches:#,0} batches");
        grid.AddFigure("files", $"{now.Files.Open - now.Files.Idle:#,0}", $"in use of {sources:#,0}");
        grid.AddFigure("waited", $"{now.BatchWait.TotalSeconds:0.0} s", $"for batches here; sending took {now.SendTime.TotalSeconds:0.0} s, with waits for room");
        grid.AddFigure("memory", $"{ByteSize.Show(now.Resident)}", $"resident; {ByteSize.Show(now.BudgetUsed)} of the budget of {ByteSize.Show(plan.Stream.Mix.BudgetInBytes)}");
        _before = now;
        return new Panel(grid).RoundedBorder().Header($" {(plan.IsBinding ? "serving at" : "serving to")} {session.Endpoint.EscapeMarkup()} ");
    }

    private string Line(ServeSession session, TimeSpan passed)
    {
        ServeGlimpse now = session.Look();
        (double samples, double bytes) = Speed(now, passed);
        _before = now;
        return now.Batches == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{now.Elapsed.TotalSeconds,6:0.0} s no consumer has taken a batch")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{now.Elapsed.TotalSeconds,6:0.0} s {samples,14:#,0} samples/s {ByteSize.Show(bytes),9}/s, waited {now.BatchWait.TotalSeconds:0.0} s for batches, sent {now.SendTime.TotalSeconds:0.0} s, {ByteSize.Show(now.Resident)} resident");
    }

    private (double Samples, double Bytes) Speed(ServeGlimpse now, TimeSpan passed) => passed <= TimeSpan.Zero
        ? default
        : ((now.Samples - _before.Samples) / passed.TotalSeconds, (now.Bytes - _before.Bytes) / passed.TotalSeconds);
}
