using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Pack;

/// <summary><c>pescador pack</c></summary>
internal static class PackCommand
{
    internal static Command Create()
    {
        var input = new Argument<string[]>("INPUT") { Description = SourceArguments.Files, Arity = ArgumentArity.OneOrMore, CustomParser = AllButTheLast };
        var output = new Argument<string>("OUTPUT") { Description = "The folder that the shards go to; made if it is not there." };
        output.Validators.Add(SourceArguments.RefuseOptions);
        var sources = new SourceArguments(input);
        var to = new Option<string>("--to") { Description = "What the shards are written as.", HelpName = "npy|safetensors", DefaultValueFactory = static _ => "npy" };
        to.AcceptOnlyFromAmong("npy", "safetensors");
        Option<long?> shardSize = ByteSize.Option("--shard-size", "The most that a shard takes: 64KB, 256MB, 1GiB. [default: 256MB]");
        var shuffle = new Option<bool>("--shuffle") { Description = "Write the rows in an order drawn by chance, each once; of several files up to 64 are mixed at a time." };
        var seed = new Option<long>("--seed") { Description = "Decides that order." };
        var skipBad = new Option<int>("--skip-bad") { Description = "How many rows or files that cannot be read are left out and reported.", HelpName = "N" };
        skipBad.Validators.Add(static option =>
        {
            if (option.Tokens is [var token] && token.Value.StartsWith('-'))
            {
                option.AddError($"--skip-bad is at least 0, got {token.Value}.");
            }
        });
        var force = new Option<bool>("--force") { Description = "Replace the shards that are in the folder." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object about what was written; docs/commands.md says what is in it." };
        var command = new Command("pack", """
            Pack the rows of files of any known format into shards that streams map as they are: aligned, dense, uncompressed.
            Shards get their names (shard-00000.X.npy, shard-00000.safetensors) once all of them are complete; when packing fails or is
            interrupted, what was written is removed.

            Examples:
              pescador pack archive/ shards/
              pescador pack digits.csv.gz shards/ --csv-label -1 --to safetensors
              pescador pack a.tar b.tar shards/ --shard-size 1GiB --shuffle --seed 7 --skip-bad 10
            """);
        sources.AddTo(command);
        command.Arguments.Add(output);
        foreach (Option option in (Option[])[to, shardSize, shuffle, seed, skipBad, force, json])
        {
            command.Options.Add(option);
        }

        command.Does((parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(output);
            var options = new PackOptions
            {
                Format = parsed.GetValue(to) == "npy" ? ShardFormat.Npy : ShardFormat.SafeTensors,
                ShardSizeInBytes = parsed.GetValue(shardSize) ?? PackOptions.DefaultShardSizeInBytes,
                Shuffle = parsed.GetValue(shuffle),
                Seed = parsed.GetValue(seed),
                MaxBadRows = parsed.GetValue(skipBad),
                Replace = parsed.GetValue(force),
            };
            long start = Stopwatch.GetTimestamp();
            PackResult result = Pack(sources.Open(parsed), folder, options, cancellation);
            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(PackReport.Json(result, duration));
            }
            else
            {
                PackReport.Write(Screen.Out(), result, folder, duration);
            }

            return ExitCode.Done;
        });
        return command;
    }

    // Otherwise it would take the folder, too.
    private static string[] AllButTheLast(ArgumentResult argument)
    {
        int inputs = Math.Max(1, argument.Tokens.Count - 1);
        string[] paths = [.. argument.Tokens.Take(inputs).Select(static token => token.Value)];
        argument.OnlyTake(inputs);
        return paths;
    }

    private static PackResult Pack(IReadOnlyList<Source> sources, string output, PackOptions options, CancellationToken cancellation) =>
        Screen.WithProgress(
            bars =>
            {
                ProgressTask? inspecting = bars?.AddTask("inspecting", maxValue: sources.Count);
                ProgressTask? packing = null;
                return ShardPacker.Pack(
                    sources,
                    output,
                    options,
                    progress =>
                    {
                        inspecting?.Value(progress.Inspected);
                        if (progress.TotalRows > 0)
                        {
                            packing ??= bars?.AddTask("packing", maxValue: progress.TotalRows);
                            packing?.Value(progress.Rows);
                        }
                    },
                    cancellation);
            },
            new PercentageColumn(),
            new SpeedColumn(),
            new RemainingTimeColumn());
}
