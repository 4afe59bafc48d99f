using System.CommandLine;
using System.Globalization;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Training;
using Spectre.Console;

namespace Pescador.Fast.Cli.Demo;

/// <summary><c>pescador demo</c></summary>
internal static class DemoCommand
{
    internal const long ShippedSeed = 1;
    internal const long ShippedSamples = 5_000_000;
    internal const int ShippedBatch = 64;
    internal const long ShippedCorpus = 384_000_000;
    internal const long ShippedBudget = 64_000_000;

    internal static Command Create()
    {
        var seed = new Option<long>("--seed") { Description = "Decides the data, the split, the streams and the noise; the same seed gives the same run.", DefaultValueFactory = _ => ShippedSeed };
        Option<long> samples = new Option<long>("--samples") { Description = "How many samples of the breast-cancer data to learn from.", DefaultValueFactory = _ => ShippedSamples }.AtLeastOne();
        Option<int> batch = new Option<int>("--batch") { Description = "Of these per batch.", DefaultValueFactory = _ => ShippedBatch }.AtLeastOne();
        Option<long?> corpus = ByteSize.Option("--corpus", "Length of the files that are made to train on. [default: 384MB]");
        Option<long?> budget = ByteSize.Option("--budget", "Memory for batches while training on them. [default: 64MB]");
        var folder = new Option<string?>("--folder") { Description = "Make the files here and keep them. [default: a temporary folder, removed at the end]", HelpName = "FOLDER" };
        Option<string> trainer = TrainerArguments.Trainer();
        var json = new Option<bool>("--json") { Description = "Print one JSON object, and nothing else." };
        var command = new Command("demo", """
            Train on files several times larger than the memory allowed, and from noisy streams of the breast-cancer data.
            Shows how good, how fast and how lean both were; takes seconds, and leaves nothing behind.

            Examples:
              pescador demo
              pescador demo --trainer torch
              pescador demo --corpus 4GB --folder /big/disk/corpus
            """)
        {
            seed, samples, batch, corpus, budget, trainer, folder, json,
        };
        command.Does((parsed, cancellation) =>
        {
            long given = parsed.GetValue(seed);
            long length = parsed.GetValue(corpus) ?? ShippedCorpus;
            TrainingPlan plan = CorpusTraining.Plan(parsed.GetValue(budget) ?? ShippedBudget, given, TrainerArguments.Kind(parsed.GetValue(trainer)));
            plan.Trainer.Require();
            if (parsed.GetValue(json))
            {
                TrainingResult trained = CorpusTraining.Run(parsed.GetValue(folder), length, plan, null, cancellation);
                NoisyTrainingResult noisy = NoisyTraining.Run(given, parsed.GetValue(samples), parsed.GetValue(batch), cancellation: cancellation);
                JsonOutput.Write(DemoJson.Of(trained, plan, noisy));
                return ExitCode.Done;
            }

            RunCorpus(parsed.GetValue(folder), length, plan, cancellation);
            RunNoisy(given, parsed.GetValue(samples), parsed.GetValue(batch), cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    private static void RunCorpus(string? folder, long corpus, TrainingPlan plan, CancellationToken cancellation)
    {
        IAnsiConsole console = Screen.Out();
        console.MarkupLine(Text(
            $"[bold]{ByteSize.Show(corpus)} in {Corpus.Files} pairs of files, a budget of {ByteSize.Show(plan.Mix.BudgetInBytes)}[/], {CorpusTraining.Active} files open at a time"));
        TrainingResult result = TrainingScreen.WithBars(show => CorpusTraining.Run(folder, corpus, plan, show, cancellation));
        console.Write(TrainingScreen.Figures(result, plan, ("at best", Text($"{CorpusProblem.BestAccuracy():0.000}"), "is possible: the classes overlap")));
        console.WriteLine();
    }

    private static void RunNoisy(long seed, long samples, int batch, CancellationToken cancellation)
    {
        IAnsiConsole console = Screen.Out();
        console.MarkupLine("[bold]569 tumours, 30 features, five streams with more and more noise[/], 3 of them active at a time");
        NoisyTrainingResult result = TrainingScreen.WithBars(show =>
        {
            long step = Math.Max(1, samples / 200);
            long next = step;
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            return NoisyTraining.Run(seed, samples, batch, progress =>
            {
                if (progress.Samples >= next)
                {
                    cancellation.ThrowIfCancellationRequested();
                    double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
                    show?.Invoke(new TrainingStep("training", (double)progress.Samples / samples, progress.Samples / seconds, null));
                    next = progress.Samples + step;
                }
            });
        });
        Print(console, result, seed);
    }

    private static void Print(IAnsiConsole console, NoisyTrainingResult result, long seed)
    {
        Grid figures = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned()).AddColumn();
        figures.AddRow("accuracy", Text($"{result.Accuracy:0.000}"), $"on {result.HeldOut} tumours held out, seed {seed}");
        figures.AddRow("speed", Text($"{result.Learned.Samples / result.Duration.TotalSeconds:#,0}"), "samples per second, noise, stacking and learning included");
        figures.AddRow("learned", Text($"{result.Learned.Samples:#,0}"), Text($"samples in {result.Learned.Batches:#,0} batches and {result.Duration.TotalSeconds:0.00} s"));
        figures.AddRow("allocated", Text($"{result.AllocatedBytesPerSample:0.###}"), "bytes of managed memory per sample, in the steady state");
        console.Write(figures);

        Table pools = new Table().RoundedBorder().Title("Memory pools");
        foreach (string column in (string[])["pool", "slabs", "KiB", "rented", "returned", "waited", "forgotten"])
        {
            pools.AddColumn(new TableColumn(column).RightAligned());
        }

        AddPool(pools, "batches", result.Batches);
        AddPool(pools, "loose samples", result.LooseSamples);
        console.Write(pools);
    }

    private static void AddPool(Table table, string name, PoolCounters pool) => table.AddRow(
        name, Text($"{pool.Created}"), Text($"{pool.LengthInBytes / 1024.0:0.#}"), Text($"{pool.Rented:#,0}"), Text($"{pool.Returned:#,0}"),
        Text($"{pool.Waited}"), Text($"{pool.Forgotten}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
