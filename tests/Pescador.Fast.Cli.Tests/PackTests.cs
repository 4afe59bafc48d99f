using System.Diagnostics;
using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class PackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("npy", "shard-00000.X.npy", "shard-00000.Y.npy")]
    [InlineData("safetensors", "shard-00000.safetensors")]
    public void Pack_OfATable_WritesShardsWithItsRows(string format, params string[] expected)
    {
        using var files = new TemporaryFolder();
        string table = Path.Combine(TemporaryFolder.Data, "breast_cancer.csv");
        CommandOutput output = CommandOutput.Of("pack", table, files["out"], "--to", format);
        Assert.Equal((0, ""), (output.ExitCode, output.Error));
        Assert.Contains("569 of X float32[30], Y int64", output.Out, StringComparison.Ordinal);
        Assert.Equal(expected, TemporaryFolder.NamesIn(files["out"]));
        Source packed = Assert.Single(Source.OpenAll([files["out"]]));
        Assert.Equal(Rows(Source.Csv(table)), Rows(packed));
    }

    [Fact]
    public void Pack_AsJson_HasTheDocumentedFields()
    {
        using var files = new TemporaryFolder();
        string bad = files.Text("t.csv", "a,b\n1,2\n3,x\n5,6\n");
        CommandOutput output = CommandOutput.Of("pack", bad, files["out"], "--skip-bad", "3", "--json");
        Assert.Equal((0, ""), (output.ExitCode, output.Error));
        using var json = JsonDocument.Parse(output.Out);
        JsonElement root = json.RootElement;
        Assert.Equal(
            ["shards", "rows", "bytes", "seconds", "arrays", "files", "skipped", "skipped_rows", "notes"],
            root.EnumerateObject().Select(field => field.Name));
        Assert.Equal((1, 2, 1), (root.GetProperty("shards").GetInt64(), root.GetProperty("rows").GetInt64(), root.GetProperty("skipped").GetInt64()));
        Assert.Equal(1, root.GetProperty("skipped_rows")[0].GetProperty("row").GetInt64());
        Assert.Equal("""[{"name":"X","type":"float32","row_shape":[2]}]""", JsonSerializer.Serialize(root.GetProperty("arrays")));
    }

    [Fact]
    public void Pack_OfBadRows_FailsAndSaysWhichUnlessTheyAreSkipped()
    {
        using var files = new TemporaryFolder();
        string bad = files.Text("t.csv", "a,b\n1,2\n3,x\n5,6\n");
        CommandOutput failed = CommandOutput.Of("pack", bad, files["out"]);
        Assert.Equal((1, ""), (failed.ExitCode, failed.Out));
        Assert.Contains("'t.csv', row 1", failed.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["out"]));

        CommandOutput skipped = CommandOutput.Of("pack", bad, files["out"], "--skip-bad", "1");
        Assert.Equal(0, skipped.ExitCode);
        Assert.Contains("skipped", skipped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Pack_OfSeveralInputs_TakesTheLastPathAsTheFolder()
    {
        using var files = new TemporaryFolder();
        string[] inputs = [files.Npy("a", 10, 2), files.Npy("b", 5, 2)];
        CommandOutput output = CommandOutput.Of("pack", inputs[0], inputs[1], files["out"], "--shuffle", "--seed", "3", "--shard-size", "300");
        Assert.Equal((0, ""), (output.ExitCode, output.Error));
        Assert.Equal(15, Source.OpenAll([files["out"]]).Sum(source => source.Inspect().Rows));
        Assert.Equal(1, CommandOutput.Of("pack", inputs[0], files["out"]).ExitCode);
        Assert.Equal(0, CommandOutput.Of("pack", inputs[0], files["out"], "--force").ExitCode);
        Assert.Equal(["shard-00000.X.npy"], TemporaryFolder.NamesIn(files["out"]));
    }

    [Theory]
    [InlineData("INT", "npy", 130)]
    [InlineData("INT", "safetensors", 130)]
    [InlineData("KILL", "npy", 137)]
    public async Task Pack_WhenItsProcessIsStopped_LeavesNoShardUnderItsName(string signal, string format, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals.");
        using var files = new TemporaryFolder();
        using (var writer = new NpyWriter(files["long.npy"], ElementType.UInt8))
        {
            writer.SetRows(400_000_000); // takes no room on the disk, and long enough to pack
            writer.Complete();
        }

        var start = new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            [typeof(PescadorCommand).Assembly.Location, "pack", files["long.npy"], files["out"], "--to", format, "--shard-size", "1MB"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        while (TemporaryFolder.NamesIn(files["out"]).Length < 3)
        {
            Assert.False(process.HasExited);
            await Task.Delay(20, patience.Token);
        }

        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(exitCode, process.ExitCode);
        string[] left = TemporaryFolder.NamesIn(files["out"]);
        Assert.All(left, name => Assert.EndsWith(".part", name, StringComparison.Ordinal));
        if (signal == "INT")
        {
            Assert.Empty(left);
            Assert.Contains("interrupted", await process.StandardError.ReadToEndAsync(patience.Token), StringComparison.Ordinal);
        }
        else
        {
            Assert.NotEmpty(left);
            Assert.Equal(0, CommandOutput.Of("pack", files.Npy("small", 3, 2), files["out"]).ExitCode);
            Assert.Equal(["shard-00000.X.npy"], TemporaryFolder.NamesIn(files["out"]));
        }
    }

    private static List<float[]> Rows(Source source)
    {
        List<float[]> rows = [];
        foreach (Sample row in source.Rows(RowOrder.InOrder))
        {
            using (row)
            {
                rows.Add([.. row["X"].As<float>().ToArray(), row["Y"].Item<long>()]);
            }
        }

        return rows;
    }
}
