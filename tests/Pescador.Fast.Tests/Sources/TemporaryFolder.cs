using System.IO.Compression;

namespace Pescador.Fast.Tests;

/// <summary>A folder of a test's own files, which goes with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("pescador-tests-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes {X float32[width], Y int64}: X[0] and Y are first + row, the rest of X follows.</summary>
    internal Source Npy(string stem, int rows, int first = 0, int width = 4)
    {
        var x = new float[rows * width];
        var y = new long[rows];
        for (int row = 0; row < rows; row++)
        {
            y[row] = first + row;
            for (int column = 0; column < width; column++)
            {
                x[(row * width) + column] = first + row + (column / 1024f);
            }
        }

        Write(this[$"{stem}.X.npy"], ElementType.Float32, x, width);
        Write(this[$"{stem}.Y.npy"], ElementType.Int64, y);
        return Source.Npy([("X", this[$"{stem}.X.npy"]), ("Y", this[$"{stem}.Y.npy"])]);
    }

    /// <summary>The same in an .npz.</summary>
    internal Source Npz(string stem, int rows, bool isDeflated, int first = 0, int width = 4)
    {
        Npy(stem, rows, first, width);
        using (ZipArchive archive = ZipFile.Open(this[$"{stem}.npz"], ZipArchiveMode.Create))
        {
            CompressionLevel level = isDeflated ? CompressionLevel.Fastest : CompressionLevel.NoCompression;
            archive.CreateEntryFromFile(this[$"{stem}.X.npy"], "X.npy", level);
            archive.CreateEntryFromFile(this[$"{stem}.Y.npy"], "Y.npy", level);
        }

        File.Delete(this[$"{stem}.X.npy"]);
        File.Delete(this[$"{stem}.Y.npy"]);
        return Source.Npz(this[$"{stem}.npz"]);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static void Write<T>(string path, ElementType type, T[] elements, params ReadOnlySpan<nint> rowShape) where T : unmanaged
    {
        using var writer = new NpyWriter(path, type, rowShape);
        writer.Write<T>(elements);
        writer.Complete();
    }
}
