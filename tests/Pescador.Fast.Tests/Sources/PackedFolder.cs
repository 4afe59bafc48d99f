namespace Pescador.Fast.Tests;

/// <summary>A temporary folder to pack into, and what is found in it.</summary>
internal sealed class PackedFolder : IDisposable
{
    private readonly string _root = MadeFiles.TemporaryFolder();

    internal string Path => System.IO.Path.Combine(_root, "shards");

    internal string[] Names => Directory.Exists(Path) ? [.. Directory.GetFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)!] : [];

    /// <summary>A file beside the folder, to pack from.</summary>
    internal string Beside(string name) => System.IO.Path.Combine(_root, name);

    /// <summary>Writes arrays of the rows first, first + 1, ... to STEM.X.npy [n,width] and STEM.Y.npy [n].</summary>
    internal Source Numbered(string stem, int rows, int width = 3, int first = 0)
    {
        using var x = new NpyWriter(Beside(stem + ".X.npy"), ElementType.Float32, width);
        using var y = new NpyWriter(Beside(stem + ".Y.npy"), ElementType.Int64);
        for (int row = first; row < first + rows; row++)
        {
            float number = row;
            x.Write<float>([.. Enumerable.Range(0, width).Select(column => number + (column / 16f))]);
            y.Write<long>([row]);
        }

        x.Complete();
        y.Complete();
        return Source.Npy([("X", Beside(stem + ".X.npy")), ("Y", Beside(stem + ".Y.npy"))]);
    }

    /// <summary>The arrays of all shards, one after the other, by name.</summary>
    internal Dictionary<string, ReadArray> Read()
    {
        Dictionary<string, ReadArray> whole = [];
        foreach (SourceFile shard in SourceFiles.Find([Path], SourceLimits.Default, new CsvFormat()))
        {
            foreach (ReadArray part in ReadArray.ByRows(shard))
            {
                whole[part.Name] = whole.TryGetValue(part.Name, out ReadArray? before)
                    ? part with { Shape = [before.Shape[0] + part.Shape[0], .. part.Shape[1..]], Bytes = [.. before.Bytes, .. part.Bytes] }
                    : part;
            }
        }

        return whole;
    }

    /// <summary>The labels of <see cref="Numbered"/>, in the order in which they were packed; each row's X is checked against it.</summary>
    internal long[] Labels()
    {
        Dictionary<string, ReadArray> arrays = Read();
        long[] labels = [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(arrays["Y"].Bytes)];
        ReadOnlySpan<float> x = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(arrays["X"].Bytes);
        int width = x.Length / labels.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            Assert.Equal(labels[i], x[i * width]);
        }

        return labels;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
