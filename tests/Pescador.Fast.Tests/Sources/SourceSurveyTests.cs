namespace Pescador.Fast.Tests;

/// <summary>What a survey groups, and what it warns of.</summary>
public sealed class SourceSurveyTests
{
    [Fact]
    public void Of_SourcesOfOneForm_GroupsThemAndShowsTheRangeOfTheirRows()
    {
        using var files = new PackedFolder();
        Source[] sources = [files.Numbered("a", 10), files.Numbered("b", 20), files.Numbered("c", 5, width: 4)];
        var survey = SourceSurvey.Of(sources);
        Assert.Equal([2, 1], survey.Groups.Select(group => group.Sources.Count));
        Assert.Equal(["X float32[10..20,3]", "Y int64[10..20]"], survey.Groups[0].Forms);
        Assert.Equal(["X float32[5,4]", "Y int64[5]"], survey.Groups[1].Forms);
        Assert.Equal((3, 35), (survey.Sources, survey.Rows));
        Assert.Empty(survey.Groups.SelectMany(group => group.Warnings));
        Assert.Empty(survey.Failures);
    }

    [Fact]
    public void Of_ADamagedSource_NamesItAndGoesOn()
    {
        using var files = new PackedFolder();
        File.WriteAllText(files.Beside("z.npz"), "no zip");
        var survey = SourceSurvey.Of([Source.Npz(files.Beside("z.npz")), files.Numbered("a", 10)]);
        Assert.Equal(1, survey.Sources);
        Assert.Equal(files.Beside("z.npz"), Assert.Single(survey.Failures).Source);
    }

    [Theory]
    [InlineData("deflated.npz", SourceWarningKind.Compressed)]
    [InlineData("i2_big_F.npy", SourceWarningKind.FortranOrder)]
    [InlineData("i2_big_F.npy", SourceWarningKind.Converted)]
    [InlineData("struct_title.npy", SourceWarningKind.Interleaved)]
    [InlineData("all.safetensors", SourceWarningKind.Converted)]
    [InlineData("zip64.npz", SourceWarningKind.Misaligned)]
    [InlineData("flowers.csv", SourceWarningKind.Text)]
    [InlineData("plain.csv.gz", SourceWarningKind.Text)]
    public void Warnings_OfAFile_SayWhatIsDearAboutIt(string file, SourceWarningKind kind)
    {
        SourceWarning warning = Assert.Single(
            SourceWarning.Of(Source.Open(Path.Combine(MadeFiles.Committed, file)).Inspect()), warning => warning.Kind == kind);
        Assert.NotEmpty(warning.Arrays);
        Assert.NotEqual(kind.ToString(), warning.Message);
        Assert.Equal(kind is SourceWarningKind.Compressed or SourceWarningKind.Text, warning.BudgetInBytes > 0);
    }

    [Fact]
    public void Warnings_OfADefaultNpy_AreNone() =>
        Assert.Empty(SourceWarning.Of(Source.Npy(Path.Combine(MadeFiles.Committed, "f4_little_C.npy")).Inspect()));

    [Fact]
    public void Budget_OfACompressedFile_IsWhatAnOpenStreamHolds()
    {
        var source = Source.Npz(Path.Combine(MadeFiles.Committed, "deflated.npz"));
        var budget = new MemoryBudget(1 << 30);
        using ActiveStream<Sample> rows = source.Rows(RowOrder.InOrder).With(budget: budget).Open();
        Assert.True(rows.MoveNext());
        rows.Current.Dispose();
        long told = SourceWarning.Of(source.Inspect()).Sum(warning => warning.BudgetInBytes);
        Assert.InRange(budget.UsedInBytes, told, told + 1024);
    }

    [Fact]
    public void Warnings_OfArraysThatDisagree_SayThatTheyCannotBeStreamed()
    {
        using var files = new PackedFolder();
        files.Numbered("a", 10);
        files.Numbered("b", 20);
        SourceInfo info = Source.Npy([("X", files.Beside("a.X.npy")), ("Y", files.Beside("b.Y.npy"))]).Inspect();
        Assert.Equal(SourceWarningKind.RowsDisagree, Assert.Single(SourceWarning.Of(info)).Kind);
    }
}
