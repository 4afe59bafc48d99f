using System.Formats.Tar;
using System.Text;

namespace Pescador.Fast.Tests;

public sealed class TarTests : IDisposable
{
    private readonly WrittenFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Open_Samples_AreRunsOfAdjacentFilesWithOneKey()
    {
        using SourceTable table = Open(("a/b.X.npy", Scalar(1)), ("a/b.y.z.npy", Scalar(2)), ("c/b.npy", Scalar(3)), ("a/b.x.npy", Scalar(4)), ("d.e/f.x.npy", Scalar(5)));
        Assert.Equal(4, table.Count);
        Assert.Equal("{x float32[], y.z float32[]}", table.SpecOf(0).ToString());
        Assert.Equal("{X float32[]}", table.SpecOf(1).ToString());
        Assert.Equal("{x float32[]}", table.SpecOf(2).ToString());
        Assert.Equal([1f, 2f], Row(table, 0));
        Assert.Equal([3f], Row(table, 1));
        Assert.Equal([4f], Row(table, 2));
        Assert.Equal([5f], Row(table, 3));
        Assert.Same(table.SpecOf(2), table.SpecOf(3));
        Assert.False(table.CanView);
    }

    [Fact]
    public void Open_FieldsInOtherOrder_HaveOneForm()
    {
        using SourceTable table = Open(("0.x.npy", Scalar(1)), ("0.y.npy", Scalar(2)), ("1.y.npy", Scalar(4)), ("1.x.npy", Scalar(3)));
        Assert.Same(table.SpecOf(0), table.SpecOf(1));
        Assert.Equal([3f, 4f], Row(table, 1));
    }

    [Fact]
    public void Open_ShapesDiffer_EachRowHasItsOwn()
    {
        using SourceTable table = Open(("0.x.npy", Vector(1, 2)), ("1.x.npy", Vector(3)), ("2.x.npy", Vector(4, 5)));
        Assert.Equal("{x float32[2]}", table.RowSpec.ToString());
        Assert.Equal([3f], Row(table, 1));
        Assert.Equal([4f, 5f], Row(table, 2));
        Assert.Same(table.SpecOf(0), table.SpecOf(2));
        DataException error = Assert.Throws<DataException>(() => table.Read(0, 2, [new TensorBlock(new float[4], 0, 8, null)], 0));
        Assert.Equal(1, error.Row);
        Assert.Contains("expected float32[2], got float32[1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_ShapesDiffer_ShowsWhichAxes()
    {
        SourceInfo info = _files.Source("a.tar", Tar(("0.x.npy", Vector(1, 2)), ("1.x.npy", Vector(3)), ("2.txt", [1]), ("2.x.npy", [1, 2, 3]))).Inspect();
        Assert.Equal("x float32[3,?]", Assert.Single(info.Arrays).ToString());
        Assert.Equal(12, info.Arrays[0].LengthInBytes);
        Assert.Equal(3, info.Rows);
        Assert.Equal(["1 × field 'txt'", "1 samples cannot be read"], info.Notes);
    }

    [Fact]
    public void Read_DamagedMember_FailsWithThatRowOnly()
    {
        using SourceTable table = Open(("0.x.npy", [1, 2, 3]), ("1.x.npy", Vector(3)), ("2.x.npy", Vector(3)[..^1]), ("3.x.npy", []));
        Assert.Equal("{x float32[1]}", table.RowSpec.ToString());
        Assert.Equal([3f], Row(table, 1));
        Assert.Equal(0, Assert.Throws<DataException>(() => Row(table, 0)).Row);
        DataException error = Assert.Throws<DataException>(() => table.Read(2, 1, [new TensorBlock(new float[4], 0, 8, null)], 0));
        Assert.Equal(2, error.Row);
        Assert.Contains("tensor 'x' at byte", error.Message, StringComparison.Ordinal);
        Assert.Contains("needs 4 bytes, but 3 follow", error.Message, StringComparison.Ordinal);
        Assert.Contains("not begin with", Assert.Throws<DataException>(() => table.SpecOf(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OnlyDamagedSamples_SaysTheFirstReason()
    {
        SourceFile file = _files.Source("a.tar", Tar(("0.x.npy", [1, 2, 3])));
        Assert.Contains("none of its 1 samples can be read; the first: tensor 'x'", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FieldTwice_IsRefused()
    {
        SourceFile file = _files.Source("a.tar", Tar(("0.x.npy", Scalar(1)), ("0.X.NPY", Scalar(1))));
        Assert.Contains("sample '0' has the field 'x.npy' twice", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoNpyMembers_SaysWhatIsLeftOut()
    {
        SourceFile file = _files.Source("a.tar", Tar(("0.jpg", [1]), ("1.jpg", [1]), ("README", [1]), ("__meta__/x.npy", Scalar(1)), ("__key__.npy", Scalar(1))));
        DataException error = Assert.Throws<DataException>(() => file.Open(null));
        Assert.Contains("2 × field 'jpg'; 1 × member whose name is no KEY.FIELD", error.Message, StringComparison.Ordinal);
        Assert.Null(file.Inspect().Rows);
    }

    [Fact]
    public void Open_StructuredMember_IsRefusedWithItsRow()
    {
        byte[] structured = WrittenFiles.Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': ()}", 4);
        using SourceTable table = Open(("0.x.npy", Scalar(1)), ("1.x.npy", structured));
        Assert.Contains("structured", Assert.Throws<DataException>(() => table.SpecOf(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_LongNames_AreRefused()
    {
        SourceFile file = _files.Source("a.tar", Tar(("0.x.npy", Scalar(1))), limits: new SourceLimits { MaxNameLength = 6 });
        Assert.Contains("a name of 7 characters; at most 6", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CutBetweenMembers_IsRefused()
    {
        byte[] bytes = Tar(("0.x.npy", Scalar(1)), ("1.x.npy", Scalar(1)));
        SourceFile file = _files.Source("a.tar", bytes.AsSpan(0, 1024));
        Assert.Contains("at byte 1024, the archive should have its end", Assert.Throws<DataException>(() => file.Open(null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('L')]
    [InlineData('K')]
    [InlineData('x')]
    [InlineData('g')]
    public void Open_NameOfGigabytes_TakesNoMemory(char type)
    {
        byte[] bytes = Tar(("0.x.npy", Scalar(1)));
        bytes[156] = (byte)type;
        "07777777777\0"u8.CopyTo(bytes.AsSpan(124));
        bytes.AsSpan(148, 8).Fill((byte)' ');
        int sum = bytes.AsSpan(0, 512).ToArray().Sum(each => each);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(bytes, 148);
        SourceFile file = _files.Source("a.tar", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DataException error = Assert.Throws<DataException>(() => file.Open(null));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
        Assert.Contains("where 1048576 are accepted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Index_StandsInTheBudget()
    {
        var budget = new MemoryBudget(1 << 20);
        SourceFile file = _files.Source("a.tar", Tar([.. Enumerable.Range(0, 100).Select(i => ($"{i}.x.npy", Scalar(i)))]));
        using (SourceTable table = file.Open(budget))
        {
            Assert.True(table.HeldInBytes > 100 * 24);
            Assert.Equal(table.HeldInBytes, budget.UsedInBytes);
            Assert.Equal([99f], Row(table, 99));
        }

        Assert.Equal(0, budget.UsedInBytes);
        Assert.Throws<PescadorException>(() => file.Open(new MemoryBudget(1_000)));
    }

    [Fact]
    public void Read_HeaderChangedAfterItWasRead_IsDataException()
    {
        byte[] bytes = Tar(("0.x.npy", Vector(1, 2)));
        SourceFile file = _files.Source("a.tar", bytes);
        using SourceTable table = file.Open(null);
        Assert.Equal("{x float32[2]}", table.SpecOf(0).ToString());
        using (FileStream stream = File.OpenWrite(file.Path))
        {
            stream.Position = 512 + bytes.AsSpan(512).IndexOf("(2"u8) + 1;
            stream.WriteByte((byte)'9');
        }

        Assert.Contains("changed", Assert.Throws<DataException>(() => table.Read(0, 1, [new TensorBlock(new float[2], 0, 8, null)], 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KnownForm_AllocatesNothing()
    {
        using SourceTable table = Open([.. Enumerable.Range(0, 100).Select(i => ($"{i}.x.npy", Vector(i, i)))]);
        TensorBlock[] blocks = [new TensorBlock(new float[200], 0, 8, null)];
        table.Read(0, 100, blocks, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        table.Read(0, 100, blocks, 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Scalar(float value) => WrittenFiles.Npy([value]);

    private static byte[] Vector(params float[] values) => WrittenFiles.Npy(values, values.Length);

    private static float[] Row(SourceTable table, long row)
    {
        SampleSpec spec = table.SpecOf(row);
        float[][] arrays = [.. spec.Tensors.ToArray().Select(tensor => new float[tensor.ElementCount])];
        table.Read(row, 1, Array.ConvertAll(arrays, array => new TensorBlock(array, 0, array.Length * 4, null)), 0);
        return [.. arrays.SelectMany(array => array)];
    }

    private SourceTable Open(params (string Name, byte[] Content)[] members) => _files.Source("a.tar", Tar(members)).Open(null);

    private static byte[] Tar(params (string Name, byte[] Content)[] members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in members)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return bytes.ToArray();
    }
}
