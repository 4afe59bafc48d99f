using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class InspectTests
{
    [Fact]
    public void Inspect_OfTheRepositorysData_ShowsFormsRowsAndCosts()
    {
        CommandOutput output = CommandOutput.Of("inspect", TemporaryFolder.Data);
        Assert.Equal((0, ""), (output.ExitCode, output.Error));
        foreach (string part in (string[])["breast_cancer.csv", "X float32[569,30]", "Y int64[569]", "iris.csv", "X float32[150,4]", "text: parsed as a whole", "of budget per active file"])
        {
            Assert.Contains(part, output.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Inspect_OfManyFilesOfOneForm_ShowsThemInOneLine()
    {
        using var files = new TemporaryFolder();
        for (int file = 0; file < 300; file++)
        {
            files.Npy($"f{file:000}", rows: 16, width: 3);
        }

        CommandOutput output = CommandOutput.Of("inspect", files[""]);
        Assert.Equal(0, output.ExitCode);
        Assert.Contains("300 sources", output.Out, StringComparison.Ordinal);
        Assert.Contains("X float32[16,3]", output.Out, StringComparison.Ordinal);
        Assert.Contains("4,800", output.Out, StringComparison.Ordinal);
        Assert.Equal(1, output.Out.Split("float32").Length - 1);
        Assert.DoesNotContain("warning", output.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_OfADamagedFileAmongOthers_ShowsTheOthersAndFails()
    {
        using var files = new TemporaryFolder();
        files.Npy("a", 10, 2);
        files.Text("b.npz", "no zip");
        CommandOutput output = CommandOutput.Of("inspect", files[""], files["missing.npy"], files.Text("c.png", ""));
        Assert.Equal(1, output.ExitCode);
        Assert.Contains("X float32[10,2]", output.Out, StringComparison.Ordinal);
        Assert.Contains("this is no .npz", output.Out, StringComparison.Ordinal);
        Assert.Contains("there is no such file or folder", output.Out, StringComparison.Ordinal);
        Assert.Contains("3 cannot be read", output.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_AsJson_HasTheDocumentedFields()
    {
        using var files = new TemporaryFolder();
        string npy = files.Npy("a", 10, 2);
        string damaged = files.Text("b.npz", "no zip");
        CommandOutput output = CommandOutput.Of("inspect", npy, damaged, Path.Combine(TemporaryFolder.Data, "iris.csv"), "--json");
        Assert.Equal(1, output.ExitCode);
        using var json = JsonDocument.Parse(output.Out);
        JsonElement root = json.RootElement;
        Assert.Equal(["totals", "sources", "failures"], root.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""{"sources":2,"rows":160,"bytes":3070,"failures":1}""", Compact(root.GetProperty("totals")));
        JsonElement first = root.GetProperty("sources")[0];
        Assert.Equal(["path", "format", "rows", "bytes", "arrays", "warnings", "notes"], first.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            """{"name":"X","type":"float32","shape":[10,2],"bytes":80,"offset_bytes":256,"is_compressed":false,"is_fortran_order":false,"is_interleaved":false,"is_converted":false,"is_aligned":true}""",
            Compact(first.GetProperty("arrays")[0]));
        JsonElement warning = root.GetProperty("sources")[1].GetProperty("warnings")[0];
        Assert.Equal(["kind", "arrays", "budget_bytes", "message"], warning.EnumerateObject().Select(field => field.Name));
        Assert.Equal("text", warning.GetProperty("kind").GetString());
        Assert.Equal(damaged, root.GetProperty("failures")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("inspect", "pescador inspect data/")]
    [InlineData("pack", "pescador pack archive/ shards/")]
    public void Help_OfACommand_HasExamples(string command, string example)
    {
        CommandOutput output = CommandOutput.Of(command, "--help");
        Assert.Equal(0, output.ExitCode);
        Assert.Contains("Examples:", output.Out, StringComparison.Ordinal);
        Assert.Contains(example, output.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_OfTheProgram_HasALineForEachCommand()
    {
        CommandOutput output = CommandOutput.Of("--help");
        Assert.Equal(0, output.ExitCode);
        Assert.Contains("Show what is in files and folders", output.Out, StringComparison.Ordinal);
        Assert.Contains("Pack the rows of files", output.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Examples:", output.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "inspect")]
    [InlineData(2, "inspect", "--no-such-option", "x")]
    [InlineData(1, "inspect", "no-such-file.npy")]
    [InlineData(2, "pack")]
    [InlineData(2, "pack", "one")]
    [InlineData(2, "pack", "one", "two", "--froce")]
    [InlineData(2, "pack", "--froce", "one", "two")]
    [InlineData(1, "pack", "no-such-file.npy", "no-such-folder")]
    [InlineData(2, "pack", "a", "b", "--to", "zip")]
    [InlineData(2, "pack", "a", "b", "--shard-size", "much")]
    [InlineData(2, "pack", "a", "b", "--skip-bad", "-1")]
    public void Run_WithArguments_ExitsAsPromised(int expected, params string[] arguments) =>
        Assert.Equal(expected, CommandOutput.Of(arguments).ExitCode);

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}
