using System.CommandLine;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli.Training;

/// <summary>The options that say which model is trained, and by whom.</summary>
internal sealed class TrainerArguments
{
    private readonly Option<string> _trainer = Trainer();
    private readonly Option<string> _loss = OptionRules.Words("--loss", "What the linear classifier minimises.", "hinge", "log");
    private readonly Option<int> _hidden = new Option<int>("--hidden") { Description = "With torch and onnx: hidden units of the perceptron; 0 for a softmax-linear model.", DefaultValueFactory = static _ => TrainerChoice.DefaultHidden, HelpName = "H" }
        .Must<Option<int>, int>(static units => units >= 0, "is at least 0").AtMost(1 << 16);

    private readonly Option<double> _learningRate = new Option<double>("--learning-rate") { Description = "With torch and onnx: the step size, 1e-30 to 1e30.", DefaultValueFactory = static _ => TrainerChoice.DefaultLearningRate, HelpName = "R" }
        .Must<Option<double>, double>(static rate => rate is >= 1e-30 and <= 1e30, "is from 1e-30 to 1e30"); // both reckon with float32

    /// <summary>Says who trains.</summary>
    internal static Option<string> Trainer() => OptionRules.Words(
        "--trainer", "Who trains: the library's own linear classifier, libtorch or ONNX Runtime.", "linear", "torch", "onnx");

    /// <summary>Whom the option's value means.</summary>
    internal static TrainerKind Kind(string? word) => word switch
    {
        "torch" => TrainerKind.Torch,
        "onnx" => TrainerKind.Onnx,
        _ => TrainerKind.Linear,
    };

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_trainer, _loss, _hidden, _learningRate])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="ArgumentException">An option is given that the trainer has not.</exception>
    internal TrainerChoice Read(ParseResult parsed)
    {
        TrainerKind kind = Kind(parsed.GetValue(_trainer));
        foreach (Option option in kind == TrainerKind.Linear ? (Option[])[_hidden, _learningRate] : [_loss])
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new ArgumentException($"{option.Name} means nothing with --trainer {parsed.GetValue(_trainer)}.");
            }
        }

        return new TrainerChoice(
            kind, parsed.GetValue(_loss) == "log" ? SgdLoss.Log : SgdLoss.Hinge, parsed.GetValue(_hidden), parsed.GetValue(_learningRate));
    }
}
