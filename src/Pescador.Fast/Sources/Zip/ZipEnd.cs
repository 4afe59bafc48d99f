namespace Pescador.Fast;

/// <summary>What the end of a ZIP file says of its directory, which lies in the file.</summary>
internal readonly record struct ZipEnd(long Count, long DirectoryOffset, long DirectoryLength)
{
    private const int Length = 22;
    private const int LocatorLength = 20;
    private const int Zip64Length = 56;
    private const uint Signature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint Zip64Signature = 0x06064b50;

    /// <summary>Finds the end record: the last one whose comment reaches the end of the file.</summary>
    internal static ZipEnd Find(FileMapping file, SourcePlace place)
    {
        int tailLength = (int)Math.Min(file.LengthInBytes, Length + ushort.MaxValue);
        ReadOnlySpan<byte> tail = file.Bytes(file.LengthInBytes - tailLength, tailLength);
        for (int i = tailLength - Length; i >= 0; i--)
        {
            if (ZipDirectory.UInt32(tail, i) == Signature && ZipDirectory.UInt16(tail, i + 20) == tailLength - Length - i)
            {
                return Read(file, tail.Slice(i, Length), file.LengthInBytes - tailLength + i, place);
            }
        }

        throw place.Error("this is no .npz: a ZIP file's end record is not at its end; it was cut short, or is something else");
    }

    private static ZipEnd Read(FileMapping file, ReadOnlySpan<byte> end, long at, SourcePlace place)
    {
        int disk = ZipDirectory.UInt16(end, 4);
        int directoryDisk = ZipDirectory.UInt16(end, 6);
        int countHere = ZipDirectory.UInt16(end, 8);
        int count = ZipDirectory.UInt16(end, 10);
        uint length = ZipDirectory.UInt32(end, 12);
        uint offset = ZipDirectory.UInt32(end, 16);
        if (count == ushort.MaxValue || countHere == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue
            || disk == ushort.MaxValue || directoryDisk == ushort.MaxValue)
        {
            return ReadZip64(file, at, place);
        }

        return Check(disk, directoryDisk, countHere, count, offset, length, at, place);
    }

    private static ZipEnd ReadZip64(FileMapping file, long at, SourcePlace place)
    {
        if (at < LocatorLength + Zip64Length)
        {
            throw place.Error($"the archive's end record asks for a zip64 record, but there is no room for one in the {at} bytes before it");
        }

        ReadOnlySpan<byte> locator = file.Bytes(at - LocatorLength, LocatorLength);
        if (ZipDirectory.UInt32(locator, 0) != LocatorSignature)
        {
            throw place.Error("the archive's end record asks for a zip64 record, but no locator of one stands before it");
        }

        ulong recordAt = ZipDirectory.UInt64(locator, 8);
        if (ZipDirectory.UInt32(locator, 4) != 0 || ZipDirectory.UInt32(locator, 16) != 1)
        {
            throw place.Error("the archive spans several disks; only archives of one file are read");
        }

        if (recordAt > (ulong)(at - LocatorLength - Zip64Length))
        {
            throw place.Error($"the zip64 end record is said to be at byte {recordAt}, past its locator at byte {at - LocatorLength}");
        }

        ReadOnlySpan<byte> record = file.Bytes((long)recordAt, Zip64Length);
        ulong recordLength = ZipDirectory.UInt64(record, 4);
        if (ZipDirectory.UInt32(record, 0) != Zip64Signature || recordLength < Zip64Length - 12
            || recordLength > (ulong)(at - LocatorLength - (long)recordAt - 12))
        {
            throw place.Error($"at byte {recordAt} there is no zip64 end record of a length that fits");
        }

        return Check(
            ZipDirectory.UInt32(record, 16), ZipDirectory.UInt32(record, 20), ZipDirectory.UInt64(record, 24), ZipDirectory.UInt64(record, 32),
            ZipDirectory.UInt64(record, 48), ZipDirectory.UInt64(record, 40), (long)recordAt, place);
    }

    // Offsets that count from somewhere else, as in self-extracting programs, are not accepted: what lies where must be beyond doubt.
    private static ZipEnd Check(
        uint disk, uint directoryDisk, ulong countHere, ulong count, ulong offset, ulong length, long at, SourcePlace place)
    {
        if (disk != 0 || directoryDisk != 0 || countHere != count)
        {
            throw place.Error("the archive spans several disks; only archives of one file are read");
        }

        if (offset > (ulong)at || length > (ulong)at - offset || count > (ulong)at)
        {
            throw place.Error(
                $"the archive's directory of {count} members, {length} bytes from byte {offset} on, does not lie before its end record at byte {at}");
        }

        return new ZipEnd((long)count, (long)offset, (long)length);
    }

    private static ZipEnd Check(int disk, int directoryDisk, int countHere, int count, uint offset, uint length, long at, SourcePlace place) =>
        Check((uint)disk, (uint)directoryDisk, (ulong)countHere, (ulong)count, offset, length, at, place);
}
