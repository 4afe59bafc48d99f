using System.Globalization;

namespace Pescador.Fast.Throughput;

/// <summary>The pictures of docs/out-of-core.md: the formulas as lines, the real mux as marks, whose medians must lie on the lines.</summary>
internal static class MixingPictures
{
    private const int Seeds = 5;
    private const int Batch = 128;
    private const int ManyFiles = 10_000;
    private const int Files = 1_000;
    private const int Samples = 4_000_000;

    private static readonly string[] Legend = ["Lines: the formula.", "Marks: the mux, median of five", "seeds; whiskers: their range."];

    private static readonly double[] Decades = [1, 10, 100, 1_000, 10_000, 100_000];

    /// <summary>Draws them.</summary>
    /// <param name="folder">Where they go; made if it is not there.</param>
    /// <param name="output">Told each mark beside its formula.</param>
    /// <exception cref="VerificationException">A mark lies off its line.</exception>
    internal static void Draw(string folder, TextWriter output)
    {
        Directory.CreateDirectory(folder);
        Write("replacements.svg", [.. Replacements(output)]);
        Write("files-per-batch.svg", [.. FilesPerBatch(output)]);
        Write("same-file.svg", [.. SameFile(output)]);
        WriteWaves(output);

        void Write(string name, PlotMark[] marks) => File.WriteAllText(Path.Combine(folder, name), Picture.Draw(marks));
    }

    private static IEnumerable<PlotMark> Replacements(TextWriter output)
    {
        double[] rates = [.. Enumerable.Range(0, 11).Select(static power => Math.Pow(2, power))];
        var panel = new PlotPanel("Replacements at 1,000,000 samples per second", "rate, samples per activation", "replacements per second, thousands", Label)
        {
            YUnit = 1000,
            XTicks = rates,
            Notes = [.. Legend, "", "1,000 files, 100 active."],
        };
        foreach ((string name, int color, int? rows) in ((string, int, int?)[])[("endless files", 0, null), ("files of 64 rows, read once", 1, 64)])
        {
            foreach (double rate in rates)
            {
                double expected = 1e6 * MixingLaws.ReplacementsPerSample(rate, rows);
                Figure seen = Look(seed => 1e6 * new MixingRun(Files, 100, rate, Samples, seed, rows).ReplacementsPerSample);
                Check(output, $"replacements, {name}, rate {rate}", expected, seen, 0.03);
                yield return new PlotMark(panel, new PlotSeries(name, color, rows is null, PlotStyle.Formula), rate, expected);
                yield return new PlotMark(panel, new PlotSeries(name, color, rows is null, PlotStyle.Seen), rate, seen);
            }
        }
    }

    private static IEnumerable<PlotMark> FilesPerBatch(TextWriter output)
    {
        int[] actives = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
        var panel = new PlotPanel($"Distinct files in a batch of {Batch}", "activeCount", "files", Label)
        {
            XTicks = [.. actives],
            Notes = [.. Legend, "", "10,000 files."],
        };
        foreach ((double rate, int color) in ((double, int)[])[(1, 3), (8, 0), (64, 1), (512, 2)])
        {
            string name = $"rate {rate}";
            foreach (int active in Enumerable.Range(0, 61).Select(static step => (int)Math.Round(Math.Pow(10, step / 20.0))).Distinct())
            {
                double files = MixingLaws.FilesPerBatch(active, rate, Batch, ManyFiles);
                yield return new PlotMark(panel, new PlotSeries(name, color, Style: PlotStyle.Formula), active, files);
            }

            foreach (int active in actives)
            {
                Figure seen = Look(seed => new MixingRun(ManyFiles, active, rate, Samples, seed).FilesPerBatch(Batch));
                Check(output, $"files per batch, {active} active, rate {rate}", MixingLaws.FilesPerBatch(active, rate, Batch, ManyFiles), seen, 0.03);
                yield return new PlotMark(panel, new PlotSeries(name, color, Style: PlotStyle.Seen), active, seen);
            }
        }
    }

    private static IEnumerable<PlotMark> SameFile(TextWriter output)
    {
        var panel = new PlotPanel("Two samples of one file", "distance in the stream, samples", "probability", Label)
        {
            XTicks = Decades,
            Notes = [.. Legend, "", "1,000 files."],
        };
        double[] across = [.. Enumerable.Range(0, 101).Select(static step => Math.Round(Math.Pow(10, step / 20.0))).Distinct()];
        foreach ((int active, double rate, int color) in ((int, double, int)[])[(10, 64, 1), (10, 8, 5), (100, 64, 0), (100, 8, 2)])
        {
            string name = $"{active} active, rate {rate}";
            foreach (double distance in across)
            {
                double same = MixingLaws.SameFile(active, rate, (long)distance, Files);
                yield return new PlotMark(panel, new PlotSeries(name, color, Style: PlotStyle.Formula), distance, same);
            }

            MixingRun[] runs = [.. Enumerable.Range(1, Seeds).Select(seed => new MixingRun(Files, active, rate, Samples, seed))];
            foreach (int distance in (int[])[1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000])
            {
                Figure seen = Figure.Of(runs.Select(run => run.SameFile(distance)));
                Check(output, $"same file, {name}, distance {distance}", MixingLaws.SameFile(active, rate, distance, Files), seen, 0.06);
                yield return new PlotMark(panel, new PlotSeries(name, color, Style: PlotStyle.Seen), distance, seen);
            }
        }

        var random = new PlotSeries("drawn from all files: 1 of 1,000", 4, true, PlotStyle.Formula);
        yield return new PlotMark(panel, random, across[0], 1.0 / Files);
        yield return new PlotMark(panel, random, across[^1], 1.0 / Files);
    }

    // Not checked: the formula is of the height at one instant, the windows are not so short.
    private static void WriteWaves(TextWriter output)
    {
        foreach (int rate in (int[])[64, 1_000])
        {
            const int Active = 100;
            Figure seen = Look(seed => new MixingRun(Files, Active, rate, Samples, seed).HighestWave(Active * rate / 20));
            output.WriteLine(Line($"highest wave of replacements to their mean, rate {rate}", Math.Sqrt(rate / (2 * Math.PI)), seen));
        }
    }

    private static Figure Look(Func<long, double> run) => Figure.Of(Enumerable.Range(1, Seeds).Select(seed => run(seed)));

    private static string Label(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static void Check(TextWriter output, string what, double expected, Figure seen, double within)
    {
        output.WriteLine(Line(what, expected, seen));
        if (Math.Abs((seen.Median / expected) - 1) > within)
        {
            throw new VerificationException(FormattableString.Invariant($"{what}: the formula gives {expected:g5}, the mux {seen.Median:g5}."));
        }
    }

    private static string Line(string what, double expected, Figure seen) =>
        FormattableString.Invariant($"{what,-56} formula {expected,10:g5}   seen {seen.Median,10:g5} ({seen.Min:g5} .. {seen.Max:g5})");
}
