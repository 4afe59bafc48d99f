using System.Buffers.Binary;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast.Throughput;

/// <summary>Writes rows and labels in each form.</summary>
internal static class FileForms
{
    /// <summary>Fields of a <c>.tar</c> are in lower case.</summary>
    internal const string TarLabelName = "y";

    /// <summary>Writes one file, or one pair.</summary>
    /// <param name="form">Which form.</param>
    /// <param name="stem">Its path up to the ending.</param>
    /// <param name="x">Rows of <paramref name="width"/> elements.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="y">Their labels.</param>
    internal static Source Write(CorpusForm form, string stem, float[] x, int width, float[] y) => form switch
    {
        CorpusForm.NpzStored => WriteNpz(stem, x, width, y, CompressionLevel.NoCompression),
        CorpusForm.NpzDeflated => WriteNpz(stem, x, width, y, CompressionLevel.Fastest),
        CorpusForm.NpyFortran => WritePair(stem, Transposed(x, width), width, y, "'fortran_order': False", "'fortran_order': True "),
        CorpusForm.NpySwapped => WritePair(stem, Swapped(x), width, Swapped(y), "<f4", ">f4"),
        CorpusForm.SafeTensors => WriteSafeTensors($"{stem}.safetensors", x, width, y),
        CorpusForm.Tar => WriteTar($"{stem}.tar", x, width, y),
        CorpusForm.Csv => WriteCsv($"{stem}.csv", x, width, y),
        _ => WritePair(stem, x, width, y),
    };

    private static Source WritePair(string stem, float[] x, int width, float[] y, string plain = "", string changed = "")
    {
        string[] paths = [$"{stem}.X.npy", $"{stem}.Y.npy"];
        WriteNpy(paths[0], x, width);
        WriteNpy(paths[1], y);
        foreach (string path in plain.Length == 0 ? [] : paths)
        {
            byte[] bytes = File.ReadAllBytes(path);
            Encoding.ASCII.GetBytes(changed).CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(plain))));
            File.WriteAllBytes(path, bytes);
        }

        return Source.Npy([("X", paths[0]), ("Y", paths[1])]);
    }

    private static Source WriteNpz(string stem, float[] x, int width, float[] y, CompressionLevel level)
    {
        WriteNpy($"{stem}.X", x, width);
        WriteNpy($"{stem}.Y", y);
        using (ZipArchive archive = ZipFile.Open($"{stem}.npz", ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile($"{stem}.X", "X.npy", level);
            archive.CreateEntryFromFile($"{stem}.Y", "Y.npy", level);
        }

        File.Delete($"{stem}.X");
        File.Delete($"{stem}.Y");
        return Source.Npz($"{stem}.npz");
    }

    private static Source WriteSafeTensors(string path, float[] x, int width, float[] y)
    {
        int end = x.Length * sizeof(float);
        string header = $$"""
            {"X":{"dtype":"F32","shape":[{{y.Length}},{{width}}],"data_offsets":[0,{{end}}]},
            "Y":{"dtype":"F32","shape":[{{y.Length}}],"data_offsets":[{{end}},{{end + (y.Length * sizeof(float))}}]} }
            """;
        byte[] padded = Encoding.ASCII.GetBytes(header.PadRight((header.Length + 8 + 63) / 64 * 64 - 8));
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
        using FileStream file = File.Create(path);
        file.Write(length);
        file.Write(padded);
        file.Write(MemoryMarshal.AsBytes<float>(x));
        file.Write(MemoryMarshal.AsBytes<float>(y));
        return Source.SafeTensors(path);
    }

    private static Source WriteTar(string path, float[] x, int width, float[] y)
    {
        byte[] xBytes = NpyOf(path, x.AsSpan(0, width));
        byte[] yBytes = NpyOf(path, y.AsSpan(0, 1));
        using (var archive = new TarWriter(File.Create(path), TarEntryFormat.Ustar))
        {
            for (int row = 0; row < y.Length; row++)
            {
                MemoryMarshal.AsBytes(x.AsSpan(row * width, width)).CopyTo(xBytes.AsSpan(xBytes.Length - (width * sizeof(float))));
                MemoryMarshal.AsBytes(y.AsSpan(row, 1)).CopyTo(yBytes.AsSpan(yBytes.Length - sizeof(float)));
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{row:00000}.npy") { DataStream = new MemoryStream(xBytes) });
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{row:00000}.{TarLabelName}.npy") { DataStream = new MemoryStream(yBytes) });
            }
        }

        return Source.Tar(path);
    }

    private static byte[] NpyOf(string path, ReadOnlySpan<float> elements)
    {
        WriteNpy(path, elements);
        return File.ReadAllBytes(path);
    }

    private static Source WriteCsv(string path, float[] x, int width, float[] y)
    {
        using (StreamWriter file = File.CreateText(path))
        {
            for (int row = 0; row < y.Length; row++)
            {
                for (int i = 0; i < width; i++)
                {
                    file.Write(x[(row * width) + i].ToString(CultureInfo.InvariantCulture));
                    file.Write(',');
                }

                file.WriteLine(y[row].ToString(CultureInfo.InvariantCulture));
            }
        }

        return Source.Csv(path, new CsvFormat { HasHeader = false, Label = "-1", LabelType = ElementType.Float32 });
    }

    private static void WriteNpy(string path, ReadOnlySpan<float> elements, params ReadOnlySpan<nint> rowShape)
    {
        using var writer = new NpyWriter(path, ElementType.Float32, rowShape);
        writer.Write(elements);
        writer.Complete();
    }

    private static float[] Transposed(float[] x, int width)
    {
        float[] columns = new float[x.Length];
        int rows = x.Length / width;
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                columns[(i * rows) + row] = x[(row * width) + i];
            }
        }

        return columns;
    }

    private static float[] Swapped(float[] elements)
    {
        float[] swapped = new float[elements.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(elements), MemoryMarshal.Cast<float, int>(swapped.AsSpan()));
        return swapped;
    }
}
