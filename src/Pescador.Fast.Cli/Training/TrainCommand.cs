using System.CommandLine;
using Pescador.Fast.Cli.Running;
using Spectre.Console;

namespace Pescador.Fast.Cli.Training;

/// <summary><c>pescador train</c></summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var label = new Option<string>("--label") { Description = "The labels, whole numbers from 0: a tensor's name, or a .csv's column (its name, or its position from 0, from the end where negative).", HelpName = "NAME", Required = true };
        var features = new Option<string?>("--features") { Description = "The features' tensor. [default: X, or the only other one]", HelpName = "NAME" };
        Option<double> holdOut = new Option<double>("--holdout") { Description = "Part of each file's rows that is held out, to tell the accuracy.", DefaultValueFactory = static _ => 0.1, HelpName = "F" }
            .Must<Option<double>, double>(static part => part is > 0 and < 1, "is above 0 and below 1");
        var trainer = new TrainerArguments();
        Option<int> epochs = new Option<int>("--epochs") { Description = "How often each row is learned.", DefaultValueFactory = static _ => 10, HelpName = "N" }.AtLeastOne();
        Option<string?> save = OptionRules.File(
            "--save", ".onnx", "writes an ONNX model", "Write the model, whoever trained it, for ONNX Runtime: features as they are in the data in, scores out.");
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var sources = new SourceArguments();
        var mix = new MixArguments("How many rows of a file, in the mean, are learned in an epoch. [default: all]");
        var command = new Command("train", """
            Train a model from files that need not fit into memory, and tell its accuracy on rows that it never saw.
            A first pass counts the classes and finds each feature's mean and deviation; then every row is learned once in each epoch, standardised.

            Examples:
              pescador train samples/data/breast_cancer.csv --label -1
              pescador train table.csv --label species --epochs 20 --loss log
              pescador train shards/ --label Y --budget 64MB --epochs 3
              pescador train shards/ --label Y --trainer torch --hidden 128 --save model.onnx
            """);
        sources.AddTo(command, hasLabel: false);
        command.Options.Add(label);
        command.Options.Add(features);
        command.Options.Add(holdOut);
        trainer.AddTo(command);
        command.Options.Add(epochs);
        command.Options.Add(save);
        mix.AddTo(command);
        command.Options.Add(json);
        command.Does((parsed, cancellation) =>
        {
            string name = parsed.GetRequiredValue(label);
            IReadOnlyList<Source> files = sources.OpenLabelled(parsed, name);
            var plan = new TrainingPlan(
                name,
                parsed.GetValue(features),
                parsed.GetValue(holdOut),
                trainer.Read(parsed),
                parsed.GetValue(epochs),
                mix.Read(parsed, files.Count),
                parsed.GetValue(save));
            return WithAdvice(() => Run(files, plan, parsed.GetValue(json), cancellation));
        });
        return command;
    }

    // A row that cannot be read ends a training: what to do about it.
    private static int WithAdvice(Func<int> work)
    {
        try
        {
            return work();
        }
        catch (DataException error) when (error.Row is not null)
        {
            string advice = error.Reason.Contains("the label '", StringComparison.Ordinal)
                ? "Labels are whole numbers from 0; write names as such, or choose another --label."
                : error.Reason.Contains("must be finite", StringComparison.Ordinal) ? "Replace or remove such values."
                : "Correct it, or leave such rows out: pescador pack --skip-bad N copies the others.";
            throw new PescadorException($"{error.Message.TrimEnd('.')}. {advice}", error);
        }
    }

    private static int Run(IReadOnlyList<Source> files, TrainingPlan plan, bool json, CancellationToken cancellation)
    {
        if (json)
        {
            JsonOutput.Write(TrainingJson.Of(OutOfCoreTraining.Run(files, plan, null, cancellation), plan));
            return ExitCode.Done;
        }

        TrainingResult result = TrainingScreen.Run(files, plan, cancellation);
        IAnsiConsole console = Screen.Out();
        console.Write(TrainingScreen.Figures(result, plan));
        console.WriteLine(result.Prefetch.Explain());
        return ExitCode.Done;
    }
}
