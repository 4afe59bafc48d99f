namespace Pescador.Fast.Tests;

/// <summary>Sources that are empty, huge, or oddly named.</summary>
public sealed class OddSourceTests
{
    [Theory]
    [InlineData("with space")]
    [InlineData("zwölf мешков 🐟")]
    [InlineData("new\nline")]
    [InlineData("..dots")]
    [InlineData("%s{0}")]
    public void OpenAll_OfAnOddName_FindsIt(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems refuse some of these names");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[name]);
        folder.Npy($"{name}/{name}", 3);
        Source source = Assert.Single(Source.OpenAll([folder.Path]));
        using Sample first = source.Rows(RowOrder.InOrder).Iterate(1).Single();
        Assert.Equal(["X", "Y"], first.Spec.Tensors.ToArray().Select(static tensor => tensor.Name));
    }

    [Theory]
    [InlineData(RowOrder.Random)]
    [InlineData(RowOrder.InOrder)]
    [InlineData(RowOrder.Permuted)]
    public void Rows_OfAnEmptyFile_AreNone(RowOrder order)
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 0);
        Assert.Empty(source.Rows(order).ToList());
        Assert.Empty(source.Rows(order).Buffer(4, partial: true).ToList());
        Assert.Empty(source.Windows(3, order).ToList());
        Assert.Empty(source.Shard(2, 3).Rows(order).ToList());
        (Source training, Source heldOut) = source.Split(0.3);
        Assert.Empty(training.Rows(order).Concat(heldOut.Rows(order)));
        Source five = folder.Npy("b", 5);
        Assert.Empty(five.Windows(6, order).ToList());
        Assert.Empty(five.Windows(int.MaxValue, order).ToList());
        Assert.Empty(five.Windows(int.MaxValue, order).Buffer(2, partial: true).ToList());
        using ActiveStream<Sample> stream = source.Rows(order).WithSeed(1).Open();
        Assert.False(stream.MoveNext());
        using ActiveStream<Sample> restored = source.Rows(order).WithSeed(1).Restore(stream.Save());
        Assert.False(restored.MoveNext());
    }

    [Fact]
    public void Windows_ThatAreNotThereAndWouldBeLongerThanMemory_AreNone()
    {
        using var files = new WrittenFiles();
        var source = Source.Npy(files.Write("a.npy", WrittenFiles.Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': (0, {1L << 40}), }}")));
        Streamer<Sample> windows = source.Windows(int.MaxValue);
        Assert.Empty(windows.ToList());
        Assert.Empty(windows.Buffer(2, partial: true).ToList());
    }

    [Theory]
    [InlineData(RowOrder.Random)]
    [InlineData(RowOrder.InOrder)]
    [InlineData(RowOrder.Permuted)]
    public void Rows_WithoutColumns_AreCounted(RowOrder order)
    {
        using var files = new WrittenFiles();
        var source = Source.Npy(files.Write("a.npy", WrittenFiles.Npy([], 7, 0)));
        foreach (Sample sample in source.Rows(order).Buffer(3, partial: true).Iterate(3))
        {
            Assert.Equal(0, sample["X"].Span<float>().Length);
            sample.Dispose();
        }

        foreach (Sample sample in source.Windows(3, order).Iterate(5))
        {
            sample.Dispose();
        }
    }

    [Theory]
    [InlineData(RowOrder.Random)]
    [InlineData(RowOrder.InOrder)]
    [InlineData(RowOrder.Permuted)]
    public void Rows_BeyondWhatAnIntCounts_AreFound(RowOrder order)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files without blocks");
        using var files = new WrittenFiles();
        const long Rows = (1L << 31) + 1000;
        string path = files.Write("a.npy", WrittenFiles.Npy($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({Rows},), }}"));
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(file.Length + Rows);
            file.Position = file.Length - 1;
            file.WriteByte(7);
        }

        var source = Source.Npy(path);
        Assert.Equal(Rows, source.Inspect().Rows);
        foreach (Sample sample in source.Rows(order).Buffer(64).Iterate(10))
        {
            sample.Dispose();
        }

        foreach (Sample sample in source.Windows(int.MaxValue, order).Iterate(10))
        {
            using (sample)
            {
                Assert.Equal(0, sample["X"].Span<byte>()[0]);
            }
        }

        int count = 0;
        byte last = 0;
        foreach (Sample batch in source.Shard(int.MaxValue - 1, int.MaxValue).Rows(RowOrder.InOrder).Buffer(10, partial: true))
        {
            using (batch)
            {
                count += (int)batch.Spec[0].Shape[0];
                last = batch["X"].Span<byte>()[^1];
            }
        }

        Assert.Equal((2, 7), (count, last));
    }
}
