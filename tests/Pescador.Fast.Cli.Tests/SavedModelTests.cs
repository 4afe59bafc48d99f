using System.Numerics.Tensors;
using System.Text.Json;
using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class SavedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("linear", "digits.csv.gz")]
    [InlineData("torch", "digits.csv.gz")]
    [InlineData("onnx", "digits.csv.gz")]
    [InlineData("torch", "digits.csv.gz", "--hidden", "0")]
    [InlineData("onnx", "digits.csv.gz", "--hidden", "0")]
    [InlineData("linear", "breast_cancer.csv")] // of two classes
    [InlineData("linear", "breast_cancer.csv", "--loss", "log")]
    [InlineData("torch", "breast_cancer.csv")]
    public void Save_ByATrainer_ScoresTheHeldOutRowsAsTheTrainingDid(string trainer, string data, params string[] more)
    {
        SkipUnlessThere(trainer);
        string path = Path.Combine(TemporaryFolder.Data, data);
        JsonElement result = CommandOutput.Json(["train", path, "--label", "-1", "--epochs", "2", "--trainer", trainer, "--save", Model, .. more]);
        Assert.Equal(Model, result.GetProperty("saved_to").GetString());

        Source source = Source.Csv(path, new CsvFormat { Label = "-1" });
        (_, Source heldOut) = source.Split(0.1, result.GetProperty("seed").GetInt64());
        (long right, long rows) = Right(heldOut.Rows(RowOrder.InOrder));
        Assert.Equal(result.GetProperty("rows_held_out").GetInt64(), rows);
        Assert.InRange((double)right / rows, 0.85, 1); // it is no guess
        Assert.InRange(right - (result.GetProperty("accuracy").GetDouble() * rows), -1.01, 1.01); // sums in another order
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("onnx")]
    public void Save_OfFeaturesOfOtherTypesAndShapes_TakesThemAsTheyAre(string trainer)
    {
        SkipUnlessThere(trainer);
        WriteImages();
        JsonElement result = CommandOutput.Json("train", _folder["."], "--label", "kind", "--epochs", "4", "--batch", "16", "--trainer", trainer, "--save", Model);
        Assert.Equal(1, result.GetProperty("accuracy").GetDouble());
        using OnnxSession model = OnnxSession.Open(Model);
        Assert.Equal("image uint8[n,4]", model.Inputs[0].ToString());
        Assert.Equal(1, model.Inputs.Length);

        (long right, long rows) = Right(Source.OpenAll([_folder["."]]).Single().Rows(RowOrder.InOrder), "kind");
        Assert.Equal((400, 400), (right, rows));
    }

    [Fact]
    public void Save_ByTheLinearTrainer_NeedsNoLibrary()
    {
        string path = Path.Combine(TemporaryFolder.Data, "iris.csv");
        CommandOutput result = CommandOutput.Of("train", path, "--label", "-1", "--save", Model);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("X float32[n,4] -> scores float32[n,3]", result.Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(Model).Length, 100, 10_000);
        Assert.Equal([Model], Directory.GetFiles(_folder["."]).Select(Path.GetFullPath));
    }

    [Fact]
    public void Train_WithoutSave_SavesNothing()
    {
        JsonElement result = CommandOutput.Json("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", "--epochs", "1");
        Assert.Equal(JsonValueKind.Null, result.GetProperty("saved_to").ValueKind);
    }

    [Fact]
    public void Save_WhereNothingCanBeWritten_SaysSoBeforeAnythingIsRead()
    {
        Directory.CreateDirectory(_folder["folder.onnx"]);
        Refused(1, _folder["none/model.onnx"], $"there is no folder '{Path.GetFullPath(_folder["none"])}'");
        Refused(1, _folder["folder.onnx"], "is a folder");
        Refused(2, _folder["model.pt"], "ends in .onnx");
        if (OperatingSystem.IsLinux())
        {
            Refused(1, "/proc/self/model.onnx", "no file can be written into the folder '/proc/self'");
        }

        Assert.Equal([_folder["folder.onnx"]], Directory.GetFileSystemEntries(_folder["."]).Select(Path.GetFullPath)); // what was tried is gone

        void Refused(int code, string path, string said)
        {
            CommandOutput result = CommandOutput.Of("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", "--save", path, "--json");
            Assert.Equal((code, ""), (result.ExitCode, result.Out));
            Assert.Contains(said, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Save_OfBools_TakesBools()
    {
        SkipUnlessThere("onnx");
        WriteRows("X", ElementType.Bool, static row => [row % 2, 1, 1 - (row % 2)]);
        CommandOutput.Json("train", _folder["."], "--label", "Y", "--epochs", "2", "--save", Model);
        Assert.Equal((60, 60), Right(Source.OpenAll([_folder["."]]).Single().Rows(RowOrder.InOrder)));
    }

    [Fact]
    public void Save_OfFeaturesNamedAsInnerTensors_MakesAModelThatRuns()
    {
        SkipUnlessThere("onnx");
        WriteRows("means", ElementType.UInt8, static row => [row % 2, 1, 1 - (row % 2)]);
        CommandOutput.Json("train", _folder["."], "--label", "Y", "--epochs", "2", "--save", Model);
        Assert.Equal((60, 60), Right(Source.OpenAll([_folder["."]]).Single().Rows(RowOrder.InOrder)));
    }

    [Fact]
    public void Save_OfFeaturesNamedAsTheOutput_SaysSoBeforeItLearns()
    {
        WriteRows("scores", ElementType.UInt8, static row => [row % 2, 1, 1 - (row % 2)]);
        CommandOutput result = CommandOutput.Of("train", _folder["."], "--label", "Y", "--save", Model);
        Assert.Equal((1, false), (result.ExitCode, File.Exists(Model)));
        Assert.Contains("--save: A tensor of the batch cannot be called 'scores'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SavedModel_OfMoreWeightsThanAFileHolds_SaysSo()
    {
        var form = new DataForm("X", ElementType.Float32, "Y", ElementType.Int64, 1, 1);
        PescadorException wide = Assert.Throws<PescadorException>(
            () => new SavedModel(Model, form, new TrainerChoice(TrainerKind.Torch, SgdLoss.Log, Hidden: 65_536), features: 10_000, classes: 3));
        Assert.Contains("10000 features, 65536 hidden units and 3 classes", wide.Message, StringComparison.Ordinal);
        PescadorException error = Assert.Throws<PescadorException>(
            () => new SavedModel(Model, form, new TrainerChoice(TrainerKind.Linear, SgdLoss.Log), features: 1 << 24, classes: 1 << 10));
        Assert.Contains("16777216 features, 0 hidden units and 1024 classes", error.Message, StringComparison.Ordinal);
    }

    // The command's own way to label is told in its tests; here rows come with their labels.
    private (long Right, long Rows) Right(Streamer<Sample> rows, string label = "Y")
    {
        using OnnxSession model = OnnxSession.Open(Model);
        long right = 0;
        long all = 0;
        foreach (Sample next in rows.Buffer(32, partial: true).Infer(model, keep: label))
        {
            using Sample batch = next;
            for (int row = 0; row < batch.Length; row++)
            {
                long expected = batch[label].ElementType == ElementType.UInt8 ? batch[label].Span<byte>()[row] : batch[label].Span<long>()[row];
                right += TensorPrimitives.IndexOfMax<float>(batch["scores"].Rows.GetRowSpan(row)) == expected ? 1 : 0;
                all++;
            }
        }

        return (right, all);
    }

    // Rows of three numbers, each a byte; the classes take turns.
    private void WriteRows(string features, ElementType type, Func<int, int[]> values)
    {
        using var rows = new NpyWriter(_folder[$"a.{features}.npy"], type, 3);
        using var labels = new NpyWriter(_folder["a.Y.npy"], ElementType.Int64);
        for (int row = 0; row < 60; row++)
        {
            byte[] bytes = Array.ConvertAll(values(row), static value => (byte)value);
            if (type == ElementType.Bool)
            {
                rows.Write<bool>(Array.ConvertAll(bytes, static value => value != 0));
            }
            else
            {
                rows.Write<byte>(bytes);
            }

            labels.Write<long>([row % 2]);
        }

        rows.Complete();
        labels.Complete();
    }

    // Images of bytes: class 1 is bright where class 0 is dark.
    private void WriteImages()
    {
        using var images = new NpyWriter(_folder["a.image.npy"], ElementType.UInt8, 2, 2);
        using var kinds = new NpyWriter(_folder["a.kind.npy"], ElementType.UInt8);
        for (int row = 0; row < 400; row++)
        {
            byte light = (byte)(row % 2 == 0 ? 10 + (row % 7) : 200 + (row % 7));
            images.Write<byte>([light, 0, 255, (byte)(255 - light)]);
            kinds.Write<byte>([(byte)(row % 2)]);
        }

        images.Complete();
        kinds.Complete();
    }

    // ONNX Runtime runs what was saved, whoever trained it.
    private static void SkipUnlessThere(string trainer)
    {
        string? missing = OnnxRuntime.Missing ?? (trainer == "torch" ? TorchRuntime.Missing : null);
        Assert.SkipUnless(missing is null, missing ?? "");
    }
}
