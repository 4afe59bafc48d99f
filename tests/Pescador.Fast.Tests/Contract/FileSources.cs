using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests.Contract;

/// <summary>Files for the contract, of rows {X float32[4], id int32}; made once, removed with the process.</summary>
internal static class FileSources
{
    private static readonly Lazy<TemporaryFolder> Folder = new(() =>
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    private static readonly ConcurrentDictionary<int, Lazy<Source>> ByRows = new();

    private static readonly Lazy<Source> DeflatedFile = new(WriteDeflated);
    private static readonly Lazy<Source> SwappedFile = new(WriteSwapped);
    private static readonly Lazy<Source> TextFile = new(WriteText);
    private static readonly Lazy<Source> ArchiveFile = new(WriteArchive);

    internal static Source Deflated => DeflatedFile.Value;

    internal static Source Swapped => SwappedFile.Value;

    internal static Source Text => TextFile.Value;

    internal static Source Archive => ArchiveFile.Value;

    internal static Source Npy(int rows) => ByRows.GetOrAdd(rows, static count => new Lazy<Source>(() => WriteNpy(count))).Value;

    private static Source WriteNpy(int rows)
    {
        string stem = Folder.Value[$"rows{rows}"];
        Write($"{stem}.X.npy", $"{stem}.id.npy", rows);
        return Source.Npy([("X", $"{stem}.X.npy"), ("id", $"{stem}.id.npy")]);
    }

    private static Source WriteDeflated()
    {
        string path = Folder.Value["deflated.npz"];
        (string x, string id) = (Folder.Value["deflated-X"], Folder.Value["deflated-id"]);
        Write(x, id, 30);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        archive.CreateEntryFromFile(x, "X.npy", CompressionLevel.Fastest);
        archive.CreateEntryFromFile(id, "id.npy", CompressionLevel.Fastest);
        return Source.Npz(path);
    }

    private static Source WriteSwapped()
    {
        (string x, string id) = (Folder.Value["swapped.X.npy"], Folder.Value["swapped.id.npy"]);
        Write(x, id, 30);
        byte[] file = File.ReadAllBytes(x);
        file[file.AsSpan().IndexOf("<f4"u8)] = (byte)'>';
        Span<int> elements = MemoryMarshal.Cast<byte, int>(file.AsSpan(file.Length - (30 * 16)));
        BinaryPrimitives.ReverseEndianness(elements, elements);
        File.WriteAllBytes(x, file);
        return Source.Npy([("X", x), ("id", id)]);
    }

    private static Source WriteText()
    {
        string path = Folder.Value["text.csv"];
        File.WriteAllLines(path, Enumerable.Range(0, 30).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row},{row}.25,{row}.5,{row}.75,{row}")));
        return Source.Csv(path, new CsvFormat { Label = "-1", LabelName = "id", LabelType = ElementType.Int32 });
    }

    // KEY.npy is the tensor "X".
    private static Source WriteArchive()
    {
        string path = Folder.Value["archive.tar"];
        using (var writer = new TarWriter(File.Create(path)))
        {
            for (int row = 0; row < 12; row++)
            {
                (string x, string id) = (Folder.Value["member-X"], Folder.Value["member-id"]);
                using (var npy = new NpyWriter(x, ElementType.Float32))
                {
                    npy.Write<float>([row, row + 0.25f, row + 0.5f, row + 0.75f]);
                    npy.Complete();
                }

                // A scalar has no writer: one of its shape is written over an array's.
                using (var npy = new NpyWriter(id, ElementType.Int32))
                {
                    npy.Write<int>([row]);
                    npy.Complete();
                }

                byte[] scalar = File.ReadAllBytes(id);
                "()  "u8.CopyTo(scalar.AsSpan(scalar.AsSpan().IndexOf("(1,)"u8)));
                File.WriteAllBytes(id, scalar);
                writer.WriteEntry(x, $"{row:00}.npy");
                writer.WriteEntry(id, $"{row:00}.id.npy");
            }
        }

        return Source.Tar(path);
    }

    private static void Write(string xPath, string idPath, int rows)
    {
        using var x = new NpyWriter(xPath, ElementType.Float32, 4);
        using var id = new NpyWriter(idPath, ElementType.Int32);
        for (int row = 0; row < rows; row++)
        {
            x.Write<float>([row, row + 0.25f, row + 0.5f, row + 0.75f]);
            id.Write<int>([row]);
        }

        x.Complete();
        id.Complete();
    }
}
