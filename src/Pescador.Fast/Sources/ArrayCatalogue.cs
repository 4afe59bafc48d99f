namespace Pescador.Fast;

/// <summary>What the headers of a source's files say, and the files' mappings. Owns these until a table is made of them.</summary>
internal sealed class ArrayCatalogue : IDisposable
{
    /// <summary>The files that were mapped.</summary>
    internal List<FileMapping> Files { get; } = [];

    /// <summary>The arrays, each with the file that holds it.</summary>
    internal List<(FileMapping File, StoredArray Array)> Arrays { get; } = [];

    /// <summary>What else is to be said: what is left out, and why.</summary>
    internal List<string> Notes { get; } = [];

    /// <summary>Maps a file.</summary>
    internal FileMapping Map(string path)
    {
        FileMapping file = FileMapping.Open(path);
        Files.Add(file);
        return file;
    }

    internal void Add(FileMapping file, ReadOnlySpan<StoredArray> arrays)
    {
        foreach (StoredArray array in arrays)
        {
            Arrays.Add((file, array));
        }
    }

    public void Dispose() => Files.ForEach(file => file.Dispose());
}
