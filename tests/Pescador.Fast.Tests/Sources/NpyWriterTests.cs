namespace Pescador.Fast.Tests;

public sealed class NpyWriterTests
{
    public static TheoryData<ElementType> Types => [.. Enum.GetValues<ElementType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Write_EachElementType_IsReadAgain(ElementType type)
    {
        using var folder = new TemporaryFolder();
        var spec = new SampleSpec(new TensorSpec("X", type, 5, 2, 3));
        using var pool = new SlabPool(spec, 1);
        using Sample rows = pool.Rent();
        Span<byte> bytes = rows["X"].Bytes(0, (int)rows["X"].Spec.LengthInBytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(type == ElementType.Bool ? i & 1 : i);
        }

        using (var writer = new NpyWriter(folder["a.npy"], type, 2, 3))
        {
            writer.Write(rows["X"]);
            Assert.Equal(5, writer.Rows);
            Assert.False(File.Exists(folder["a.npy"]));
            writer.Complete();
        }

        ArrayInfo info = Assert.Single(Source.Npy(folder["a.npy"]).Inspect().Arrays);
        Assert.True(info.IsAligned);
        Assert.Equal($"X {type.Name()}[5,2,3]", info.ToString());
        using ActiveStream<Sample> batches = Source.Npy(folder["a.npy"]).Rows(RowOrder.InOrder).Buffer(5).Open();
        Assert.True(batches.MoveNext());
        using Sample batch = batches.Current;
        Assert.Equal(bytes, batch["X"].Bytes(0, bytes.Length));
    }

    [Fact]
    public void Dispose_BeforeComplete_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new NpyWriter(folder["a.npy"], ElementType.Float32, 2))
        {
            writer.Write<float>([1, 2]);
            Assert.NotEmpty(Directory.GetFiles(folder.Path));
        }

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Complete_OverAnExistingFile_ReplacesIt()
    {
        using var folder = new TemporaryFolder();
        foreach (int rows in (int[])[3, 7])
        {
            using var writer = new NpyWriter(folder["a.npy"], ElementType.Float32);
            writer.Write<float>(new float[rows]);
            writer.Complete();
            Assert.Equal(rows, Source.Npy(folder["a.npy"]).Inspect().Rows);
        }
    }

    [Fact]
    public void Write_WhatDoesNotFit_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var writer = new NpyWriter(folder["a.npy"], ElementType.Float32, 2);
        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => writer.Write<int>([1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("rows of 8 bytes", Assert.Throws<ArgumentException>(() => writer.Write<float>([1, 2, 3])).Message, StringComparison.Ordinal);
        using var sample = Sample.Of(("X", new float[2, 3]));
        Assert.Contains("float32[2,3]", Assert.Throws<ArgumentException>(() => writer.Write(sample["X"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            writer.Write<float>([1, 2]);
            writer.SetRows(0);
        });
        writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => writer.Write<float>([1, 2]));
        Assert.Throws<DirectoryNotFoundException>(() => new NpyWriter(folder["no/such/folder.npy"], ElementType.Float32));
    }
}
