using System.Text;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Description;

public sealed class DescriptionTests
{
    [Fact]
    public void Read_OfFilesAlone_HasTheCommandsDefaults()
    {
        StreamDescription read = Read("""{"files": "a"}""");
        Assert.Equal((128, 1L, 2, 512_000_000L, true), (read.Batch, read.Seed, read.Prefetch, read.BudgetInBytes, read.Partial));
        Assert.Equal((MuxKind.Stochastic, StochasticMode.SingleActive, RowOrder.Random), (read.Mux.Kind, read.Mux.Mode, read.Order));
        Assert.Equal((SplitPart.All, 1L, 0L, 0, 10.0), (read.Part, read.Epochs, read.Epoch, read.SkipBad, read.Timeout.TotalSeconds));
        Assert.True(read.Mux.Active is null && read.Mux.Rate is null && read.HeldOut is null && read.Float32.Length == 0);
    }

    [Fact]
    public void Read_OfEveryMember_TakesIt()
    {
        StreamDescription read = Read("""
            {"files": ["a", "b"], "csv_label": -1, "csv_separator": "tab", "csv_no_header": true, "held_out": 0.25, "part": "held_out", "split_seed": 3,
             "rows": "in_order", "mux": {"kind": "stochastic", "active": 2, "rate": 2.5, "mode": "exhaustive", "weights": [1, 2.5]}, "batch": 5, "partial": false,
             "float32": ["X", "Y"], "seed": -7, "epoch": 4, "epochs": 2, "budget": "64MB", "prefetch": 9, "skip_bad": 1, "timeout": 2.5}
            """);
        Assert.Equal(["a", "b"], read.Files);
        Assert.Equal(("-1", '\t', false), (read.Csv.Label, read.Csv.Separator, read.Csv.HasHeader));
        Assert.Equal((0.25, SplitPart.HeldOut, 3L, RowOrder.InOrder), (read.HeldOut, read.Part, read.SplitSeed, read.Order));
        Assert.Equal((2, 2.5, StochasticMode.Exhaustive), (read.Mux.Active, read.Mux.Rate, read.Mux.Mode));
        Assert.Equal<double>([1, 2.5], Assert.IsType<double[]>(read.Mux.Weights));
        Assert.Equal((5, false, -7L, 4L, 2L), (read.Batch, read.Partial, read.Seed, read.Epoch, read.Epochs));
        Assert.Equal(["X", "Y"], read.Float32);
        Assert.Equal((64_000_000L, 9, 1, 2.5), (read.BudgetInBytes, read.Prefetch, read.SkipBad, read.Timeout.TotalSeconds));
    }

    [Theory]
    [InlineData("", "The description is no JSON")]
    [InlineData("{", "The description is no JSON")]
    [InlineData("[]", "The description: expected an object, got an array of 0.")]
    [InlineData("""{"files": "a"} x""", "The description is no JSON")]
    [InlineData("{}", "'files': expected at least one path of a file or folder, or pattern, got nothing.")]
    [InlineData("""{"files": []}""", "got none")]
    [InlineData("""{"files": [""]}""", "one that is empty")]
    [InlineData("""{"files": ["a", 3]}""", "got 3 in it")]
    [InlineData("""{"files": "\ud800"}""", "of whole characters")]
    [InlineData("""{"files": "a", "files": "b"}""", "'files' is given twice.")]
    [InlineData("""{"files": "a", "bach": 3}""", "There is no member 'bach'; there are files, held_out, part, csv_label,")]
    [InlineData("""{"files": "a", "batch": 1.5}""", "'batch': expected a whole number from 1 to 2147483647, got 1.5.")]
    [InlineData("""{"files": "a", "batch": 99999999999}""", "got 99999999999")]
    [InlineData("""{"files": "a", "batch": "8"}""", "got the string \"8\"")]
    [InlineData("""{"files": "a", "partial": 1}""", "'partial': expected true or false, got 1.")]
    [InlineData("""{"files": "a", "rows": "sorted"}""", "'rows': expected one of 'random' 'in_order' 'permuted', got 'sorted'.")]
    [InlineData("""{"files": "a", "held_out": 1}""", "'held_out': expected a part of the rows, above 0 and below 1, got 1.")]
    [InlineData("""{"files": "a", "part": "training"}""", "'held_out' does not say")]
    [InlineData("""{"files": "a", "mux": "chain"}""", "'mux': expected an object, got the string \"chain\".")]
    [InlineData("""{"files": "a", "mux": {"kind": "stack"}}""", "'mux.kind': expected one of 'stochastic' 'shuffled' 'round_robin' 'chain', got 'stack'.")]
    [InlineData("""{"files": "a", "mux": {"rate": 0.5}}""", "'mux.rate': expected a mean number of samples, from 1 to 1e12, got 0.5.")]
    [InlineData("""{"files": "a", "mux": {"active": 0}}""", "'mux.active'")]
    [InlineData("""{"files": "a", "mux": {"weights": [1, "2"]}}""", "'mux.weights': expected an array of numbers, one for each file, got the string \"2\" in it.")]
    [InlineData("""{"files": "a", "mux": {"weights": [1, -2]}}""", "'mux.weights': expected an array of numbers, one for each file, none below 0 and one above, got -2 in it.")]
    [InlineData("""{"files": "a", "mux": {"weights": [0, 0]}}""", "none below 0 and one above, got 2 that are 0.")]
    [InlineData("""{"files": "a", "mux": {"weights": []}}""", "none below 0 and one above, got 0 that are 0.")]
    [InlineData("""{"files": "a", "float32": ["X", ""]}""", "'float32': expected names of tensors, got an empty one.")]
    [InlineData("""{"files": "a", "csv_separator": "\""}""", "'csv_separator': The separator '\"' (U+0022) cannot stand between numbers.")]
    [InlineData("""{"files": "a", "csv_label": "\ud800"}""", "'csv_label': expected a column's name, or its position from 0, from the end where negative, of whole characters")]
    [InlineData("""{"files": "a", "mux": {"kind": "round_robin", "active": 3}}""", "'mux.active' is given, but a mux of the kind 'round_robin' has none.")]
    [InlineData("""{"files": "a", "mux": {"kind": "shuffled", "mode": "cycle"}}""", "'mux.mode' is given, but a mux of the kind 'shuffled' has none.")]
    [InlineData("""{"files": "a", "mux": {"speed": 1}}""", "There is no member 'mux.speed'; there are kind, active, rate, mode, weights.")]
    [InlineData("""{"files": "a", "budget": "lots"}""", "'budget': expected a size in bytes, or as in '512MB', '1.5GB', '64MiB', got the string \"lots\".")]
    [InlineData("""{"files": "a", "budget": 0}""", "got 0.")]
    [InlineData("""{"files": "a", "prefetch": 0}""", "'prefetch': expected a whole number from 1 to 1048576, got 0.")]
    [InlineData("""{"files": "a", "timeout": 0}""", "'timeout': expected seconds")]
    [InlineData("""{"files": "a", "epochs": 2}""", "'epochs' counts passes, but this stream has no end")]
    [InlineData("""{"files": "a", "csv_label": true}""", "'csv_label': expected a column's name")]
    [InlineData("""{"files": "a", "csv_separator": ";;"}""", "'csv_separator': expected one character, or 'tab', got ';;'.")]
    [InlineData("""{"files": "a", "float32": {"X": 1}}""", "'float32': expected names of tensors, got an object.")]
    public void Read_OfWhatCannotBe_NamesMemberExpectedAndGiven(string json, string said)
    {
        var error = Assert.Throws<DescriptionException>(() => Read(json));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfMoreThanSixteenMebibytes_IsRefused()
    {
        var error = Assert.Throws<DescriptionException>(() => DescriptionReader.Read(new byte[(16 << 20) + 1]));
        Assert.Equal("A description has at most 16777216 bytes; this one has 16777217.", error.Message);
    }

    [Fact]
    public void Read_OfDeepJson_IsRefused() =>
        Assert.Throws<DescriptionException>(() => Read(string.Concat(Enumerable.Repeat("[", 100_000))));

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData(" 1.5 GiB", 3L << 29)]
    [InlineData("64mb", 64_000_000)]
    [InlineData("2KiB", 2048)]
    [InlineData("0", -1)]
    [InlineData("-5", -1)]
    [InlineData("1e5", -1)]
    [InlineData("MB", -1)]
    [InlineData("99999999999TB", -1)]
    public void Size_OfText_IsReadAsByTheCommand(string text, long expected) =>
        Assert.Equal(expected, SizeInBytes.TryParse(text, out long bytes) ? bytes : -1);

    [Fact]
    public async Task Patterns_WithManyStarsForFolders_GoToEachFolderOnce()
    {
        using var folder = new DataFolder();
        string below = Path.Combine(Enumerable.Repeat("deeper", 40).ToArray());
        Directory.CreateDirectory(folder[below]);
        File.WriteAllText(folder[Path.Combine(below, "1.csv")], "1");

        // By as many ways as there are, 10¹², it would never end.
        string pattern = folder[Path.Combine(Enumerable.Repeat("**", 20).ToArray())] + "/*.csv";
        string[] found = await Task.Run(() => FilePatterns.Expand([pattern]).ToArray()).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal([folder[Path.Combine(below, "1.csv")]], found);
    }

    [Fact]
    public void Patterns_WithStarsAndFolders_StandForTheFilesInOrder()
    {
        using var folder = new DataFolder();
        foreach (string file in (string[])["b/2.csv", "a/1.csv", "a/.hidden.csv", "a/deep/3.csv", "a/x.npy"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[file])!);
            File.WriteAllText(folder[file], "1\n");
        }

        Assert.Equal(["a/1.csv", "b/2.csv"], Expand("*/*.csv"));
        Assert.Equal(["a/1.csv", "a/deep/3.csv", "b/2.csv"], Expand("**/*.csv"));
        Assert.Equal(["a/x.npy"], Expand("a/?.npy"));
        Assert.Equal(["a"], Expand("a"));
        Assert.Contains("the pattern stands for no file or folder", Assert.Throws<DataException>(() => Expand("c/*.csv")).Message, StringComparison.Ordinal);

        string[] Expand(string pattern) => [.. FilePatterns.Expand([folder[pattern]]).Select(path => Path.GetRelativePath(folder.Path, path))];
    }

    private static StreamDescription Read(string json) => DescriptionReader.Read(Encoding.UTF8.GetBytes(json));
}
