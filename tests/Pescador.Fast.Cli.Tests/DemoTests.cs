using System.Text.Json;
using Pescador.Fast.Cli.Demo;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class DemoTests
{
    private const double LeastAccuracy = 0.93;
    private const long Samples = 200_000;

    [Fact]
    public void Run_WithTheShippedSeed_IsAccurateEnough()
    {
        NoisyTrainingResult result = NoisyTraining.Run(DemoCommand.ShippedSeed, DemoCommand.ShippedSamples, DemoCommand.ShippedBatch);
        Assert.True(result.Accuracy >= LeastAccuracy, $"{result.Accuracy}");
        Assert.Equal(57, result.HeldOut);
        Assert.Equal(DemoCommand.ShippedSamples, result.Learned.Samples);
        Assert.Equal(0, result.Batches.Outstanding);
        Assert.Equal(0, result.LooseSamples.Outstanding);
        Assert.Equal(0, result.Batches.Forgotten + result.Batches.Waited);
    }

    [Fact]
    public void Run_WithTwentySeeds_IsAccurateEnoughInTheMedian()
    {
        double[] accuracies = [.. Enumerable.Range(0, 20).Select(seed => NoisyTraining.Run(seed, samples: 1_000_000, 64).Accuracy).Order()];
        double median = (accuracies[9] + accuracies[10]) / 2;
        Assert.True(median >= LeastAccuracy, string.Join(", ", accuracies));
    }

    [Fact]
    public void Run_Twice_GivesTheSameAccuracyAndAllocatesNothingPerSample()
    {
        NoisyTrainingResult first = NoisyTraining.Run(3, Samples, 64);
        NoisyTrainingResult second = NoisyTraining.Run(3, Samples, 64);
        Assert.Equal(first.Accuracy, second.Accuracy);
        Assert.True(second.AllocatedBytesPerSample < 0.1, $"{second.AllocatedBytesPerSample}");
    }

    [Fact]
    public void Run_WithFewSamples_StopsBeforeTheBatchThatWouldPassTheBound()
    {
        NoisyTrainingResult result = NoisyTraining.Run(1, 100, 64);
        Assert.Equal(new LearningProgress(1, 64, 100), result.Learned);
    }

    [Theory]
    [InlineData("x,30\n", "line 1: expected the numbers of rows and features, got 'x,30'")]
    [InlineData("1,2\n1,2\n", "line 2: expected 3 cells, got 2")]
    [InlineData("1,2\n1,a,0\n", "line 2, cell 2: expected a number, got 'a'")]
    [InlineData("2,2\n1,2,0\n1,2,z\n", "line 3: expected a class, got 'z'")]
    public void Read_OfADamagedTable_NamesTheLine(string text, string message)
    {
        DataException error = Assert.Throws<DataException>(() => LabelledTable.Read(new StringReader(text), "t.csv"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "demo", "--samples", "2000", "--corpus", "1MB")]
    [InlineData(0, "demo", "--help")]
    [InlineData(0, "--help")]
    [InlineData(2, "demo", "--samples", "0")]
    [InlineData(2, "demo", "--batch", "many")]
    [InlineData(2, "no-such-command")]
    public void Main_WithArguments_ExitsAsPromised(int expected, params string[] arguments) => Assert.Equal(expected, PescadorCommand.Run(arguments));

    [Fact]
    public void Main_WithJson_PrintsOneObject()
    {
        CommandOutput output = CommandOutput.Of("demo", "--samples", "20000", "--corpus", "2MB", "--json");
        Assert.Equal((0, ""), (output.ExitCode, output.Error));
        using JsonDocument json = JsonDocument.Parse(output.Out);
        Assert.True(json.RootElement.GetProperty("corpus").GetProperty("accuracy").GetDouble() > 0.8, output.Out);
        Assert.True(json.RootElement.GetProperty("corpus_best_accuracy").GetDouble() > 0.9, output.Out);
        Assert.Equal(19_968, json.RootElement.GetProperty("noisy").GetProperty("samples_learned").GetInt64());
    }
}
