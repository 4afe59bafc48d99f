using System.Collections.Concurrent;
using System.Globalization;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Training;

/// <summary>What people see of a training.</summary>
internal static class TrainingScreen
{
    /// <summary>Trains, with a bar for each stage where somebody looks.</summary>
    internal static TrainingResult Run(IReadOnlyList<Source> sources, TrainingPlan plan, CancellationToken cancellation) =>
        WithBars(show => OutOfCoreTraining.Run(sources, plan, show, cancellation));

    /// <summary>Runs work that tells how far it is, with a bar for each stage where somebody looks.</summary>
    internal static T WithBars<T>(Func<Action<TrainingStep>?, T> work)
    {
        var figures = new FiguresColumn();
        return Screen.WithProgress(context => work(context is null ? null : new Bars(context, figures).Show), new PercentageColumn(), figures);
    }

    /// <summary>The figures at the end.</summary>
    /// <param name="result">To show.</param>
    /// <param name="plan">How it came about.</param>
    /// <param name="notes">More rows: name, figure, explanation.</param>
    internal static Grid Figures(TrainingResult result, TrainingPlan plan, params (string Name, string Figure, string Note)[] notes)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().RightAligned().NoWrap()).AddColumn();
        Add($"accuracy", $"{result.Accuracy:0.000}", $"on {result.RowsHeldOut:#,0} rows held out; {result.Classes} classes{Empty(result)}, {result.Features} features");
        foreach ((string name, string figure, string note) in notes)
        {
            Add($"{name}", $"{figure}", $"{note}");
        }

        Add($"model", $"{plan.Trainer.Kind.ToString().ToLowerInvariant()}", $"{plan.Trainer.Said}{(plan.Trainer.Warning is { } warning ? $". {warning}" : "")}");
        if (result.Saved is { } saved)
        {
            Add($"saved", $"onnx", $"{saved}");
        }

        Add($"speed", $"{result.SamplesPerSecond:#,0}", $"samples per second: {result.SamplesLearned:#,0} in {result.Epochs} {(result.Epochs == 1 ? "epoch" : "epochs")} and {result.LearningSeconds:0.0} s, reading, stacking, standardising and learning; the pass before took {result.SurveySeconds:0.0} s");
        Add($"data", $"{ByteSize.Show(result.DataInBytes)}", $"in {result.Files:#,0} {(result.Files == 1 ? "file" : "files")}, {result.RowsTraining:#,0} rows to learn from");
        Add($"memory", $"{ByteSize.Show(result.ResidentPeak)}", $"at most ({ResidentMemory.Name}), {Beside(result)}; {ByteSize.Show(result.ResidentAtStart)} of it before it began");
        Add($"budget", $"{ByteSize.Show(result.BudgetPeak)}", $"at most of {ByteSize.Show(result.Budget)}, for batches and what is inflated or parsed");
        return grid;

        void Add(FormattableString name, FormattableString figure, FormattableString note) => grid.AddRow(Text(name), Text(figure), Text(note));
    }

    private static string Empty(TrainingResult result) => result.EmptyClasses == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" from label 0 on ({result.EmptyClasses:#,0} without a row)");

    private static string Beside(TrainingResult result) => result.ResidentPeak < result.DataInBytes
        ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * result.ResidentPeak / result.DataInBytes:0} % of the data")
        : "the runtime's own, mostly";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).EscapeMarkup();

    /// <summary>A bar for each stage.</summary>
    private sealed class Bars(ProgressContext context, FiguresColumn figures)
    {
        private const int StepsPerBar = 500;

        private ProgressTask? _task;
        private string? _stage;
        private double _shown;

        internal void Show(TrainingStep step)
        {
            if (step.Stage != _stage)
            {
                _task?.Value(1);
                _task?.StopTask();
                _task = context.AddTask(step.Stage, maxValue: 1);
                _stage = step.Stage;
                _shown = 0;
            }

            if (step.Part - _shown < 1.0 / StepsPerBar && step.Part < 1)
            {
                return;
            }

            _shown = step.Part;
            _task!.Value = step.Part; // made with the stage
            string accuracy = step.Accuracy is { } value ? string.Create(CultureInfo.InvariantCulture, $"  accuracy while learning {value:0.000}") : "";
            figures.Of[_task.Id] = string.Create(CultureInfo.InvariantCulture, $"{step.SamplesPerSecond:#,0} samples/s{accuracy}");
        }
    }

    /// <summary>Samples per second and accuracy beside the bar.</summary>
    private sealed class FiguresColumn : ProgressColumn
    {
        internal ConcurrentDictionary<int, string> Of { get; } = []; // written by who works, read by who draws

        protected override bool NoWrap => true;

        public override Spectre.Console.Rendering.IRenderable Render(Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Of.GetValueOrDefault(task.Id, ""));
    }
}
