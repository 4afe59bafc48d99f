using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;

namespace Pescador.Fast.Cli.Demo;

/// <summary><c>pescador demo</c></summary>
internal static class DemoCommand
{
    internal const long ShippedSeed = 1;
    internal const long ShippedSamples = 5_000_000;
    internal const int ShippedBatch = 64;

    internal static Command Create()
    {
        var seed = new Option<long>("--seed") { Description = "Decides the split, the streams and the noise; the same seed gives the same run.", DefaultValueFactory = _ => ShippedSeed };
        var samples = new Option<long>("--samples") { Description = "How many samples to learn from.", DefaultValueFactory = _ => ShippedSamples };
        var batch = new Option<int>("--batch") { Description = "Samples per batch.", DefaultValueFactory = _ => ShippedBatch };
        samples.Validators.Add(AtLeastOne<long>);
        batch.Validators.Add(AtLeastOne<int>);
        var command = new Command("demo", "Train a classifier from five noisy streams of the breast-cancer data, and show how fast and how lean it was.")
        {
            seed, samples, batch,
        };
        command.SetAction(parsed => Run(parsed.GetValue(seed), parsed.GetValue(samples), parsed.GetValue(batch)));
        return command;
    }

    private static void AtLeastOne<T>(OptionResult option) where T : System.Numerics.INumber<T>
    {
        // What is no number at all is the parser's to say.
        if (option.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out T? value) && value < T.One)
        {
            option.AddError($"{option.Option.Name} is at least 1, got {value}.");
        }
    }

    private static int Run(long seed, long samples, int batch)
    {
        AnsiConsole.MarkupLine("[bold]569 tumours, 30 features, five streams with more and more noise[/], 3 of them active at a time");
        NoisyTrainingResult result = AnsiConsole.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: samples);
                long step = Math.Max(1, samples / 200);
                long next = step;
                NoisyTrainingResult done = NoisyTraining.Run(seed, samples, batch, progress =>
                {
                    if (progress.Samples >= next)
                    {
                        task.Value = progress.Samples;
                        next = progress.Samples + step;
                    }
                });
                task.Value = samples;
                return done;
            });
        Print(result, seed);
        return 0;
    }

    private static void Print(NoisyTrainingResult result, long seed)
    {
        var figures = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned()).AddColumn();
        figures.AddRow("accuracy", Text($"{result.Accuracy:0.000}"), $"on {result.HeldOut} tumours held out, seed {seed}");
        figures.AddRow("speed", Text($"{result.Learned.Samples / result.Duration.TotalSeconds:#,0}"), "samples per second, noise, stacking and learning included");
        figures.AddRow("learned", Text($"{result.Learned.Samples:#,0}"), Text($"samples in {result.Learned.Batches:#,0} batches and {result.Duration.TotalSeconds:0.00} s"));
        figures.AddRow("allocated", Text($"{result.AllocatedBytesPerSample:0.###}"), "bytes of managed memory per sample, in the steady state");
        AnsiConsole.Write(figures);

        var pools = new Table().RoundedBorder().Title("Memory pools");
        foreach (string column in (string[])["pool", "slabs", "KiB", "rented", "returned", "waited", "forgotten"])
        {
            pools.AddColumn(new TableColumn(column).RightAligned());
        }

        AddPool(pools, "batches", result.Batches);
        AddPool(pools, "loose samples", result.LooseSamples);
        AnsiConsole.Write(pools);
    }

    private static void AddPool(Table table, string name, PoolCounters pool) => table.AddRow(
        name, Text($"{pool.Created}"), Text($"{pool.LengthInBytes / 1024.0:0.#}"), Text($"{pool.Rented:#,0}"), Text($"{pool.Returned:#,0}"),
        Text($"{pool.Waited}"), Text($"{pool.Forgotten}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
