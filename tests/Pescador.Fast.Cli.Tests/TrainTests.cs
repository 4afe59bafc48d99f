using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class TrainTests
{
    [Theory]
    [InlineData("iris.csv", 0.85, 150, 3)]
    [InlineData("breast_cancer.csv", 0.93, 569, 2)]
    [InlineData("digits.csv.gz", 0.9, 1797, 10)]
    public void Train_OnRealData_IsAccurateEnough(string name, double least, int rows, int classes)
    {
        JsonElement result = CommandOutput.Json("train", Path.Combine(TemporaryFolder.Data, name), "--label", "-1");
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), least, 1);
        Assert.Equal(rows, result.GetProperty("rows_held_out").GetInt64() + result.GetProperty("rows_training").GetInt64());
        Assert.Equal(classes, result.GetProperty("classes").GetInt32());
        Assert.Equal(10 * result.GetProperty("rows_training").GetInt64(), result.GetProperty("samples_learned").GetInt64());
        Assert.InRange(result.GetProperty("budget_peak_bytes").GetInt64(), 1, result.GetProperty("budget_bytes").GetInt64());
        Assert.True(result.GetProperty("resident_peak_bytes").GetInt64() > 0);
    }

    [Fact]
    public void Train_WithTwentySeeds_IsAccurateInTheMedian()
    {
        string data = Path.Combine(TemporaryFolder.Data, "breast_cancer.csv");
        double[] accuracies = [.. Enumerable.Range(0, 20).Select(seed => Accuracy(CommandOutput.Json("train", data, "--label", "-1", "--seed", $"{seed}"))).Order()];
        Assert.True((accuracies[9] + accuracies[10]) / 2 >= 0.95, string.Join(", ", accuracies));
    }

    [Fact]
    public void Train_Twice_GivesTheSameAccuracyAndWithAnotherSeedAnotherSplit()
    {
        string data = Path.Combine(TemporaryFolder.Data, "digits.csv.gz");
        string[] train = ["train", data, "--label", "-1", "--epochs", "1", "--loss", "log", "--holdout", "0.4"];
        double first = Accuracy(CommandOutput.Json([.. train, "--seed", "7"]));
        Assert.Equal(first, Accuracy(CommandOutput.Json([.. train, "--seed", "7"])));
        Assert.NotEqual(first, Accuracy(CommandOutput.Json([.. train, "--seed", "8"])));
    }

    [Fact]
    public void Train_OnTensorsOfOtherTypes_ConvertsThem()
    {
        using var folder = new TemporaryFolder();
        for (int file = 0; file < 3; file++)
        {
            // Images of bytes: class 1 is bright where class 0 is dark.
            using var images = new NpyWriter(folder[$"{file}.image.npy"], ElementType.UInt8, 2, 2);
            using var kinds = new NpyWriter(folder[$"{file}.kind.npy"], ElementType.Float64, 1);
            for (int row = 0; row < 100; row++)
            {
                byte light = (byte)(row % 2 == 0 ? 10 + (row % 7) : 200 + (row % 7));
                images.Write<byte>([light, 0, 255, (byte)(255 - light)]);
                kinds.Write<double>([row % 2]);
            }

            images.Complete();
            kinds.Complete();
        }

        JsonElement result = CommandOutput.Json("train", folder["."], "--label", "kind", "--epochs", "2");
        Assert.Equal(1, Accuracy(result));
        Assert.Equal(4, result.GetProperty("features").GetInt32());
        Assert.Equal(3, result.GetProperty("files").GetInt32());
    }

    [Fact]
    public void Train_WithALabelThatIsNotThere_NamesThoseThereAre()
    {
        using var folder = new TemporaryFolder();
        folder.Npy("a.X", 10, 2);
        folder.Npy("a.Y", 10, 1);
        folder.Npy("a.Z", 10, 1);
        CommandOutput label = CommandOutput.Of("train", folder["."], "--label", "W");
        Assert.Equal(1, label.ExitCode);
        Assert.Contains("no tensor 'W'", label.Error, StringComparison.Ordinal);
        Assert.Contains("[X, Y, Z]", label.Error, StringComparison.Ordinal);
        Assert.Contains("[X, Y]", CommandOutput.Of("train", folder["."], "--label", "Z", "--features", "W").Error, StringComparison.Ordinal);
        Assert.Contains("'9'", CommandOutput.Of("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "9").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithLabelsThatAreNoClasses_SaysWhatLabelsAre()
    {
        using var folder = new TemporaryFolder();
        string negative = folder.Text("negative.csv", "1,-1\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n9,0\n8,0\n");
        Assert.Contains("whole numbers from 0", CommandOutput.Of("train", negative, "--label", "-1", "--holdout", "0.5").Error, StringComparison.Ordinal);
        string one = folder.Text("one.csv", "1,0\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n8,0\n9,0\n8,0\n");
        Assert.Contains("nothing to tell apart", CommandOutput.Of("train", one, "--label", "-1", "--holdout", "0.5").Error, StringComparison.Ordinal);
        string fraction = folder.Text("fraction.csv", "1,0.5\n2,0\n");
        CommandOutput result = CommandOutput.Of("train", fraction, "--label", "-1", "--holdout", "0.5");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("line 1, column 1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnRowsWithoutFeatures_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (40, 0), }".PadRight(117) + "\n";
        File.WriteAllBytes(folder["a.X.npy"], [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes(header)]);
        using (var labels = new NpyWriter(folder["a.Y.npy"], ElementType.Int64))
        {
            for (int row = 0; row < 40; row++)
            {
                labels.Write<long>([row % 2]);
            }

            labels.Complete();
        }

        CommandOutput result = CommandOutput.Of("train", folder["."], "--label", "Y");
        Assert.Equal((1, "pescador train: The rows of tensor 'X' have no features; there is nothing to learn from."), (result.ExitCode, result.Error.Trim()));
    }

    [Fact]
    public void Train_WithOneClassOnly_SaysWhichWhateverItsNumber()
    {
        using var folder = new TemporaryFolder();
        string five = folder.Text("five.csv", "1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n7,5\n8,5\n9,5\n8,5\n");
        CommandOutput result = CommandOutput.Of("train", five, "--label", "-1", "--holdout", "0.5");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("are 5; there is nothing to tell apart", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithLabelsFromOneOn_SaysThatTheyAreCountedFromZero()
    {
        using var folder = new TemporaryFolder();
        string table = folder.Text("t.csv", "1,1\n2,2\n1,1\n2,2\n1,1\n2,2\n1,1\n2,2\n1,1\n2,2\n");
        CommandOutput result = CommandOutput.Of("train", table, "--label", "-1", "--holdout", "0.5");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("3 classes from label 0 on (1 without a row)", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,kind\n1,cat\n2,dog\n", "Labels are whole numbers from 0")]
    [InlineData("a,kind\n1,0\n,1\n", "--skip-bad N")]
    public void Train_WithACellThatCannotBeRead_SaysWhatToDo(string text, string advice)
    {
        using var folder = new TemporaryFolder();
        CommandOutput result = CommandOutput.Of("train", folder.Text("t.csv", text), "--label", "kind", "--holdout", "0.5");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("row ", result.Error, StringComparison.Ordinal);
        Assert.Contains(advice, result.Error, StringComparison.Ordinal);
    }

    [Theory] // whether the row is held out or not
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public void Train_WithAFeatureThatIsNotFinite_RefusesItInEverySplit(string seed)
    {
        using var folder = new TemporaryFolder();
        string table = folder.Text("t.csv", "1,0\n2,1\n1,0\n2,1\ninf,0\n2,1\n1,0\n2,1\n1,0\n2,1\n1,0\n2,1\n1,0\n2,1\n");
        CommandOutput result = CommandOutput.Of("train", table, "--label", "-1", "--holdout", "0.5", "--seed", seed);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("t.csv', row 4: feature 0", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithAFeatureThatIsNotFinite_NamesFileRowAndFeature()
    {
        using var folder = new TemporaryFolder();
        string good = folder.Text("a.csv", "p,q,Y\n1,1,0\n2,2,1\n1,1,0\n2,2,1\n1,1,0\n2,2,1\n");
        string bad = folder.Text("b.csv", "p,q,Y\n1,1,0\n2,2,1\n1,NaN,0\n2,2,1\n1,1,0\n2,2,1\n");
        CommandOutput result = CommandOutput.Of("train", good, bad, "--label", "Y", "--holdout", "0.01", "--batch", "2");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("b.csv', row 2: feature 1 of tensor 'X' is NaN", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(';', "--csv-separator ';'")]
    [InlineData('\t', "--csv-separator tab")]
    public void Train_OnATableWithAnotherSeparator_NamesIt(char separator, string advice)
    {
        using var folder = new TemporaryFolder();
        string table = folder.Text("t.csv", "a,kind\n1,0\n2,1\n".Replace(',', separator));
        Assert.Contains(advice, CommandOutput.Of("train", table, "--label", "kind").Error, StringComparison.Ordinal);
        Assert.Contains(advice, CommandOutput.Of("inspect", table).Out.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_UnderTooSmallABudget_SaysTheLeastAndThatSuffices()
    {
        string data = Path.Combine(TemporaryFolder.Data, "digits.csv.gz");
        CommandOutput result = CommandOutput.Of("train", data, "--label", "-1", "--budget", "100KB");
        Assert.Equal(1, result.ExitCode);
        const string Said = "--budget ";
        string least = result.Error[(result.Error.LastIndexOf(Said, StringComparison.Ordinal) + Said.Length)..].Trim().TrimEnd('.');
        Assert.Equal(0, CommandOutput.Of("train", data, "--label", "-1", "--epochs", "1", "--budget", least).ExitCode);
    }

    [Theory]
    [InlineData("--holdout", "1")]
    [InlineData("--epochs", "0")]
    [InlineData("--loss", "square")]
    [InlineData("--budget", "lots")]
    [InlineData("--batch", "0")]
    public void Train_WithWrongArguments_ExitsWithTwo(string option, string value) =>
        Assert.Equal(2, CommandOutput.Of("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", option, value).ExitCode);

    [Fact]
    public void Train_ForPeople_ShowsMemoryBesideTheBudget()
    {
        CommandOutput result = CommandOutput.Of("train", Path.Combine(TemporaryFolder.Data, "iris.csv"), "--label", "-1", "--budget", "3MB");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("of 3.0 MB", result.Out, StringComparison.Ordinal);
        Assert.Contains("15 rows held out; 3 classes, 4 features", result.Out, StringComparison.Ordinal);
    }

    private static double Accuracy(JsonElement result) => result.GetProperty("accuracy").GetDouble();
}
