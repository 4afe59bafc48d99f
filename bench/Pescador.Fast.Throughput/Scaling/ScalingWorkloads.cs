namespace Pescador.Fast.Throughput;

/// <summary>Cost as the work grows: each kind of mux over ever more streams, Buffer over ever longer rows, memory over ever more files,
/// the transport over ever longer samples.</summary>
internal static class ScalingWorkloads
{
    private static readonly PlotPanel Muxes = new(
        "Cost of a sample as the streams grow in number", "streams", "ns per sample", static streams => $"{streams:#,0}");

    private static readonly PlotPanel Buffers = new("Stacking as the rows grow longer", "row length", "GB/s", Length);

    private static readonly PlotPanel Transport = new("Samples from another process as they grow longer", "sample length", "GB/s", Length)
    {
        Notes = ["tcp and ipc: written once, not read;", "the others: written and read whole"],
    };

    private static readonly PlotPanel Memory = new(
        "Resident memory as the files grow in number", "files of 1 MiB", "MiB", static files => $"{files:#,0}")
    {
        YUnit = 1 << 20,
        Notes = ["Anonymous and shared memory at its", "peak; 100 active, rate 8, Buffer(128)"],
    };

    private const long PoolInBytes = 1L << 30;
    private const long LargestBatchInBytes = 16 << 20;

    private static readonly int[] StreamCounts = [10, 100, 1_000, 10_000, 100_000];

    private const int FewMappings = 1_000;

    private static readonly int[] FileCounts = [100, 1_000, 10_000, 30_000];

    internal static IEnumerable<Workload> All =>
    [
        .. StreamCounts.SelectMany(OfMuxes), .. RowLengths().SelectMany(OfBuffers), .. FileCounts.SelectMany(OfFiles),
        .. SampleLengths().SelectMany(OfTransport),
    ];

    private static IEnumerable<Workload> OfMuxes(int streams)
    {
        int active = Math.Min(100, streams / 2);
        double[] equal = ShareCheck.Equal(streams);
        double[] skewed = ShareCheck.Harmonic(streams);
        yield return OfMux("stochastic", new("StochasticMux", 0), streams, Stochastic(equal, StochasticMode.WithReplacement));
        yield return OfMux(
            "stochastic-weighted", new("StochasticMux, weighted", 0, true), streams, Stochastic(skewed, StochasticMode.WithReplacement));
        yield return OfMux(
            "single-active", new("StochasticMux, single active", 1), streams, Stochastic(equal, StochasticMode.SingleActive));
        yield return OfMux(
            "single-active-weighted", new("single active, weighted", 1, true), streams, Stochastic(skewed, StochasticMode.SingleActive));
        yield return OfMux("shuffled", new("ShuffledMux", 2), streams, MuxWorkloads.Shuffled(equal));
        yield return OfMux("shuffled-weighted", new("ShuffledMux, weighted", 2, true), streams, MuxWorkloads.Shuffled(skewed));
        yield return OfMux("roundrobin", new("RoundRobinMux", 3), streams, MuxWorkloads.RoundRobin(streams));
        yield return OfMux("chain", new("ChainMux", 4), streams, MuxWorkloads.Chain(streams));

        MuxRecipe Stochastic(double[] shares, StochasticMode mode) =>
            MuxWorkloads.Stochastic(shares, mode, active) with { HasOwnTables = false };
    }

    private static Workload OfMux(string kind, PlotSeries series, int streams, MuxRecipe recipe) =>
        new($"scaling-{kind}-{streams}", $"{series.Name}, {streams:#,0} streams", "nanoseconds_per_sample", measure =>
        {
            Rounds rounds = MuxWorkloads.Run(recipe, measure);
            return new Outcome()
                .Add("streams", streams)
                .Add("nanoseconds_per_sample", rounds.Of(static rate => 1e9 / rate))
                .Add("allocated_bytes_per_sample", rounds.AllocatedBytesPerUnit)
                .AddConduct(rounds);
        })
        {
            Point = new PlotPoint(Muxes, series, streams, "nanoseconds_per_sample"),
        };

    private static IEnumerable<Workload> OfFiles(int files)
    {
        yield return OfFiles($"scaling-files-{files}", new("as many mapped as can be", 0), files, null);
        yield return OfFiles($"scaling-files-mapped-{FewMappings}-{files}", new($"at most {FewMappings:#,0} mapped", 2), files, FewMappings);
    }

    private static Workload OfFiles(string name, PlotSeries series, int files, int? maxMappings) =>
        new(
            name,
            $"{files:#,0} .npy of 1 MiB, {series.Name}, budget 64 MiB, 100 active, rate 8: memory",
            "peak_resident_bytes",
            measure => ManyFiles.Run(measure, files, maxMappings).Add("budget_bytes", ManyFiles.BudgetInBytes))
        {
            Point = new PlotPoint(Memory, series, files, "peak_resident_bytes")
            {
                Reference = (new PlotSeries("the budget", 4, IsDashed: true), "budget_bytes"),
            },
        };

    private static IEnumerable<long> RowLengths()
    {
        for (long length = 64; length <= 4 << 20; length *= 4)
        {
            yield return length;
        }
    }

    private static IEnumerable<Workload> OfBuffers(long rowLength)
    {
        int width = (int)(rowLength / sizeof(float));
        int size = (int)Math.Min(128, LargestBatchInBytes / rowLength);
        yield return OfBuffer("hot", 1, rowLength, new BufferRecipe(size, () => new RowTable(1, 0, width)));
        yield return OfBuffer("cold", 0, rowLength, new BufferRecipe(size, () => new RowTable((int)(PoolInBytes / rowLength), 0, width)));
    }

    private static Workload OfBuffer(string kind, int color, long rowLength, BufferRecipe recipe) =>
        new(
            $"scaling-buffer-{kind}-{rowLength}",
            $"Buffer({recipe.BatchSize}), {kind} rows of {rowLength} bytes",
            "gigabytes_per_second",
            recipe.Report)
        {
            Point = new PlotPoint(Buffers, new PlotSeries($"Buffer, {kind}", color), rowLength, "gigabytes_per_second")
            {
                Reference = (new PlotSeries($"Span.CopyTo, {kind}", color, IsDashed: true), "reference_gigabytes_per_second"),
            },
        };

    private static IEnumerable<long> SampleLengths()
    {
        for (long length = 1 << 10; length <= 64 << 20; length *= 4)
        {
            yield return length;
        }
    }

    private static IEnumerable<Workload> OfTransport(long length)
    {
        yield return OfTransport("zmq-tcp", new TransportRecipe("tcp", length), new("tcp", 0), "libzmq, tcp");
        yield return OfTransport("zmq-ipc", new TransportRecipe("ipc", length), new("ipc", 1), "libzmq, ipc");
        yield return OfTransport("shm", new TransportRecipe("shm", length, Filling.Whole), new("shared memory", 2), "ipc, written and read");
    }

    private static Workload OfTransport(string kind, TransportRecipe recipe, PlotSeries series, string reference) =>
        new($"scaling-{kind}-{recipe.LengthInBytes}", $"{series.Name}, samples of {Length(recipe.LengthInBytes)}", "gigabytes_per_second", recipe.Report)
        {
            Point = new PlotPoint(Transport, series, recipe.LengthInBytes, "gigabytes_per_second")
            {
                Reference = (new PlotSeries(reference, series.Color, IsDashed: true), "reference_gigabytes_per_second"),
            },
        };

    private static string Length(double bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} B",
        < 1 << 20 => $"{bytes / (1 << 10)} KiB",
        _ => $"{bytes / (1 << 20)} MiB",
    };
}
