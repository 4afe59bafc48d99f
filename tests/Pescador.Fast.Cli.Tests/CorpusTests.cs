using Pescador.Fast.Cli.Demo;
using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class CorpusTests : IDisposable
{
    private const long Length = 6_000_000;
    private const long Budget = 1_000_000;
    private const string WhereTemporaryFoldersAre = "TMPDIR";

    // Of its own: other processes may be making demonstrations, too.
    private readonly TemporaryFolder _temporary = new();
    private readonly string? _before = Environment.GetEnvironmentVariable(WhereTemporaryFoldersAre);

    public CorpusTests() => Environment.SetEnvironmentVariable(WhereTemporaryFoldersAre, _temporary["."]);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(WhereTemporaryFoldersAre, _before);
        _temporary.Dispose();
    }

    [Fact]
    public void Demo_OnASmallCorpus_ComesCloseToTheBestPossibleWithinItsBudget()
    {
        TrainingResult result = CorpusTraining.Run(null, Length, CorpusTraining.Plan(Budget, seed: 1), null, TestContext.Current.CancellationToken);
        Assert.InRange(result.Accuracy, CorpusProblem.BestAccuracy() - 0.03, 1); // 2,128 rows are held out: a deviation of 0.004
        Assert.InRange(result.BudgetPeak, 1, Budget);
        Assert.True(result.DataInBytes > 5 * Budget, $"{result.DataInBytes}");
        Assert.Equal((CorpusProblem.Classes, CorpusProblem.Features, Corpus.Files), (result.Classes, result.Features, result.Files));
        Assert.Equal(result, CorpusTraining.Run(null, Length, CorpusTraining.Plan(Budget, seed: 1), null, TestContext.Current.CancellationToken) with
        {
            SamplesPerSecond = result.SamplesPerSecond,
            SurveySeconds = result.SurveySeconds,
            LearningSeconds = result.LearningSeconds,
            ResidentAtStart = result.ResidentAtStart,
            ResidentPeak = result.ResidentPeak,
            BudgetPeak = result.BudgetPeak,
            Prefetch = result.Prefetch,
        });
    }

    [Fact]
    public void BestAccuracy_IsThatOfWhoKnowsTheMeans()
    {
        // 20,000 draws of (N(d, 1), seven N(0, 1)): the first is the largest as often as was integrated, up to 4 deviations of 0.0013.
        var random = new StreamRandom(3);
        int right = 0;
        for (int i = 0; i < 20_000; i++)
        {
            double own = CorpusProblem.Distance + random.NextNormal();
            right += Enumerable.Range(1, CorpusProblem.Classes - 1).Max(_ => random.NextNormal()) < own ? 1 : 0;
        }

        Assert.Equal(right / 20_000.0, CorpusProblem.BestAccuracy(), 0.0055);
    }

    [Theory]
    [InlineData("writing")]
    [InlineData("epoch")]
    public void Demo_CancelledAtAnyStage_RemovesItsFolder(string stage)
    {
        string[] before = Folders();
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => CorpusTraining.Run(
            null,
            Length,
            CorpusTraining.Plan(Budget, seed: 1),
            step =>
            {
                if (step.Stage.StartsWith(stage, StringComparison.Ordinal))
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token));
        Assert.Equal(before, Folders());
    }

    [Fact]
    public void Demo_CancelledFromOutside_ExitsAsInterrupted()
    {
        string[] before = Folders();
        Assert.Equal(130, PescadorCommand.Run(["demo", "--corpus", "3MB"], new CancellationToken(canceled: true)));
        Assert.Equal(before, Folders());
    }

    [Fact]
    public void Demo_UnderTooSmallABudget_SaysTheLeastAndRemovesItsFolder()
    {
        string[] before = Folders();
        CommandOutput result = CommandOutput.Of("demo", "--corpus", "1MB", "--budget", "1KB");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The least that would do", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Folders());
    }

    [Fact]
    public void Require_OfMoreThanTheDiskHas_SaysHowMuchIsNeeded()
    {
        using var folder = new Demo.TemporaryFolder(null);
        PescadorException error = Assert.Throws<PescadorException>(() => folder.Require(long.MaxValue));
        Assert.Contains("are free there", error.Message, StringComparison.Ordinal);
        folder.Require(1);
    }

    [Fact]
    public void LengthInBytes_OfTheLargestCorpus_DoesNotOverflow() =>
        Assert.Equal((long)Corpus.Files * CorpusProblem.Features * sizeof(float) * int.MaxValue, Corpus.LengthInBytes(int.MaxValue), 0.01 * Corpus.LengthInBytes(int.MaxValue));

    [Fact]
    public void Demo_WithAFolder_KeepsTheCorpusThereAndRefusesToMixItWithOthers()
    {
        using var folder = new TemporaryFolder();
        string[] demo = ["demo", "--corpus", "1MB", "--samples", "2000", "--folder", folder["corpus"]];
        CommandOutput result = CommandOutput.Of(demo);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("is possible: the classes overlap", result.Out, StringComparison.Ordinal);
        Assert.Contains("57 tumours", result.Out, StringComparison.Ordinal);
        Assert.Equal(2 * Corpus.Files, TemporaryFolder.NamesIn(folder["corpus"]).Length);
        CommandOutput again = CommandOutput.Of(demo);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("is not empty", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Demo_InterruptedBeforeTheCorpusIsComplete_LeavesTheFolderAsItWas(bool wasThere)
    {
        using var folder = new TemporaryFolder();
        string corpus = folder["corpus"];
        if (wasThere)
        {
            Directory.CreateDirectory(corpus);
        }

        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => CorpusTraining.Run(corpus, 3_000_000, CorpusTraining.Plan(64_000_000, 1), _ => cancellation.Cancel(), cancellation.Token));
        Assert.Equal(wasThere, Directory.Exists(corpus));
        Assert.True(!wasThere || !Directory.EnumerateFileSystemEntries(corpus).Any());
    }

    private static string[] Folders() => [.. Directory.GetDirectories(Path.GetTempPath(), "pescador-demo-*").Order()];
}
