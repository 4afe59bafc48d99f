namespace Pescador.Fast.Tests;

/// <summary>Which rows a source's streams give, and in which order.</summary>
public sealed class SourceRowsTests
{
    private const int Rows = 40;

    [Fact]
    public void Rows_InOrder_GivesEachRowOnce()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(Enumerable.Range(0, Rows), Labels(folder.Npy("a", Rows).Rows(RowOrder.InOrder)));
    }

    [Theory]
    [InlineData(Rows)]
    [InlineData(3000)] // more than a list would be kept of
    public void Rows_Permuted_GivesEachRowOnceInAnotherOrder(int rows)
    {
        using var folder = new TemporaryFolder();
        int[] labels = Labels(folder.Npy("a", rows).Rows(RowOrder.Permuted).WithSeed(1));
        Assert.NotEqual(Enumerable.Range(0, rows), labels);
        Assert.Equal(Enumerable.Range(0, rows), labels.Order());
    }

    [Fact]
    public void Rows_Random_GivesAllRowsAlike()
    {
        using var folder = new TemporaryFolder();
        var counts = new double[Rows];
        foreach (int label in Labels(folder.Npy("a", Rows).Rows().WithSeed(2), 40_000))
        {
            counts[label]++;
        }

        // Chi-squared with 39 degrees of freedom exceeds 86 with a probability below 10⁻⁵.
        Assert.True(ChiSquared(counts) < 86, $"{ChiSquared(counts)}");
        counts[3] *= 1.5;
        Assert.True(ChiSquared(counts) > 86, "the check cannot fail");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(50)] // more parts than rows: some are empty
    public void Shard_AllParts_AreTheWholeInAdjacentPieces(int parts)
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", Rows);
        int[][] shards = [.. Enumerable.Range(0, parts).Select(i => Labels(source.Shard(i, parts).Rows(RowOrder.InOrder)))];
        Assert.Equal(Enumerable.Range(0, Rows), shards.SelectMany(static shard => shard));
        Assert.True(shards.Max(static shard => shard.Length) - shards.Min(static shard => shard.Length) <= 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void Split_BothParts_AreTheWholeByChance(double heldOut)
    {
        using var folder = new TemporaryFolder();
        (Source training, Source held) = folder.Npy("a", Rows).Split(heldOut, seed: 5);
        int[] trained = Labels(training.Rows(RowOrder.InOrder));
        int[] kept = Labels(held.Rows(RowOrder.Permuted));
        Assert.Equal((int)(Rows * heldOut), kept.Length);
        Assert.Equal(Enumerable.Range(0, Rows), trained.Concat(kept).Order());
        if (trained.Length > 1)
        {
            Assert.NotEqual(trained.Order(), trained);
        }
    }

    [Fact]
    public void Split_OfAShard_StaysInTheShard()
    {
        using var folder = new TemporaryFolder();
        (Source training, Source held) = folder.Npy("a", Rows).Shard(1, 2).Split(0.3, seed: 5);
        int[] both = [.. Labels(training.Shard(0, 2).Rows(RowOrder.InOrder)), .. Labels(training.Shard(1, 2).Rows(RowOrder.InOrder)), .. Labels(held.Rows(RowOrder.InOrder))];
        Assert.Equal(Enumerable.Range(20, 20), both.Order());
    }

    [Fact]
    public void Windows_Random_BeginAtEveryPossibleRowAndHoldAdjacentOnes()
    {
        using var folder = new TemporaryFolder();
        var begins = new double[Rows - 5 + 1];
        using ActiveStream<Sample> stream = folder.Npy("a", Rows).Windows(5).WithSeed(1).Open();
        for (int i = 0; i < 20_000; i++)
        {
            Assert.True(stream.MoveNext());
            using Sample window = stream.Current;
            Span<long> labels = window["Y"].Span<long>();
            Assert.Equal([5, 4], [window["X"].Shape[0], window["X"].Shape[1]]);
            Assert.Equal(Enumerable.Range((int)labels[0], 5).Select(static label => (long)label), labels.ToArray());
            Assert.Equal(labels[4], window["X"].Span<float>()[16]);
            begins[labels[0]]++;
        }

        Assert.DoesNotContain(0, begins);
        Assert.True(ChiSquared(begins) < 80, $"{ChiSquared(begins)}"); // 35 degrees of freedom, probability below 10⁻⁵
    }

    [Fact]
    public void Windows_LongerThanTheSource_AreNone()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(Labels(folder.Npy("a", 3).Windows(4, RowOrder.InOrder)));
        Assert.Single(Labels(folder.Npy("b", 4).Windows(4, RowOrder.InOrder)));
    }

    [Fact]
    public void Source_WithWrongArguments_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Shard(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Shard(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Windows(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Split(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Split(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Rows((RowOrder)9));
        Assert.Throws<InvalidOperationException>(() => source.Split(0.5).Training.Windows(2));
        Assert.Throws<InvalidOperationException>(() => source.Split(0.5).Training.Split(0.5));
        Assert.Throws<ArgumentException>(() => Source.Npz(""));
        Assert.Contains("known are", Assert.Throws<DataException>(() => Source.Open("a.xyz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAll_OfAFolder_GroupsFilesOfOneStem()
    {
        using var folder = new TemporaryFolder();
        folder.Npy("b", 3);
        folder.Npy("a", 4);
        folder.Npz("c", 5, isDeflated: true);
        Directory.CreateDirectory(folder["deeper"]);
        File.WriteAllText(folder["deeper/d.csv"], "1,2\n3,4\n");
        File.WriteAllText(folder["notes.txt"], "not data");
        IReadOnlyList<Source> sources = Source.OpenAll([folder.Path]);
        Assert.Equal(["npy a.X.npy, a.Y.npy", "npy b.X.npy, b.Y.npy", "npz c.npz", "csv d.csv"], sources.Select(static source => source.ToString()));
        Assert.Equal([4, 3, 5, 2], sources.Select(static source => (int)source.Inspect().Rows!));
        Assert.Throws<DataException>(() => Source.OpenAll([folder["nothing"]]));
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains(".npz", Assert.Throws<DataException>(() => Source.OpenAll([folder["empty"]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAll_WithLinksThatLoop_FindsEachFileOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "links need a right elsewhere");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a"]);
        Directory.CreateDirectory(folder["b"]);
        folder.Npy("a/x", 2);
        folder.Npy("b/y", 2);
        Directory.CreateSymbolicLink(folder["a/up"], "..");
        Directory.CreateSymbolicLink(folder["a/self"], folder["a"]);
        Directory.CreateSymbolicLink(folder["b/other"], folder["a"]);
        Directory.CreateSymbolicLink(folder["none"], folder["nowhere"]);
        IReadOnlyList<Source> found = await Task.Run(() => Source.OpenAll([folder.Path])).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["a/x.X.npy", "b/other/x.X.npy", "b/y.X.npy"], found.Select(source => Path.GetRelativePath(folder.Path, source.Path)));
    }

    [Fact]
    public void OpenAll_OfALinkedFolderWithLinksOfItsOwn_FollowsThemFromWhereItIs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "links need a right elsewhere");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["deep/down/data"]);
        Directory.CreateDirectory(folder["deep/other/inner"]);
        folder.Npy("deep/other/inner/x", 2);
        Directory.CreateSymbolicLink(folder["deep/down/data/link"], "../../other");
        Directory.CreateSymbolicLink(folder["deep/other/inner/back"], "../../down/data");
        Directory.CreateSymbolicLink(folder["entry"], "deep/down");
        Source source = Assert.Single(Source.OpenAll([folder["entry/data/"]]));
        Assert.Equal("link/inner/x.X.npy", Path.GetRelativePath(folder["entry/data"], source.Path));
    }

    [Fact]
    public void OpenAll_WithAStemThatIsAFile_LosesNeither()
    {
        using var folder = new TemporaryFolder();
        folder.Npz("a", 2, isDeflated: false);
        folder.Npy("a.npz", 2);
        Assert.Equal(["npz", "npy"], Source.OpenAll([folder.Path]).Select(static source => source.Format));
    }

    [Fact]
    public void Rows_BeyondFourGibibytes_AreRead()
    {
        using var folder = new TemporaryFolder();
        const long Rows = 5L << 18; // of 4 KiB: 5 GiB, nearly all of them holes
        float[] row = new float[1024];
        using (var writer = new NpyWriter(folder["big.npy"], ElementType.Float32, row.Length))
        {
            writer.SetRows(Rows - 1);
            row[0] = 7;
            row[^1] = 8;
            writer.Write<float>(row);
            writer.Complete();
        }

        Source big = Source.Npy(folder["big.npy"]);
        Assert.Equal(Rows, big.Inspect().Rows);
        using ActiveStream<Sample> last = big.Shard((int)Rows - 1, (int)Rows).Rows(RowOrder.InOrder).Open();
        Assert.True(last.MoveNext());
        using (Sample sample = last.Current)
        {
            Assert.Equal(row, sample["X"].Span<float>());
            Assert.Equal(row, sample["X"].Memory.ToArray());
        }

        using ActiveStream<Sample> batches = big.Shard((1 << 10) - 1, 1 << 10).Rows(RowOrder.InOrder).Buffer(1280).Open();
        Assert.True(batches.MoveNext());
        using Sample batch = batches.Current;
        Assert.Equal(8, batch["X"].Span<float>()[^1]);
    }

    private static int[] Labels(Streamer<Sample> rows, long? count = null) => [.. rows.Iterate(count).Select(static sample =>
    {
        using (sample)
        {
            Assert.Equal(sample["Y"].Shape.IsEmpty ? sample["Y"].Item<long>() : sample["Y"].Span<long>()[0], sample["X"].Span<float>()[0]);
            return sample["Y"].Shape.IsEmpty ? (int)sample["Y"].Item<long>() : (int)sample["Y"].Span<long>()[0];
        }
    })];

    private static double ChiSquared(double[] counts)
    {
        double expected = counts.Sum() / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
