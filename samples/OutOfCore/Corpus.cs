using System.Globalization;
using System.IO.Compression;
using Pescador.Fast;

namespace Samples;

/// <summary>Small files to stream, in a temporary folder that goes with it: a pair of .npy, 40 deflated .npz in <c>train</c>, and a .csv of which two
/// lines are damaged. Rows are 32 numbers around the middle of their kind.</summary>
internal sealed class Corpus : IDisposable
{
    public const int Features = 32;
    public const int Kinds = 4;

    private const int Rows = 1000;
    private const int Files = 40;

    public Corpus()
    {
        var random = new Random(1);
        WriteArrays(Path.Combine(Folder, "scan"), random, isArchive: false);
        string train = Directory.CreateDirectory(Path.Combine(Folder, "train")).FullName;
        for (int file = 0; file < Files; file++)
        {
            WriteArrays(Path.Combine(train, file.ToString("00", CultureInfo.InvariantCulture)), random, isArchive: true);
        }

        File.WriteAllLines(
            Path.Combine(Folder, "readings.csv"),
            ["length,width,kind", "5.1,3.5,0", "4.9,3.0,0", "7.0,three,1", "6.3,3.3,2", "5.8", "7.1,3.0,2"]);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pescador-sample-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void WriteArrays(string stem, Random random, bool isArchive)
    {
        var x = new float[Rows * Features];
        var y = new int[Rows];
        for (int row = 0; row < Rows; row++)
        {
            y[row] = random.Next(Kinds);
            for (int i = 0; i < Features; i++)
            {
                x[(row * Features) + i] = (i % Kinds == y[row] ? 1 : 0) + random.NextSingle();
            }
        }

        string[] paths = [$"{stem}.X.npy", $"{stem}.Y.npy"];
        WriteArray<float>(paths[0], x, ElementType.Float32, Features);
        WriteArray<int>(paths[1], y, ElementType.Int32);
        if (isArchive)
        {
            using ZipArchive archive = ZipFile.Open($"{stem}.npz", ZipArchiveMode.Create);
            foreach (string path in paths)
            {
                archive.CreateEntryFromFile(path, Path.GetFileName(path)[(Path.GetFileName(stem).Length + 1)..]); // X.npy, Y.npy
                File.Delete(path);
            }
        }
    }

    private static void WriteArray<T>(string path, ReadOnlySpan<T> elements, ElementType type, params ReadOnlySpan<nint> rowShape)
        where T : unmanaged
    {
        using var writer = new NpyWriter(path, type, rowShape);
        writer.Write(elements);
        writer.Complete();
    }
}
