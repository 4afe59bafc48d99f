namespace Pescador.Fast.Cli.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("pescador-cli-").FullName;

    internal string this[string name] => Path.Combine(_path, name);

    /// <summary>The repository's own data.</summary>
    internal static string Data { get; } = FindData();

    /// <summary>Writes NAME.npy, a float32 array of that form whose elements are their own numbers.</summary>
    internal string Npy(string name, int rows, int width)
    {
        string path = this[name + ".npy"];
        using var writer = new NpyWriter(path, ElementType.Float32, width);
        writer.Write<float>([.. Enumerable.Range(0, rows * width).Select(number => (float)number)]);
        writer.Complete();
        return path;
    }

    /// <summary>Writes text.</summary>
    internal string Text(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    internal static string[] NamesIn(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!] : [];

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static string FindData()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "samples", "data");
    }
}
