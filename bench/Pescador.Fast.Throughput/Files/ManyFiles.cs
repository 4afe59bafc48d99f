using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Pescador.Fast.Throughput;

/// <summary>
/// Resident memory of a process that streams from 30,000 files of 1 MiB with a budget of 64 MiB. The process is a child of this one, so that
/// what other workloads have left does not count. Files are sparse: their first and last rows stand on the disk.
/// </summary>
internal static class ManyFiles
{
    internal const long BudgetInBytes = 64 << 20;

    /// <summary>The option that makes this program the child.</summary>
    internal const string ChildOption = "--stream-many-files";

    private const int Files = 30_000;
    private const int RowsPerFile = 2048;
    private const int Width = 128;
    private const int BatchSize = 128;
    private const int Rate = 8;
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    internal static Outcome Run(Measure measure) => Run(measure, Files);

    /// <summary>The same with fewer files, and fewer of them mapped, for the picture of how memory grows.</summary>
    internal static Outcome Run(Measure measure, int files, int? maxMappings = null)
    {
        string folder = Directory.CreateTempSubdirectory("pescador-throughput-").FullName;
        try
        {
            for (int file = 0; file < files; file++)
            {
                WriteSparse(PathOf(folder, file), file);
            }

            Found found = RunChild(folder, files, maxMappings, measure.Time);
            return new Outcome()
                .Add("peak_resident_bytes", found.PeakResident)
                .Add("resident_bytes_at_first", found.ResidentAtFirst)
                .Add("resident_bytes_at_last", found.ResidentAtLast)
                .Add("peak_budget_bytes", found.PeakBudget)
                .Add("corpus_bytes", (double)files * RowsPerFile * Width * sizeof(float))
                .Add("samples_per_second", found.SamplesPerSecond)
                .Add("allocated_bytes_per_sample", found.AllocatedPerSample)
                .Add("files_opened", found.Opened);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The child: streams, and writes what it found to standard output.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="files">How many.</param>
    /// <param name="maxMappings">How many may be mapped at once; 0 for as many as by default.</param>
    /// <param name="seconds">How long, after the warm-up.</param>
    internal static int RunAsChild(string folder, int files, int maxMappings, double seconds)
    {
        var budget = new MemoryBudget(BudgetInBytes);
        var mux = new StochasticMux<Sample>(
            Enumerable.Range(0, files).Select(file => Source.Npy(PathOf(folder, file)).Rows()), Math.Min(100, files), Rate, seed: 1);
        using var workingSet = new WorkingSet(maxMappings == 0 ? null : maxMappings);
        using ActiveStream<Sample> stream = mux.Buffer(BatchSize).With(budget: budget, workingSet: workingSet).Open();
        var watch = new MemoryWatch();

        // Until every file was open some three times: from then on nothing new is to be kept.
        long warmUp = 3L * files * Rate;
        Stream(stream, warmUp, TimeSpan.FromMinutes(2), watch);
        long residentAtFirst = watch.Resident;
        long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        long samples = Stream(stream, long.MaxValue, TimeSpan.FromSeconds(seconds), watch);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        watch.Look();
        var found = new Found(
            watch.Peak, residentAtFirst, watch.Resident, budget.PeakInBytes, samples / elapsed, (double)allocated / samples,
            workingSet.Counters.Misses + workingSet.Counters.OpenedAhead);
        Console.WriteLine(JsonSerializer.Serialize(found));
        return 0;
    }

    private static long Stream(ActiveStream<Sample> stream, long atMost, TimeSpan time, MemoryWatch watch)
    {
        long start = Stopwatch.GetTimestamp();
        long samples = 0;
        while (samples < atMost && Stopwatch.GetElapsedTime(start) < time)
        {
            for (int i = 0; i < 64 && stream.MoveNext(); i++)
            {
                using Sample batch = stream.Current;
                Check(batch);
                samples += BatchSize;
            }

            watch.Look();
        }

        return samples;
    }

    // Rows between the first and the last of a file are holes: zeros.
    private static void Check(Sample batch)
    {
        Span<float> x = batch["X"].Span<float>();
        for (int first = 0; first < x.Length; first += Width)
        {
            if (x[first] is not (>= 0 and <= Files) || x[first + 1] != -x[first] || x[first + Width - 1] != 0)
            {
                throw new VerificationException($"A row begins with {x[first]}, {x[first + 1]} and ends with {x[first + Width - 1]}.");
            }
        }
    }

    private static Found RunChild(string folder, int files, int? maxMappings, TimeSpan time)
    {
        ProcessStartInfo start = ChildProcess.OfThisProgram(
            ChildOption,
            folder,
            files.ToString(CultureInfo.InvariantCulture),
            (maxMappings ?? 0).ToString(CultureInfo.InvariantCulture),
            time.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        start.RedirectStandardOutput = true;
        using Process child = Process.Start(start) ?? throw new VerificationException("The child did not start.");
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(LongestRun))
        {
            child.Kill();
            throw new VerificationException($"The child did not end within {LongestRun}.");
        }

        return child.ExitCode == 0 && JsonSerializer.Deserialize<Found>(output.Result) is { } found
            ? found
            : throw new VerificationException($"The child ended with {child.ExitCode}: {output.Result}");
    }

    private static string PathOf(string folder, int file) => Path.Combine(folder, $"{file:00000}.npy");

    private static void WriteSparse(string path, int file)
    {
        Span<float> row = stackalloc float[Width];
        using (var writer = new NpyWriter(path, ElementType.Float32, Width))
        {
            writer.SetRows(RowsPerFile);
            writer.Complete();
        }

        row[0] = file + 1;
        row[1] = -row[0];
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(row);
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        long length = RandomAccess.GetLength(handle);
        RandomAccess.Write(handle, bytes, length - (RowsPerFile * bytes.Length));
        RandomAccess.Write(handle, bytes, length - bytes.Length);
    }

    /// <summary>What the child found.</summary>
    internal sealed record Found(
        long PeakResident, long ResidentAtFirst, long ResidentAtLast, long PeakBudget, double SamplesPerSecond, double AllocatedPerSample, long Opened);

    /// <summary>Anonymous and shared resident memory of this process, as the kernel tells it.</summary>
    private sealed class MemoryWatch
    {
        internal long Peak { get; private set; }

        internal long Resident { get; private set; }

        internal void Look()
        {
            Resident = 0;
            foreach (string line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
                {
                    Resident += long.Parse(line.AsSpan(line.IndexOf(':') + 1, line.Length - line.IndexOf(':') - 4).Trim(), CultureInfo.InvariantCulture) * 1024;
                }
            }

            Peak = Math.Max(Peak, Resident);
        }
    }
}
