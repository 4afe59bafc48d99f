namespace Pescador.Fast.Tests;

/// <summary>Shards hold the rows of what was packed, bit for bit, and lie as promised.</summary>
public sealed class PackingTests
{
    [Theory]
    [InlineData(ShardFormat.Npy, true)]
    [InlineData(ShardFormat.SafeTensors, true)]
    [InlineData(ShardFormat.Npy, false)]
    [InlineData(ShardFormat.SafeTensors, false)]
    public void Pack_EveryKindOfFile_KeepsItsRowsBitForBit(ShardFormat format, bool isCommitted)
    {
        string folder = isCommitted ? MadeFiles.Committed : MadeFiles.FolderOrSkip();
        int packed = 0;
        foreach (MadeFile made in MadeFiles.In(folder).Where(made => made.Opens && made.Arrays[0].Shape[0] > 0))
        {
            using var shards = new PackedFolder();
            ReadArray[] expected = [.. made.Arrays.Select(array => array.Read(folder))];
            var options = new PackOptions { Format = format, ShardSizeInBytes = 4096 };
            if (format == ShardFormat.Npy && expected.Any(array => array.Name.AsSpan().IndexOfAny("./\\:") >= 0))
            {
                Assert.Throws<PescadorException>(() => ShardPacker.Pack([made.Public(folder)], shards.Path, options));
                continue;
            }

            PackResult result = ShardPacker.Pack([made.Public(folder)], shards.Path, options);
            Dictionary<string, ReadArray> read = shards.Read();
            Assert.Equal(made.Arrays[0].Shape[0], result.Rows);
            Assert.Equal(result.Files.Select(Path.GetFileName).Order(StringComparer.Ordinal), shards.Names);
            Assert.Equal(expected.Select(array => array.Name).Order(), read.Keys.Order());
            Assert.All(expected, array => read[array.Name].AssertEqual(array));
            packed++;
        }

        Assert.True(packed >= (isCommitted ? 6 : 80), $"{packed}");
    }

    [Theory]
    [InlineData(ShardFormat.Npy)]
    [InlineData(ShardFormat.SafeTensors)]
    public void Pack_OfSeveralSources_CutsShardsAcrossThem(ShardFormat format)
    {
        using var shards = new PackedFolder();
        Source[] sources = [shards.Numbered("a", 700), shards.Numbered("b", 5, first: 700), shards.Numbered("c", 600, first: 705)];
        PackResult result = ShardPacker.Pack(sources, shards.Path, new PackOptions { Format = format, ShardSizeInBytes = 8192 });
        Assert.Equal(Enumerable.Range(0, 1305).Select(row => (long)row), shards.Labels());
        Assert.Equal(4, result.Shards);
        Assert.Equal(result.LengthInBytes, result.Files.Sum(file => new FileInfo(file).Length));
        Assert.All(result.Files.GroupBy(file => Path.GetFileName(file)[..11]), shard => Assert.InRange(shard.Sum(file => new FileInfo(file).Length), 1, 8192));
    }

    [Theory]
    [InlineData(ShardFormat.Npy, 30, 2)]
    [InlineData(ShardFormat.SafeTensors, 30, 2)]
    [InlineData(ShardFormat.SafeTensors, 16, 8)]
    [InlineData(ShardFormat.SafeTensors, 1, 100)]
    public void Pack_ToEither_AlignsTensorsToTheCacheLine(ShardFormat format, int width, int shardSizeInKib)
    {
        using var shards = new PackedFolder();
        PackResult result = ShardPacker.Pack(
            [shards.Numbered("a", 1000, width)], shards.Path, new PackOptions { Format = format, ShardSizeInBytes = shardSizeInKib << 10 });
        IReadOnlyList<Source> sources = Source.OpenAll([shards.Path]);
        Assert.Equal(result.Shards, sources.Count);
        foreach (Source source in sources.SkipLast(1))
        {
            Assert.All(source.Inspect().Arrays, array => Assert.True(array.IsAligned, $"{array} at {array.OffsetInBytes}"));
        }

        // The last one may have a number of rows that does not come out even; then it is said.
        SourceInfo last = sources[^1].Inspect();
        Assert.All(last.Arrays, array => Assert.Equal(0, array.OffsetInBytes % array.ElementType.SizeInBytes()));
        Assert.Equal(last.Arrays.Any(array => !array.IsAligned), result.Notes.Count > 0);
        Assert.Equal(0, sources.Sum(source => SourceWarning.Of(source.Inspect()).Count(warning => warning.Kind != SourceWarningKind.NotOn64)));
    }

    [Fact]
    public void Pack_OfAwkwardRows_AlignsEachToItsElementsAtLeast()
    {
        using var shards = new PackedFolder();
        string path = shards.Beside("a.npz");
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create))
        {
            foreach ((string name, ElementType type, nint width) in new[] { ("a", ElementType.UInt8, (nint)3), ("b", ElementType.Float64, 5), ("c", ElementType.Int16, 7) })
            {
                using (var writer = new NpyWriter(shards.Beside("m.npy"), type, width))
                {
                    writer.SetRows(1013);
                    writer.Complete();
                }

                System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, shards.Beside("m.npy"), name + ".npy");
            }
        }

        PackResult result = ShardPacker.Pack(
            [Source.Npz(path)], shards.Path, new PackOptions { Format = ShardFormat.SafeTensors, ShardSizeInBytes = 20_000 });
        SourceInfo[] infos = [.. Source.OpenAll([shards.Path]).Select(source => source.Inspect())];
        Assert.Equal(1013, infos.Sum(info => info.Rows));
        Assert.All(infos.SkipLast(1), info => Assert.All(info.Arrays, array => Assert.True(array.IsAligned)));
        Assert.All(infos[^1].Arrays, array => Assert.Equal(0, array.OffsetInBytes % array.ElementType.SizeInBytes()));
        Assert.Contains("begin not on a multiple of 64", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Pack_Shuffled_IsAPermutationThatTheSeedDecides(int files)
    {
        using var shards = new PackedFolder();
        Source[] sources = [.. Enumerable.Range(0, files).Select(file => shards.Numbered($"f{file}", 200 + file, first: file * 1000))];
        long[] rows = [.. Enumerable.Range(0, files).SelectMany(file => Enumerable.Range(file * 1000, 200 + file)).Select(row => (long)row)];
        long[] Shuffled(long seed)
        {
            ShardPacker.Pack(sources, shards.Path, new PackOptions { Shuffle = true, Seed = seed, Replace = true });
            return shards.Labels();
        }

        long[] first = Shuffled(7);
        Assert.Equal(rows, first.Order());
        Assert.NotEqual(rows, first);
        Assert.Equal(first, Shuffled(7));
        Assert.NotEqual(first, Shuffled(8));
    }

    [Theory]
    [InlineData(ShardFormat.Npy)]
    [InlineData(ShardFormat.SafeTensors)]
    public void Pack_OfBadRows_LeavesOutAsManyAsItMay(ShardFormat format)
    {
        using var shards = new PackedFolder();
        string csv = shards.Beside("t.csv");
        File.WriteAllText(csv, "a,b\n" + string.Concat(Enumerable.Range(0, 100).Select(row => row is 10 or 50 ? $"{row},bad\n" : $"{row},1\n")));
        string damaged = shards.Beside("u.csv");
        File.WriteAllText(damaged, "");
        PackOptions options = new() { Format = format, ShardSizeInBytes = 800, MaxBadRows = 2 };
        PackResult result = ShardPacker.Pack([Source.Csv(csv)], shards.Path, options);
        Assert.Equal((98, 2), (result.Rows, result.SkippedCount));
        Assert.Equal([10, 50], result.Skipped.Select(bad => bad.Row));
        Assert.Equal(98, shards.Read()["X"].Shape[0]);

        DataException error = Assert.Throws<DataException>(
            () => ShardPacker.Pack([Source.Csv(csv)], shards.Path, options with { MaxBadRows = 1, Replace = true }));
        Assert.Equal(50, error.InnerException is DataException inner ? inner.Row : null);
    }

    [Fact]
    public void Pack_OfFilesThatCannotBeRead_CountsEachAsOneBadRow()
    {
        using var shards = new PackedFolder();
        File.WriteAllText(shards.Beside("z.npz"), "no zip");
        Source[] sources = [Source.Npz(shards.Beside("z.npz")), shards.Numbered("a", 10)];
        Assert.Throws<DataException>(() => ShardPacker.Pack(sources, shards.Path));
        Assert.False(Directory.Exists(shards.Path));
        PackResult result = ShardPacker.Pack(sources, shards.Path, new PackOptions { MaxBadRows = 1 });
        Assert.Equal((10, 1, 1), (result.Rows, result.SkippedCount, result.Skipped.Count));
    }

    [Fact]
    public void Pack_OfRowsWithoutElements_KeepsTheirNumber()
    {
        using var shards = new PackedFolder();
        using (var writer = new NpyWriter(shards.Beside("e.npy"), ElementType.Float32, 0))
        {
            writer.SetRows(7);
            writer.Complete();
        }

        ShardPacker.Pack([Source.Npy(shards.Beside("e.npy"))], shards.Path);
        Assert.Equal([7, 0], shards.Read()["X"].Shape);
    }

    [Fact]
    public void Pack_OfOtherForms_NamesTheFileAndTheForm()
    {
        using var shards = new PackedFolder();
        Source[] sources = [shards.Numbered("a", 10, width: 3), shards.Numbered("b", 10, width: 4)];
        DataException error = Assert.Throws<DataException>(() => ShardPacker.Pack(sources, shards.Path));
        Assert.Contains("b.X.npy", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected float32[3], got float32[4]", error.Message, StringComparison.Ordinal);
        Assert.Empty(shards.Names);
    }

    [Fact]
    public void Pack_OfATarWithOtherSamples_SkipsThemOrNamesWhatDiffers()
    {
        using var shards = new PackedFolder();
        string tar = shards.Beside("t.tar");
        using (var archive = new System.Formats.Tar.TarWriter(File.Create(tar)))
        {
            for (int sample = 0; sample < 10; sample++)
            {
                string member = shards.Beside("m.npy");
                using (var writer = new NpyWriter(member, sample == 4 ? ElementType.Float64 : ElementType.Float32))
                {
                    writer.SetRows(3);
                    writer.Complete();
                }

                archive.WriteEntry(member, $"{sample}.x.npy");
            }
        }

        DataException error = Assert.Throws<DataException>(() => ShardPacker.Pack([Source.Tar(tar)], shards.Path));
        Assert.Contains("expected float32[3], got float64[3]", error.Message, StringComparison.Ordinal);
        Assert.Empty(shards.Names);

        PackResult result = ShardPacker.Pack([Source.Tar(tar)], shards.Path, new PackOptions { MaxBadRows = 1, Format = ShardFormat.SafeTensors });
        Assert.Equal((9, 1), (result.Rows, result.SkippedCount));
        Assert.Equal(9, shards.Read()["x"].Shape[0]);
    }
}
