namespace Pescador.Fast;

/// <summary>Checks a file before libtorch reads it. libtorch compares no checksums: what was damaged would become weights, or end the process.</summary>
/// <remarks>An archive of libtorch is a ZIP file whose members are stored or deflated. Source of the checksum: PKWARE's APPNOTE 6.3.10, 4.4.7, the polynomial
/// 0xEDB88320 of reversed bits.</remarks>
internal static class TorchArchiveChecksums
{
    private const int PartLength = 1 << 20;

    private static readonly uint[] Table = MakeTable();

    /// <summary>Compares the checksums of all members.</summary>
    /// <param name="path">Of a file that exists.</param>
    /// <exception cref="DataException">One differs, or the file is no ZIP file.</exception>
    internal static void Check(string path)
    {
        using FileMapping file = FileMapping.Open(path);
        foreach (ZipMember member in ZipDirectory.Read(file, SourceLimits.Default))
        {
            if (member.IsDeflated)
            {
                Inflater.Inflate(file, member, default, skip: member.LengthInBytes, length: 0); // nothing is kept
            }
            else if (ChecksumOf(file, member) is var found && found != member.Crc32)
            {
                throw new SourcePlace(path, null, $"member '{member.Name}'").Error($"its checksum is {found:x8}, the archive says {member.Crc32:x8}");
            }
        }
    }

    private static uint ChecksumOf(FileMapping file, ZipMember member)
    {
        uint checksum = uint.MaxValue;
        long end = member.OffsetInBytes + member.LengthInBytes;
        for (long start = member.OffsetInBytes; start < end; start += PartLength)
        {
            foreach (byte next in file.Bytes(start, (int)long.Min(PartLength, end - start)))
            {
                checksum = Table[(byte)(checksum ^ next)] ^ (checksum >> 8);
            }
        }

        return ~checksum;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xedb88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
