using System.Buffers.Binary;
using System.IO.Compression;

namespace Pescador.Fast.Tests;

public sealed class ZipTests : IDisposable
{
    private static readonly float[] Values = [.. Enumerable.Range(0, 600).Select(i => (float)(i / 7))];

    private readonly WrittenFiles _files = new();

    public static TheoryData<CompressionLevel> Levels => [CompressionLevel.NoCompression, CompressionLevel.Optimal];

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public void Open_AnyByteOfTheHeadersChanged_GivesTheSameDataOrDataException(CompressionLevel level)
    {
        byte[] bytes = WrittenFiles.Zip(level, ("X.npy", WrittenFiles.Npy(Values, 200, 3)), ("Y.npy", WrittenFiles.Npy(Values[..200], 200)));
        ReadArray[] expected = ReadArray.ByRows(_files.Source("a.npz", bytes));
        byte[][] contents = [.. expected.Select(array => array.Bytes)];
        int directory = IndexOf(bytes, 0x02014b50);
        int same = 0;
        for (int at = 0; at < bytes.Length; at = at == 34 ? directory : at + 1)
        {
            foreach (byte value in (byte[])[0, 255, (byte)(bytes[at] ^ 1), (byte)(bytes[at] ^ 128)])
            {
                byte[] damaged = [.. bytes];
                damaged[at] = value;
                try
                {
                    ReadArray[] arrays = ReadArray.ByRows(_files.Source("a.npz", damaged), new MemoryBudget(1 << 20));
                    Assert.All(arrays, array => Assert.Contains(contents, content => content.AsSpan().SequenceEqual(array.Bytes)));
                    same++;
                }
                catch (DataException)
                {
                }
            }
        }

        Assert.True(same > 20, $"{same}"); // times, versions, attributes
    }

    [Theory]
    [InlineData(8, 1, "encrypted")]
    [InlineData(10, 12, "bzip2")]
    [InlineData(10, 9, "deflate64")]
    [InlineData(10, 99, "not known")]
    [InlineData(34, 1, "disk 1")]
    [InlineData(20, 1, "cannot hold")]
    [InlineData(30, 200, "entry of")]
    public void Open_EntryWithField_SaysWhatIsWrong(int offset, int value, string reason)
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.NoCompression, ("X.npy", WrittenFiles.Npy(Values, 600)));
        bytes[IndexOf(bytes, 0x02014b50) + offset] = (byte)value;
        AssertRefused(bytes, reason);
    }

    [Theory]
    [InlineData(4, 1, "several disks")]
    [InlineData(8, 2, "several disks")]
    [InlineData(12, 0xffff, "does not lie before its end record")]
    [InlineData(16, 0xffff, "does not lie before its end record")]
    [InlineData(20, 1, "end record is not at its end")]
    public void Open_EndWithField_SaysWhatIsWrong(int offset, int value, string reason)
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.NoCompression, ("X.npy", WrittenFiles.Npy(Values, 600)));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 22 + offset), (ushort)value);
        AssertRefused(bytes, reason);
    }

    [Fact]
    public void Open_MoreMembersThanTheDirectoryHolds_IsRefusedBeforeTheyAreRead()
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.NoCompression, ("X.npy", WrittenFiles.Npy(Values, 600)));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 14), 60);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 12), 60);
        AssertRefused(bytes, "too few for the 60 members");
    }

    [Fact]
    public void Open_LongNames_AreRefused()
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.NoCompression, (new string('n', 5_000) + ".npy", WrittenFiles.Npy(Values, 600)));
        AssertRefused(bytes, "its name has 5004 bytes; at most 4096");
    }

    [Fact]
    public void Open_Zip64WithoutItsRecord_IsRefused()
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.NoCompression, ("X.npy", WrittenFiles.Npy(Values, 600)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 6), uint.MaxValue);
        AssertRefused(bytes, "no locator");
    }

    [Fact]
    public void Open_MembersThatOverlap_AreRefused()
    {
        byte[] bytes = WrittenFiles.Zip(
            CompressionLevel.NoCompression, ("X.npy", WrittenFiles.Npy(Values, 600)), ("Y.npy", WrittenFiles.Npy(Values, 600)));
        int first = IndexOf(bytes, 0x02014b50);
        int second = IndexOf(bytes, 0x02014b50, first + 4);
        bytes.AsSpan(first, second - first).CopyTo(bytes.AsSpan(second)); // both entries are X's now
        AssertRefused(bytes, "two members have the name 'X.npy'");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(2_000)]
    public void Inflate_Skipping_GivesTheRest(int skip)
    {
        byte[] content = WrittenFiles.Npy(Values, 600);
        using FileMapping file = Deflated(content, out ZipMember member);
        var rest = new byte[Math.Min(500, content.Length - skip)];
        Inflater.Inflate(file, member, new TensorBlock(rest, 0, 0, null), skip, rest.Length);
        Assert.Equal(content[skip..(skip + rest.Length)], rest);
    }

    [Theory]
    [InlineData(-1, 0, 0, "damaged, or has another checksum or length")]
    [InlineData(1, 0, 0, "damaged, or has another checksum or length|should inflate")]
    [InlineData(0, -1, 0, "damaged|should inflate")]
    [InlineData(0, -9, 0, "damaged|should inflate")]
    [InlineData(0, 0, 1, "damaged, or has another checksum")]
    public void Inflate_WrongLengthOrChecksum_IsDataException(int length, int compressed, uint checksum, string reasons)
    {
        byte[] content = WrittenFiles.Npy(Values, 600);
        using FileMapping file = Deflated(content, out ZipMember member);
        ZipMember wrong = member with
        {
            LengthInBytes = member.LengthInBytes + length,
            CompressedLengthInBytes = member.CompressedLengthInBytes + compressed,
            Crc32 = member.Crc32 ^ checksum,
        };
        DataException error = Assert.Throws<DataException>(() =>
            Inflater.Inflate(file, wrong, new TensorBlock(new byte[wrong.LengthInBytes], 0, 0, null), 0, wrong.LengthInBytes));
        Assert.Contains(reasons.Split('|'), reason => error.Message.Contains(reason, StringComparison.Ordinal));
        Assert.Contains("member 'X.npy'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeflatedDataDamaged_IsDataExceptionHoweverSmallTheDamage()
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.Optimal, ("X.npy", WrittenFiles.Npy(Values, 600)));
        int end = IndexOf(bytes, 0x02014b50);
        for (int at = 35; at < end; at += 3)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 4;
            Assert.Throws<DataException>(() => _files.Source("a.npz", damaged).Open(null));
        }
    }

    [Fact]
    public void Open_OtherMembers_AreLeftOutWithANote()
    {
        SourceInfo info = _files.Source("a.npz", WrittenFiles.Zip(
            CompressionLevel.Optimal, ("folder/", []), ("X.npy", WrittenFiles.Npy(Values, 600)), ("read me.txt", [1, 2, 3]))).Inspect();
        Assert.Equal("X float32[600]", Assert.Single(info.Arrays).ToString());
        Assert.True(info.Arrays[0].IsCompressed);
        Assert.Null(info.Arrays[0].OffsetInBytes);
        Assert.Contains("'read me.txt' is left out", Assert.Single(info.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeflatedBeyondTheBudget_FailsBeforeItIsInflated()
    {
        byte[] bytes = WrittenFiles.Zip(CompressionLevel.Optimal, ("X.npy", WrittenFiles.Npy(new float[1 << 20], 1 << 20)));
        var budget = new MemoryBudget(1 << 20);
        Assert.Throws<PescadorException>(() => _files.Source("a.npz", bytes).Open(budget));
        Assert.Equal(0, budget.UsedInBytes);
    }

    private FileMapping Deflated(byte[] content, out ZipMember member)
    {
        var file = FileMapping.Open(_files.Write("a.npz", WrittenFiles.Zip(CompressionLevel.Optimal, ("X.npy", content))));
        member = Assert.Single(ZipDirectory.Read(file, SourceLimits.Default));
        Assert.True(member.IsDeflated);
        return file;
    }

    private void AssertRefused(byte[] bytes, string reason)
    {
        DataException error = Assert.Throws<DataException>(() => _files.Source("a.npz", bytes).Open(null));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal("a.npz", error.SourceName);
    }

    private static int IndexOf(byte[] bytes, uint signature, int from = 0) =>
        from + bytes.AsSpan(from).IndexOf(BitConverter.GetBytes(signature));
}
