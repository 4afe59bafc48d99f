using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Pescador.Fast.Tests;

/// <summary>A folder for files that a test writes byte for byte; removed with it.</summary>
internal sealed class WrittenFiles : IDisposable
{
    private readonly string _folder = MadeFiles.TemporaryFolder();

    internal string Write(string name, params ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    internal SourceFile Source(string name, ReadOnlySpan<byte> bytes, CsvFormat? csv = null, SourceLimits? limits = null) =>
        SourceFiles.Detect(Write(name, bytes), limits ?? SourceLimits.Default, csv ?? new CsvFormat());

    internal SourceFile Source(string name, string text, CsvFormat? csv = null, SourceLimits? limits = null) =>
        Source(name, Encoding.UTF8.GetBytes(text), csv, limits);

    /// <summary>An .npy with that dictionary, set on 64 bytes, and zeros for data.</summary>
    internal static byte[] Npy(string dictionary, int dataLength = 0, int version = 1)
    {
        int prefix = version == 1 ? 10 : 12;
        string padded = dictionary.PadRight((((prefix + dictionary.Length + 64) / 64) * 64) - prefix - 1) + "\n";
        byte[] text = (version < 3 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(padded);
        var bytes = new byte[prefix + text.Length + dataLength];
        byte[] magic = [0x93, .. "NUMPY"u8, (byte)version, 0, (byte)text.Length, (byte)(text.Length >> 8)];
        magic.CopyTo(bytes, 0);
        text.CopyTo(bytes, prefix);
        return bytes;
    }

    /// <summary>An .npy of float32.</summary>
    internal static byte[] Npy(float[] data, params nint[] shape)
    {
        byte[] bytes = Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(length => $"{length}, "))}), }}", data.Length * 4);
        Buffer.BlockCopy(data, 0, bytes, bytes.Length - (data.Length * 4), data.Length * 4);
        return bytes;
    }

    internal static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] members)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in members)
            {
                using Stream member = archive.CreateEntry(name, level).Open();
                member.Write(content);
            }
        }

        return bytes.ToArray();
    }

    internal static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    internal static byte[] SafeTensors(string header, int dataLength)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
