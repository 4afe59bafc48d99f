using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>The members of a ZIP file, each checked against its own header, the file's length and the others. Nothing is inflated.</summary>
/// <remarks>Source: PKWARE's APPNOTE 6.3.10. <code>
/// | local header, name, extra | content | ... | central entries | zip64 end | zip64 locator | end, comment |
/// </code></remarks>
internal static class ZipDirectory
{
    /// <summary>Reads the directory.</summary>
    /// <exception cref="DataException">It is damaged, or uses what is not read: encryption, several disks, other methods than deflate.</exception>
    internal static ZipMember[] Read(FileMapping file, SourceLimits limits)
    {
        var place = new SourcePlace(file.Name);
        ZipEnd end = ZipEnd.Find(file, place);
        if (end.Count > limits.MaxArrays)
        {
            throw place.Error($"the archive announces {end.Count} members; at most {limits.MaxArrays} are accepted (MaxArrays)");
        }

        if (end.Count * ZipEntry.MinLength > end.DirectoryLength)
        {
            throw place.Error(
                $"the archive's directory has {end.DirectoryLength} bytes, too few for the {end.Count} members that it announces");
        }

        var entries = new ZipEntry[end.Count];
        var members = new ZipMember[entries.Length];
        HashSet<string> names = [];
        long offset = end.DirectoryOffset;
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = ZipEntry.Read(file, ref offset, end.DirectoryOffset + end.DirectoryLength, limits, place with { Part = $"member {i}" });
            members[i] = entries[i].Locate(file, end.DirectoryOffset);
            if (!names.Add(members[i].Name))
            {
                throw place.Error($"two members have the name '{members[i].Name}'");
            }
        }

        if (offset != end.DirectoryOffset + end.DirectoryLength)
        {
            throw place.Error(
                $"the archive's directory has {end.DirectoryLength} bytes, but its {end.Count} members take {offset - end.DirectoryOffset}");
        }

        CheckOverlaps(entries, members, place);
        return members;
    }

    private static void CheckOverlaps(ZipEntry[] entries, ZipMember[] members, SourcePlace place)
    {
        var starts = new long[entries.Length];
        var sorted = (ZipMember[])members.Clone();
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = entries[i].HeaderOffset;
        }

        Array.Sort(starts, sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            long last = sorted[i - 1].OffsetInBytes + sorted[i - 1].CompressedLengthInBytes;
            if (last > starts[i])
            {
                throw place.Error($"the members '{sorted[i - 1].Name}', to byte {last}, and '{sorted[i].Name}', from byte {starts[i]}, overlap");
            }
        }
    }

    internal static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    internal static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    internal static ulong UInt64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
