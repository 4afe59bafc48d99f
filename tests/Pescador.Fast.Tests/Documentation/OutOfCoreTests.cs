using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Pescador.Fast.Tests.Documentation;

/// <summary>What docs/out-of-core.md says of bytes. What it says of mixing is checked by the program that draws its pictures.</summary>
public sealed partial class OutOfCoreTests : IDisposable
{
    private const int Active = 6;
    private const int BatchSize = 32;
    private const long FileLengthInBytes = 100 * 16 * sizeof(float); // inflated, a multiple of 64
    private const long BatchLengthInBytes = BatchSize * 16 * sizeof(float);

    private readonly string _folder = Directory.CreateTempSubdirectory("pescador-test-").FullName;

    public OutOfCoreTests()
    {
        for (int file = 0; file < 12; file++)
        {
            string array = Path.Combine(_folder, "array");
            using (var writer = new NpyWriter(array, ElementType.Float32, 16))
            {
                writer.Write<float>(new float[FileLengthInBytes / sizeof(float)]);
                writer.Complete();
            }

            using (ZipArchive archive = ZipFile.Open(Path.Combine(_folder, $"{file:00}.npz"), ZipArchiveMode.Create))
            {
                archive.CreateEntryFromFile(array, "X.npy");
            }

            File.Delete(array);
        }
    }

    public static TheoryData<StochasticMode, int, int> Muxes => new()
    {
        { StochasticMode.SingleActive, 0, 4 },
        { StochasticMode.SingleActive, 3, 3 + 3 },
        { StochasticMode.WithReplacement, 0, 4 },
        { StochasticMode.WithReplacement, 3, 3 + 3 },
    };

    [Theory]
    [MemberData(nameof(Muxes))]
    public void Budget_OfSlabsAndActiveFiles_IsEnoughAndOneByteLessIsNot(StochasticMode mode, int prefetch, int slabs)
    {
        long least = (slabs * BatchLengthInBytes) + (Active * FileLengthInBytes);

        Stream(mode, prefetch, new MemoryBudget(least));

        Assert.Throws<PescadorException>(() => Stream(mode, prefetch, new MemoryBudget(least - 1)));
    }

    [Fact]
    public void Links_OfTheDocumentation_LeadToFiles()
    {
        string root = ReadmeTests.Root();
        string[] pages = [Path.Combine(root, "README.md"), Path.Combine(root, "bench", "RESULTS.md"), .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md")];
        string[] broken =
        [
            .. pages.SelectMany(page => Link().Matches(CodeBlock().Replace(File.ReadAllText(page), ""))
                .Select(match => Path.Combine(Path.GetDirectoryName(page)!, match.Groups[1].Value)) // every page is in a folder
                .Where(static target => !File.Exists(target))),
        ];

        Assert.Empty(broken);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Stream(StochasticMode mode, int prefetch, MemoryBudget budget)
    {
        Streamer<Sample> batches = new StochasticMux<Sample>(
            Source.OpenAll([_folder]).Select(static file => file.Rows()), Active, rate: 8, mode: mode, seed: 1).Buffer(BatchSize);
        if (prefetch > 0)
        {
            batches = batches.Prefetch(prefetch);
        }

        foreach (Sample batch in batches.With(budget: budget).Iterate(200))
        {
            batch.Dispose();
        }

        Assert.True(budget.PeakInBytes <= budget.LimitInBytes);
    }

    // To files of the repository; no address, no place within a page.
    [GeneratedRegex(@"\]\(([^):#]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)] // a lambda of C++ looks like a link
    private static partial Regex CodeBlock();
}
