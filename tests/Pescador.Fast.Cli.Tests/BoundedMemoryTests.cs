using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

/// <summary>
/// A process that streams from 30,000 files, of many times its budget, keeps its anonymous memory bounded, throughout and while streams are replaced
/// as fast as they can be. The memory is read from /proc by this process, not told by the other.
/// </summary>
[Trait("Category", "Memory")]
public sealed class BoundedMemoryTests(BoundedMemoryTests.Corpora corpora) : IClassFixture<BoundedMemoryTests.Corpora>
{
    private const int Files = 30_000;
    private const int RowsPerFile = 128;
    private const int Width = 128;
    private const long FileLength = RowsPerFile * Width * sizeof(float); // 64 KiB: 1.97 GB in all
    private const long Budget = 64L << 20;
    private const long Bound = Budget + (120L << 20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("64")]
    [InlineData("1")] // each replaced after one sample
    public void Stream_From30000MappedFiles_StaysWithinTheBound(string rate)
    {
        Found found = Run(corpora.Mapped, "64MiB", rate);
        Assert.True(Files * FileLength > 20 * Budget);
        Assert.True(found.Peak <= Bound, $"{found}");
        AssertFlat(found);
        Assert.True(found.Activations > 1000, $"{found}");
    }

    [Fact]
    public void Stream_From30000DeflatedFiles_StaysWithinTheBound()
    {
        Found found = Run(corpora.Deflated, "64MiB", "1");
        Assert.True(found.Peak <= Bound, $"{found}");
        Assert.True(found.BudgetPeak is > 32 << 20 and <= Budget, $"{found}");
        AssertFlat(found);
    }

    // The twin: without the ceiling the same run passes the bound, so the check above can fail.
    [Fact]
    public void Stream_From30000DeflatedFilesWithoutACeiling_PassesTheBound()
    {
        Found found = Run(corpora.Deflated, "100GB", "1");
        Assert.True(found.Peak > Bound, $"{found}");
    }

    // Flat once every file has been open some times; a slow machine may not come so far.
    private static void AssertFlat(Found found) =>
        Assert.True(found.Activations < 4 * Files || found.Late <= found.Early + (8 << 20), $"not flat: {found}");

    private static Found Run(TemporaryFolder folder, string budget, string rate)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory is read from /proc");
        var start = new ProcessStartInfo("dotnet", [
            typeof(PescadorCommand).Assembly.Location, "stream", folder["."], "--active", "100", "--rate", rate, "--mode", "with-replacement",
            "--budget", budget, "--seconds", "5", "--json",
        ])
        {
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        var resident = new List<long>();
        long begun = Stopwatch.GetTimestamp();
        while (!child.WaitForExit(TimeSpan.FromMilliseconds(20)))
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Patience, "the child does not end");
            if (Resident(child.Id) is { } bytes)
            {
                resident.Add(bytes);
            }
        }

        Assert.Equal(0, child.ExitCode);
        using JsonDocument summary = JsonDocument.Parse(output.Result);
        JsonElement root = summary.RootElement;
        return new Found(
            resident.Max(),
            resident[(resident.Count / 2)..(resident.Count * 3 / 4)].Max(),
            resident[(resident.Count * 3 / 4)..].Max(),
            root.GetProperty("memory").GetProperty("budget_peak_bytes").GetInt64(),
            root.GetProperty("activations").GetInt64());
    }

    private static long? Resident(int process)
    {
        try
        {
            long sum = 0;
            foreach (string line in File.ReadAllLines($"/proc/{process}/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
                {
                    sum += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1], CultureInfo.InvariantCulture) * 1024;
                }
            }

            return sum;
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    /// <summary>Anonymous and shared memory in bytes: at most, at most in the third quarter of the run, at most in the fourth.</summary>
    private sealed record Found(long Peak, long Early, long Late, long BudgetPeak, long Activations);

    /// <summary>The files, made once. The same content stands under 30,000 names: what is measured is what it takes to have them open.</summary>
    public sealed class Corpora : IDisposable
    {
        private readonly TemporaryFolder _mapped = new();
        private readonly TemporaryFolder _deflated = new();

        public Corpora()
        {
            WriteMapped(_mapped);
            WriteDeflated(_deflated);
        }

        internal TemporaryFolder Mapped => _mapped;

        internal TemporaryFolder Deflated => _deflated;

        public void Dispose()
        {
            _mapped.Dispose();
            _deflated.Dispose();
        }

        private static void WriteMapped(TemporaryFolder folder)
        {
            byte[] file = File.ReadAllBytes(WriteOne(folder));
            for (int i = 0; i < Files; i++)
            {
                using FileStream sparse = File.Create(folder[$"{i:00000}.npy"]);
                sparse.Write(file.AsSpan(0, (int)(file.Length - FileLength)));
                sparse.SetLength(file.Length);
            }
        }

        private static void WriteDeflated(TemporaryFolder folder)
        {
            string one = WriteOne(folder);
            using (ZipArchive archive = ZipFile.Open(folder["one.zip"], ZipArchiveMode.Create))
            {
                archive.CreateEntryFromFile(one, "X.npy", CompressionLevel.Fastest);
            }

            byte[] file = File.ReadAllBytes(folder["one.zip"]);
            for (int i = 0; i < Files; i++)
            {
                File.WriteAllBytes(folder[$"{i:00000}.npz"], file);
            }
        }

        private static string WriteOne(TemporaryFolder folder)
        {
            string path = folder["one"];
            using var writer = new NpyWriter(path, ElementType.Float32, Width);
            writer.SetRows(RowsPerFile);
            writer.Complete();
            return path;
        }
    }
}
