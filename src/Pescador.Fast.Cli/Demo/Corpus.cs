using System.Runtime.ExceptionServices;

namespace Pescador.Fast.Cli.Demo;

/// <summary>Many files of rows of a <see cref="CorpusProblem"/>, each with most rows of one class: read one after the other they teach badly.</summary>
internal static class Corpus
{
    internal const int Files = 304; // a multiple of the classes, so that these are equally probable over all files
    private const double HomeShare = 0.7;
    private const int LeastRows = 10; // so that one of them is held out
    private const int RowsAtOnce = 256;
    private const int HeadersOfAFile = 8192; // two, on blocks of their own
    private const int BytesPerRow = (CorpusProblem.Features * sizeof(float)) + 1;

    /// <summary>Rows of each file, for a corpus of about so many bytes.</summary>
    internal static int RowsPerFile(long lengthInBytes) => (int)Math.Clamp(lengthInBytes / Files / BytesPerRow, LeastRows, int.MaxValue);

    /// <summary>What it takes on the disk, about.</summary>
    internal static long LengthInBytes(int rowsPerFile) => Files * (((long)rowsPerFile * BytesPerRow) + HeadersOfAFile);

    /// <summary>Writes pairs <c>NNN.X.npy</c> and <c>NNN.Y.npy</c>.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="rowsPerFile">Rows of each.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    /// <param name="progress">Told after each file how many are written.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static void Write(string folder, int rowsPerFile, long seed, Action<int> progress, CancellationToken cancellation)
    {
        var problem = new CorpusProblem(seed);
        int written = 0;
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.For(0, Files, options, i =>
            {
                WriteFile(problem, Path.Combine(folder, $"{i:000}"), i, rowsPerFile, seed, cancellation);
                progress(Interlocked.Increment(ref written));
            });
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is var first)
        {
            ExceptionDispatchInfo.Throw(first); // a full disk is told once
        }
    }

    private static void WriteFile(CorpusProblem problem, string stem, int index, int rows, long seed, CancellationToken cancellation)
    {
        var random = new StreamRandom(((ulong)seed * 1_000_003) + (ulong)index + 1);
        using var features = new NpyWriter(stem + ".X.npy", ElementType.Float32, CorpusProblem.Features);
        using var labels = new NpyWriter(stem + ".Y.npy", ElementType.UInt8);
        var x = new float[RowsAtOnce * CorpusProblem.Features];
        var y = new byte[RowsAtOnce];
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RowsAtOnce, rows - row);
            problem.Draw(random, index % CorpusProblem.Classes, HomeShare, x.AsSpan(0, count * CorpusProblem.Features), y.AsSpan(0, count));
            features.Write<float>(x.AsSpan(0, count * CorpusProblem.Features));
            labels.Write<byte>(y.AsSpan(0, count));
        }

        features.Complete();
        labels.Complete();
    }
}
