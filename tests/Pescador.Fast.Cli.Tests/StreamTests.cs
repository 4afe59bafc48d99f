using System.Text.Json;
using System.Xml.Linq;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Streaming;

namespace Pescador.Fast.Cli.Tests;

[Collection(ConsoleTests.Name)]
public sealed class StreamTests
{
    [Fact]
    public void Stream_Exhaustive_GivesEachRowOnceAndSaysSo()
    {
        using TemporaryFolder folder = Files(5, rows: 40);
        CommandOutput result = CommandOutput.Of("stream", folder["."], "--mode", "exhaustive", "--batch", "16", "--seconds", "60", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using JsonDocument document = JsonDocument.Parse(result.Out);
        JsonElement summary = document.RootElement;
        Assert.Equal("exhausted", summary.GetProperty("ended").GetString());
        Assert.Equal(200, summary.GetProperty("samples").GetInt64());
        Assert.Equal(200 * 3 * sizeof(float), summary.GetProperty("bytes").GetInt64());
        Assert.Equal(13, summary.GetProperty("batches").GetInt64());
        Assert.Equal(5, summary.GetProperty("sources_drawn").GetInt32());
        Assert.Equal(5, summary.GetProperty("activations").GetInt64());
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("rate").ValueKind);
        Assert.Equal("exhaustive", summary.GetProperty("mode").GetString());
        Assert.True(summary.GetProperty("files").GetProperty("hits").GetInt64() + summary.GetProperty("files").GetProperty("misses").GetInt64() >= 5);
        Assert.False(string.IsNullOrEmpty(summary.GetProperty("prefetch").GetProperty("bottleneck").GetString()));
        Assert.InRange(summary.GetProperty("memory").GetProperty("budget_peak_bytes").GetInt64(), 1, 512_000_000);
    }

    [Fact]
    public void Stream_ForSomeTime_EndsAfterIt()
    {
        using TemporaryFolder folder = Files(3, rows: 10);
        CommandOutput result = CommandOutput.Of("stream", folder["."], "--seconds", "0.3", "--rate", "2", "--active", "2", "--weights", "1,2,0");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("of 3 drawn from", result.Out, StringComparison.Ordinal);
        Assert.Contains("2 active, rate 2, single-active", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_Cancelled_EndsWithTheSummary()
    {
        using TemporaryFolder folder = Files(3, rows: 10);
        using var session = new StreamSession(Source.OpenAll([folder["."]]), Plan(3, TimeSpan.FromHours(1)));
        using var cancellation = new CancellationTokenSource();
        StreamSummary summary = session.Run(TimeSpan.FromMilliseconds(1), CancelWithSamples, cancellation.Token);
        Assert.Equal(StreamEnd.Interrupted, summary.End);
        Assert.True(summary.Last.Samples > 0);
        Assert.True(session.Tallies.Sum(static tally => tally.Samples) >= summary.Last.Samples); // what was prefetched, too

        // On a busy machine the first glimpse is before the first sample.
        void CancelWithSamples(StreamGlimpse glimpse)
        {
            if (glimpse.Samples > 0)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public void Stream_WithAPlot_DrawsWellFormedPanelsWithAxesAndLegend()
    {
        using TemporaryFolder folder = Files(4, rows: 30, suffix: " <&> ");
        string plot = folder["plot.svg"];
        Assert.Equal(0, CommandOutput.Of("stream", folder["."], "--seconds", "0.6", "--budget", "1MB", "--plot", plot).ExitCode);
        XElement svg = XDocument.Load(plot).Root!;
        string[] texts = [.. svg.Descendants().Where(static element => element.Name.LocalName == "text").Select(static element => element.Value)];
        foreach (string expected in (string[])["Throughput", "Memory", "How the sources were mixed", "time (s)", "MB", "sources", "samples/s", "budget, 1.0 MB",
            "resident, anonymous", "budget in use", "as expected", "line: share expected", "0 <&> .npy"])
        {
            Assert.Contains(expected, texts);
        }

        Assert.Equal(5, svg.Descendants().Count(static element => element.Name.LocalName == "polyline"));
    }

    [Fact]
    public void Stream_OfManySources_DrawsThemInGroups()
    {
        using TemporaryFolder folder = Files(30, rows: 4);
        string plot = folder["plot.svg"];
        Assert.Equal(0, CommandOutput.Of("stream", folder["."], "--mode", "exhaustive", "--seconds", "9", "--plot", plot, "--json").ExitCode);
        string text = File.ReadAllText(plot);
        Assert.Contains("sources, in groups", text, StringComparison.Ordinal);
        Assert.Contains(">1–1<", text, StringComparison.Ordinal);
        Assert.Contains("–30<", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_WithBadRows_SkipsAsManyAsAllowed()
    {
        using var folder = new TemporaryFolder();
        string table = folder.Text("t.csv", "1,2\n3,x\n5,6\n7,8\n");
        string[] stream = ["stream", table, "--csv-no-header", "--mode", "exhaustive", "--json"];
        CommandOutput refused = CommandOutput.Of(stream);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("line 2, column 1", refused.Error, StringComparison.Ordinal);
        CommandOutput skipped = CommandOutput.Of([.. stream, "--skip-bad", "1"]);
        Assert.Equal(0, skipped.ExitCode);
        Assert.Contains("\"skipped\": 1", skipped.Out, StringComparison.Ordinal);
        Assert.Contains("\"samples\": 3", skipped.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--active 5 is more than the 3 files", "--active", "5")]
    [InlineData(2, "--weights has 2 numbers for 3 files", "--weights", "1,2")]
    [InlineData(2, "--weights has no number above 0", "--weights", "0,0,0")]
    [InlineData(2, "--rate is at most", "--rate", "1e300")]
    [InlineData(2, "--prefetch is at most 1048576", "--prefetch", "2000000000")]
    [InlineData(2, "--seconds is a number; got 'soon'", "--seconds", "soon")]
    [InlineData(2, "--batch is a whole number, not too large; got '99999999999'", "--batch", "99999999999")]
    [InlineData(2, "Must be one of: 'single-active', 'with-replacement', 'exhaustive'", "--mode", "foo")]
    [InlineData(2, "ends in .svg", "--plot", "a.png")]
    [InlineData(2, "There is no option '--holdout'", "--holdout", "0.1")]
    [InlineData(2, "'a'", "--weights", "1,a,2")]
    [InlineData(2, "--seconds is above 0", "--seconds", "0")]
    [InlineData(2, "--rate is at least 1", "--rate", "0.5")]
    [InlineData(2, "is no size", "--budget", "12XB")]
    [InlineData(2, "one character", "--csv-separator", "ab")]
    [InlineData(1, "no-such-folder", "--plot", "no-such-folder/a.svg")]
    public void Stream_AskedForWhatCannotBe_SaysSo(int exitCode, string message, string option, string value)
    {
        using TemporaryFolder folder = Files(3, rows: 10);
        CommandOutput result = CommandOutput.Of("stream", folder["."], option, value);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Out);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_WithAWeightOfZero_DrawsFromTheOthersByItself()
    {
        using TemporaryFolder folder = Files(3, rows: 10);
        CommandOutput result = CommandOutput.Of("stream", folder["."], "--seconds", "0.1", "--weights", "1,2,0");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("2 active", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Stream_WithMoreActiveThanMemoryHolds_SaysWhatToMakeSmaller()
    {
        using TemporaryFolder folder = Files(3, rows: 10);
        CommandOutput result = CommandOutput.Of("stream", folder["."], "--mode", "with-replacement", "--active", "2147483647");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("make --active", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("train", "--label", "-1")]
    public void Command_OverFilesOfDifferentForms_NamesTwoThatDiffer(string command, params string[] options)
    {
        CommandOutput result = CommandOutput.Of([command, TemporaryFolder.Data, .. options]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("The files differ: a row of '", result.Error, StringComparison.Ordinal);
        Assert.Contains("digits.csv.gz' X float32[6", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Command_ThatThereIsNot_IsNamedInOneLine()
    {
        CommandOutput result = CommandOutput.Of("foo");
        Assert.Equal((2, "pescador: Unrecognized command or argument 'foo'. See 'pescador --help'."), (result.ExitCode, result.Error.Trim()));
    }

    [Theory]
    [InlineData("stream", "pescador stream shards/ --mode exhaustive")]
    [InlineData("train", "pescador train table.csv --label species")]
    [InlineData("demo", "pescador demo --corpus 4GB")]
    public void Help_OfEachCommand_HasExamples(string command, string example)
    {
        CommandOutput result = CommandOutput.Of(command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(example, result.Out, StringComparison.Ordinal);
    }

    private static StreamPlan Plan(int active, TimeSpan duration) =>
        new(new Mix(active, null, 128, 1, 1_000_000, 2), StochasticMode.SingleActive, null, 0, duration);

    private static TemporaryFolder Files(int count, int rows, string suffix = "")
    {
        var folder = new TemporaryFolder();
        for (int i = 0; i < count; i++)
        {
            folder.Npy($"{i}{suffix}", rows, 3);
        }

        return folder;
    }
}
