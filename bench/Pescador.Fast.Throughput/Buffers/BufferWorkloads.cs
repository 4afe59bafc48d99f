namespace Pescador.Fast.Throughput;

/// <summary>Gigabytes per second that Buffer stacks, of {X, Y float32[1]}; the ratio is to Span.CopyTo of the same rows.</summary>
internal static class BufferWorkloads
{
    private const long PoolInBytes = 1L << 30;

    internal static IEnumerable<Workload> All =>
    [
        Of("buffer-16k-hot", "128 × float32[64,64], one source row", new BufferRecipe(128, static () => new RowTable(1, 0, 64, 64)), 0.90),
        Of("buffer-16k-cold", "128 × float32[64,64], random rows of 1 GiB", new BufferRecipe(128, Cold16K), 0.90),
        Of(
            "buffer-16k-iterator",
            "the same from an iterator that rents",
            new BufferRecipe(128, Cold16K) { Source = static table => Streamer.Create(Noise.Copies, table) },
            0.80),
        Of(
            "buffer-16k-mux",
            "the same through a StochasticMux of 100 streams, 10 active, rate 8",
            new BufferRecipe(128, Cold16K) { Source = Mux },
            0.85),
        Of("buffer-256", "128 × float32[64], one source row", new BufferRecipe(128, static () => new RowTable(1, 0, 64)), 0.50),
        Of(
            "buffer-588k-cold",
            "32 × float32[3,224,224], random rows of 1 GiB",
            new BufferRecipe(32, static () => Cold(3, 224, 224)),
            0.95),
    ];

    private static RowTable Cold16K() => Cold(64, 64);

    private static RowTable Cold(params ReadOnlySpan<nint> shape)
    {
        nint length = sizeof(float);
        foreach (nint axis in shape)
        {
            length *= axis;
        }

        return new RowTable((int)(PoolInBytes / length), 0, shape);
    }

    private static StochasticMux<Sample> Mux(RowTable table) =>
        new([.. Enumerable.Range(0, 100).Select(_ => Streamer.FromRows(table.Rows))], 10, 8);

    private static Workload Of(string name, string what, BufferRecipe recipe, double ratio) =>
        new(name, what, "gigabytes_per_second", recipe.Report)
        {
            Targets = [Target.AtLeast("ratio", ratio), Target.AtMost("allocated_bytes_per_batch", 0)],
        };
}
