namespace Pescador.Fast.Throughput;

/// <summary>Pairs of <c>.npy</c> files of labelled rows, X float32[4096,128] and Y int32[4096]: ten classes, each with features of its own that are
/// raised. In a temporary folder, which goes with it.</summary>
internal sealed class TrainingFiles : IDisposable
{
    internal const int RowsPerFile = 4096;
    internal const int Width = 128;
    internal const int Classes = 10;
    internal const int BatchSize = 1024;

    private const int Active = 16;

    private readonly int _files;

    internal TrainingFiles(int files)
    {
        _files = files;
        for (int file = 0; file < files; file++)
        {
            Write(Path.Combine(Folder, $"{file:00}"), new Random(file));
        }

        Sources = Source.OpenAll([Folder]);
    }

    /// <summary>Where they lie: 00.X.npy, 00.Y.npy, 01.X.npy and so on.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("pescador-throughput-").FullName;

    internal IReadOnlyList<Source> Sources { get; }

    internal int Rows => _files * RowsPerFile;

    /// <summary>Full ones; no row is left over.</summary>
    internal int BatchesPerEpoch => Rows / BatchSize;

    internal static SampleSpec BatchSpec { get; } = new SampleSpec(TensorSpec.Of<float>("X", Width), TensorSpec.Of<int>("Y")).Stack(BatchSize);

    /// <summary>Batches of each row once: each file's rows permuted, 16 files open at a time. Each epoch in another order.</summary>
    internal Streamer<Sample> Epoch(SlabPool? pool = null) => new StochasticMux<Sample>(
            Sources.Select(static source => source.Rows(RowOrder.Permuted)), Active, null, mode: StochasticMode.Exhaustive, seed: 3)
        .Buffer(BatchSize, pool: pool);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Write(string stem, Random random)
    {
        var x = new float[RowsPerFile * Width];
        var y = new int[RowsPerFile];
        for (int row = 0; row < RowsPerFile; row++)
        {
            y[row] = random.Next(Classes);
            for (int column = 0; column < Width; column++)
            {
                x[(row * Width) + column] = random.NextSingle() - 0.5f + (column % Classes == y[row] ? 0.5f : 0);
            }
        }

        using var features = new NpyWriter($"{stem}.X.npy", ElementType.Float32, Width);
        features.Write<float>(x);
        features.Complete();
        using var labels = new NpyWriter($"{stem}.Y.npy", ElementType.Int32);
        labels.Write<int>(y);
        labels.Complete();
    }
}
