using System.Text;

namespace Pescador.Fast;

/// <summary>An entry of a ZIP file's directory.</summary>
internal sealed record ZipEntry(
    string Name, int Flags, int Method, uint Crc32, long CompressedLength, long Length, long HeaderOffset, byte[] RawName, SourcePlace Place)
{
    /// <summary>Of an entry without a name, in bytes.</summary>
    internal const int MinLength = 46;

    private const int LocalLength = 30;
    private const uint Signature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int IsEncrypted = 1 << 0 | 1 << 6 | 1 << 13;
    private const int HasDescriptor = 1 << 3; // sizes and checksum stand behind the content, not in its header
    private const int IsPatch = 1 << 5;
    private const int IsUtf8 = 1 << 11;
    private const int Stored = 0;
    private const int Deflated = 8;

    // No byte of deflated data stands for more: a match of 258 bytes takes 2 bits at least.
    private const int MaxRatio = 1032;

    /// <summary>Reads an entry and moves on to the next.</summary>
    internal static ZipEntry Read(FileMapping file, ref long offset, long end, SourceLimits limits, SourcePlace place)
    {
        if (end - offset < MinLength || ZipDirectory.UInt32(file.Bytes(offset, MinLength), 0) != Signature)
        {
            throw place.Error($"at byte {offset} of the archive's directory there is no entry");
        }

        ReadOnlySpan<byte> fixedPart = file.Bytes(offset, MinLength);
        int nameLength = ZipDirectory.UInt16(fixedPart, 28);
        int extraLength = ZipDirectory.UInt16(fixedPart, 30);
        int commentLength = ZipDirectory.UInt16(fixedPart, 32);
        long length = (long)MinLength + nameLength + extraLength + commentLength;
        if (length > end - offset)
        {
            throw place.Error($"its entry of {length} bytes at byte {offset} reaches beyond the archive's directory, which ends at byte {end}");
        }

        if (nameLength > limits.MaxNameLength)
        {
            throw place.Error($"its name has {nameLength} bytes; at most {limits.MaxNameLength} are accepted (MaxNameLength)");
        }

        int flags = ZipDirectory.UInt16(fixedPart, 8);
        ReadOnlySpan<byte> rawName = file.Bytes(offset + MinLength, nameLength);
        string name = Decode(rawName, flags, place);
        place = place with { Part = $"member '{name}'" };
        ulong compressedLength = ZipDirectory.UInt32(fixedPart, 20);
        ulong inflatedLength = ZipDirectory.UInt32(fixedPart, 24);
        ulong headerOffset = ZipDirectory.UInt32(fixedPart, 42);
        uint disk = ZipDirectory.UInt16(fixedPart, 34);
        ReadOnlySpan<byte> zip64 = Zip64Of(file.Bytes(offset + MinLength + nameLength, extraLength), place);
        Widen(ref inflatedLength, ref zip64, place);
        Widen(ref compressedLength, ref zip64, place);
        Widen(ref headerOffset, ref zip64, place);
        if (disk == ushort.MaxValue && zip64.Length >= sizeof(uint))
        {
            disk = ZipDirectory.UInt32(zip64, 0);
        }

        if (disk != 0)
        {
            throw place.Error($"it lies on disk {disk}; only archives of one file are read");
        }

        offset += length;
        return Check(
            new ZipEntry(name, flags, ZipDirectory.UInt16(fixedPart, 10), ZipDirectory.UInt32(fixedPart, 16), (long)compressedLength,
                (long)inflatedLength, (long)headerOffset, rawName.ToArray(), place));
    }

    /// <summary>Finds the member's content and compares its own header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">Where the directory begins, before which the content ends.</param>
    internal ZipMember Locate(FileMapping file, long end)
    {
        if (HeaderOffset < 0 || HeaderOffset > end - LocalLength)
        {
            throw Place.Error($"its header is said to be at byte {(ulong)HeaderOffset}, beyond the {end} bytes before the archive's directory");
        }

        ReadOnlySpan<byte> header = file.Bytes(HeaderOffset, LocalLength);
        if (ZipDirectory.UInt32(header, 0) != LocalSignature)
        {
            throw Place.Error($"there is no header of a member at byte {HeaderOffset}");
        }

        int nameLength = ZipDirectory.UInt16(header, 26);
        int extraLength = ZipDirectory.UInt16(header, 28);
        long content = HeaderOffset + LocalLength + nameLength + extraLength;
        if (content > end || CompressedLength > end - content)
        {
            throw Place.Error(
                $"its {CompressedLength} bytes from byte {content} on do not lie in the {end} bytes before the archive's directory");
        }

        if (!file.Bytes(HeaderOffset + LocalLength, nameLength).SequenceEqual(RawName))
        {
            throw Place.Error("its own header has another name than the archive's directory");
        }

        int flags = ZipDirectory.UInt16(header, 6);
        int method = ZipDirectory.UInt16(header, 8);
        if (method != Method || (flags & (IsEncrypted | HasDescriptor)) != (Flags & (IsEncrypted | HasDescriptor)))
        {
            throw Place.Error($"its own header has method {method} and flags 0x{flags:x}, the archive's directory {Method} and 0x{Flags:x}");
        }

        if ((flags & HasDescriptor) == 0)
        {
            CompareLengths(header, file.Bytes(HeaderOffset + LocalLength + nameLength, extraLength));
        }

        return new ZipMember(Name, Method == Deflated, content, CompressedLength, Length, Crc32);
    }

    private void CompareLengths(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        ulong compressedLength = ZipDirectory.UInt32(header, 18);
        ulong length = ZipDirectory.UInt32(header, 22);
        uint crc = ZipDirectory.UInt32(header, 14);
        ReadOnlySpan<byte> zip64 = Zip64Of(extra, Place);
        Widen(ref length, ref zip64, Place);
        Widen(ref compressedLength, ref zip64, Place);
        if (length != (ulong)Length || compressedLength != (ulong)CompressedLength || crc != Crc32)
        {
            throw Place.Error(
                $"its own header has {compressedLength} bytes, {length} inflated, checksum {crc:x8}; the archive's directory {CompressedLength}, "
                + $"{Length}, {Crc32:x8}");
        }
    }

    private static ZipEntry Check(ZipEntry entry)
    {
        if ((entry.Flags & IsEncrypted) != 0)
        {
            throw entry.Place.Error("it is encrypted, which is not read");
        }

        if (entry.Method is not (Stored or Deflated) || (entry.Flags & IsPatch) != 0)
        {
            throw entry.Place.Error($"it is compressed by method {entry.Method} ({MethodName(entry.Method)}); only stored and deflated members are read");
        }

        if (entry.CompressedLength < 0 || entry.Length < 0)
        {
            throw entry.Place.Error(
                $"its lengths, {(ulong)entry.CompressedLength} bytes and {(ulong)entry.Length} inflated, are beyond what can be addressed");
        }

        if (entry.Method == Stored ? entry.Length != entry.CompressedLength : entry.Length / MaxRatio > entry.CompressedLength)
        {
            throw entry.Place.Error(
                $"its {entry.CompressedLength} bytes cannot hold {entry.Length}{(entry.Method == Stored ? ", as they are stored" : " deflated ones")}");
        }

        return entry;
    }

    // Only what is at its limit in the entry stands in the zip64 field, in this order.
    private static void Widen(ref ulong value, ref ReadOnlySpan<byte> zip64, SourcePlace place)
    {
        if (value != uint.MaxValue)
        {
            return;
        }

        if (zip64.Length < sizeof(ulong))
        {
            throw place.Error("its zip64 field is missing or too short");
        }

        value = ZipDirectory.UInt64(zip64, 0);
        zip64 = zip64[sizeof(ulong)..];
    }

    private static ReadOnlySpan<byte> Zip64Of(ReadOnlySpan<byte> extra, SourcePlace place)
    {
        while (extra.Length >= 4)
        {
            int length = ZipDirectory.UInt16(extra, 2);
            if (length > extra.Length - 4)
            {
                throw place.Error($"an extra field of {length} bytes does not lie in the {extra.Length - 4} that are left for it");
            }

            if (ZipDirectory.UInt16(extra, 0) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return default;
    }

    private static string Decode(ReadOnlySpan<byte> name, int flags, SourcePlace place)
    {
        bool isUtf8 = (flags & IsUtf8) != 0;
        if (!isUtf8 && Ascii.IsValid(name))
        {
            return Encoding.ASCII.GetString(name);
        }

        if (isUtf8 && System.Text.Unicode.Utf8.IsValid(name))
        {
            return Encoding.UTF8.GetString(name);
        }

        return isUtf8
            ? throw place.Error("its name is not in UTF-8, as its flags say")
            : CodePagesEncodingProvider.Instance.GetEncoding(437)!.GetString(name); // non-null: the framework has it
    }

    private static string MethodName(int method) => method switch
    {
        9 => "deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        _ => "not known",
    };
}
