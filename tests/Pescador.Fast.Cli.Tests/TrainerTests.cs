using System.Text.Json;
using Pescador.Fast.Cli.Demo;
using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class TrainerTests
{
    private const long Length = 6_000_000;
    private const long Budget = 1_000_000;

    [Theory]
    [InlineData("torch", 64)]
    [InlineData("onnx", 64)]
    [InlineData("torch", 0)]
    [InlineData("onnx", 0)]
    public void Train_ByATrainerOnDigits_IsAccurateEnough(string trainer, int hidden)
    {
        SkipUnlessThere(trainer);
        JsonElement result = CommandOutput.Json(
            "train", Path.Combine(TemporaryFolder.Data, "digits.csv.gz"), "--label", "-1", "--batch", "32", "--trainer", trainer, "--hidden", $"{hidden}");
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0.93, 1);
        Assert.Equal(trainer, result.GetProperty("trainer").GetString());
        Assert.Contains(hidden == 0 ? "softmax-linear" : "64 hidden", result.GetProperty("model").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("onnx")]
    public void Train_Twice_GivesTheSameAccuracy(string trainer)
    {
        SkipUnlessThere(trainer);
        string[] train = ["train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", "--batch", "8", "--trainer", trainer, "--holdout", "0.4", "--epochs", "2"];
        Assert.Equal(CommandOutput.Json(train).GetProperty("accuracy").GetDouble(), CommandOutput.Json(train).GetProperty("accuracy").GetDouble());
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("onnx")]
    public void Demo_ByATrainer_ComesCloseToTheBestPossibleWithinItsBudget(string trainer)
    {
        SkipUnlessThere(trainer);
        using var folder = new TemporaryFolder();
        TrainingResult result = CorpusTraining.Run(
            folder["corpus"], Length, CorpusTraining.Plan(Budget, seed: 1, TrainerArguments.Kind(trainer)), null, TestContext.Current.CancellationToken);
        Assert.InRange(result.Accuracy, CorpusProblem.BestAccuracy() - 0.04, 1); // 2,128 rows are held out: a deviation of 0.004
        Assert.InRange(result.BudgetPeak, 1, Budget);
        Assert.True(result.DataInBytes > 5 * Budget, $"{result.DataInBytes}");
    }

    [Theory]
    [InlineData("torch", false)]
    [InlineData("onnx", false)]
    [InlineData("torch", true)]
    [InlineData("onnx", true)]
    public void Train_OnTensorsOfOtherTypesAndShapes_ConvertsThem(string trainer, bool hasWholeLabels)
    {
        SkipUnlessThere(trainer);
        using var folder = new TemporaryFolder();
        using (var images = new NpyWriter(folder["a.image.npy"], ElementType.UInt8, 2, 2))
        using (var kinds = new NpyWriter(folder["a.kind.npy"], hasWholeLabels ? ElementType.UInt8 : ElementType.Float64, 1))
        {
            // Images of bytes: class 1 is bright where class 0 is dark.
            for (int row = 0; row < 400; row++)
            {
                byte light = (byte)(row % 2 == 0 ? 10 + (row % 7) : 200 + (row % 7));
                images.Write<byte>([light, 0, 255, (byte)(255 - light)]);
                if (hasWholeLabels)
                {
                    kinds.Write<byte>([(byte)(row % 2)]);
                }
                else
                {
                    kinds.Write<double>([row % 2]);
                }
            }

            images.Complete();
            kinds.Complete();
        }

        JsonElement result = CommandOutput.Json("train", folder["."], "--label", "kind", "--epochs", "4", "--batch", "16", "--trainer", trainer);
        Assert.Equal(1, result.GetProperty("accuracy").GetDouble());
    }

    [Theory]
    [InlineData("torch", "--loss", "log")]
    [InlineData("onnx", "--loss", "hinge")]
    [InlineData("linear", "--hidden", "3")]
    [InlineData("linear", "--learning-rate", "0.1")]
    [InlineData("tensorflow", "--epochs", "1")]
    [InlineData("onnx", "--learning-rate", "0")]
    [InlineData("onnx", "--learning-rate", "1e-50")]
    [InlineData("torch", "--learning-rate", "1e300")]
    [InlineData("torch", "--learning-rate", "nan")]
    [InlineData("onnx", "--hidden", "-1")]
    public void Train_WithOptionsThatTheTrainerHasNot_ExitsWithTwo(string trainer, string option, string value)
    {
        CommandOutput result = CommandOutput.Of("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", "--trainer", trainer, option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(trainer == "tensorflow" ? trainer : option, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("onnx")]
    public void Train_WithARateThatDiverges_SaysWhatToDo(string trainer)
    {
        SkipUnlessThere(trainer);
        CommandOutput result = CommandOutput.Of(
            "train", Path.Combine(TemporaryFolder.Data, "digits.csv.gz"), "--label", "-1", "--trainer", trainer, "--learning-rate", "1e20", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Out);
        Assert.Equal("pescador train: The weights diverged: the loss is no finite number any more. Choose a smaller --learning-rate.", result.Error.Trim());
    }

    [Fact]
    public void Require_OfATrainerThatIsNotThere_SaysWhatToInstall()
    {
        if (!OnnxRuntime.IsAvailable)
        {
            NativeLibraryException error = Assert.Throws<NativeLibraryException>(new TrainerChoice(TrainerKind.Onnx, SgdLoss.Log).Require);
            Assert.Contains("npm install", error.Message, StringComparison.Ordinal);
        }

        if (!TorchRuntime.IsAvailable)
        {
            NativeLibraryException error = Assert.Throws<NativeLibraryException>(new TrainerChoice(TrainerKind.Torch, SgdLoss.Log).Require);
            Assert.Contains("libtorch-dev", error.Message, StringComparison.Ordinal);
        }

        new TrainerChoice(TrainerKind.Linear, SgdLoss.Log).Require();
    }

    private static void SkipUnlessThere(string trainer)
    {
        string? missing = trainer == "torch" ? TorchRuntime.Missing : OnnxRuntime.Missing;
        Assert.SkipUnless(missing is null, missing ?? "");
    }
}
