namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>A folder of small files, removed with the test.</summary>
internal sealed class DataFolder : IDisposable
{
    internal const int Features = 8;

    internal DataFolder() => Path = Directory.CreateTempSubdirectory("pescador-capi-").FullName;

    internal string Path { get; }

    internal string this[string file] => System.IO.Path.Combine(Path, file);

    /// <summary>Pairs NN.X.npy, float32[rows, 8] of the row's number over all files, and NN.Y.npy, uint8 of the file's.</summary>
    internal static DataFolder OfRows(int files = 3, int rows = 50)
    {
        var folder = new DataFolder();
        for (int i = 0; i < files; i++)
        {
            using var x = new NpyWriter(folder[$"{i:00}.X.npy"], ElementType.Float32, Features);
            using var y = new NpyWriter(folder[$"{i:00}.Y.npy"], ElementType.UInt8);
            for (int row = 0; row < rows; row++)
            {
                x.Write<float>([.. Enumerable.Repeat((float)((i * rows) + row), Features)]);
                y.Write<byte>([(byte)i]);
            }

            x.Complete();
            y.Complete();
        }

        return folder;
    }

    /// <summary>A file for each element type, of 5 rows 0 to 4 (bool: 0 and 1), which belong together.</summary>
    internal static DataFolder OfAllTypes()
    {
        var folder = new DataFolder();
        folder.Write<float>(ElementType.Float32, static i => i);
        folder.Write<double>(ElementType.Float64, static i => i);
        folder.Write<Half>(ElementType.Float16, static i => (Half)i);
        folder.Write<sbyte>(ElementType.Int8, static i => (sbyte)i);
        folder.Write<byte>(ElementType.UInt8, static i => (byte)i);
        folder.Write<short>(ElementType.Int16, static i => (short)i);
        folder.Write<ushort>(ElementType.UInt16, static i => (ushort)i);
        folder.Write<int>(ElementType.Int32, static i => i);
        folder.Write<uint>(ElementType.UInt32, static i => (uint)i);
        folder.Write<long>(ElementType.Int64, static i => i);
        folder.Write<ulong>(ElementType.UInt64, static i => (ulong)i);
        folder.Write<bool>(ElementType.Bool, static i => i % 2 == 1);
        return folder;
    }

    internal string Json(string more = "") => $$"""{"files": ["{{Path}}"], "mux": {"mode": "exhaustive", "active": 1}, "rows": "in_order", "batch": 10{{more}}}""";

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Write<T>(ElementType type, Func<int, T> valueOf) where T : unmanaged
    {
        using var writer = new NpyWriter(this[$"all.{type.Name()}.npy"], type, 2, 3);
        for (int row = 0; row < 5; row++)
        {
            writer.Write<T>([.. Enumerable.Repeat(valueOf(row), 6)]);
        }

        writer.Complete();
    }
}
