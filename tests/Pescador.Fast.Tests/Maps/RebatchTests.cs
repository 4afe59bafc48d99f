namespace Pescador.Fast.Tests;

public sealed class RebatchTests
{
    [Theory]
    [InlineData(3, new[] { 2, 5, 1, 4 }, "0 1 2|3 4 5|6 7 8|9 10 11")]
    [InlineData(5, new[] { 2, 5, 1, 4 }, "0 1 2 3 4|5 6 7 8 9|10 11")]
    [InlineData(1, new[] { 3 }, "0|1|2")]
    [InlineData(4, new[] { 0, 4, 0, 0, 5, 0 }, "0 1 2 3|4 5 6 7|8")]
    [InlineData(100, new[] { 3, 2 }, "0 1 2 3 4")]
    [InlineData(4, new[] { 0 }, "")]
    [InlineData(4, new int[0], "")]
    public void Rebatch_AnyLengths_GivesBatchesOfExactlySoManyRows(int rows, int[] lengths, string expected)
    {
        Assert.Equal(expected, Batches(MapData.MiniBatches(lengths).Rebatch(rows)));
        Assert.Equal(
            string.Join('|', expected.Split('|').Where(batch => batch != "" && batch.Split(' ').Length == rows)),
            Batches(MapData.MiniBatches(lengths).Rebatch(rows, partial: false)));
    }

    [Fact]
    public void Rebatch_Batches_AreDenseAndStartOn64Bytes()
    {
        foreach (Sample batch in MapData.MiniBatches(7, 7, 7).Rebatch(3, partial: false))
        {
            Assert.Equal("{X float32[3,2], Y int32[3]}", batch.Spec.ToString());
            Assert.All(batch.Core.Blocks, block => Assert.Equal(0, block.Address % 64));
            batch.Dispose();
        }
    }

    [Fact]
    public void Rebatch_ArraysAndOtherOrder_FollowTheFirst()
    {
        Sample[] miniBatches =
        [
            Sample.Of(("X", new float[,] { { 0, 0 }, { 1, -1 } }), ("Y", new[] { 0, 1 })),
            Sample.Of(("Y", new[] { 2, 3, 4 }), ("X", new float[,] { { 2, -2 }, { 3, -3 }, { 4, -4 } })),
        ];
        Assert.Equal("0 1 2|3 4", Batches(Streamer.From(miniBatches).Rebatch(3)));
        Assert.All(miniBatches, miniBatch => Assert.False(miniBatch.IsDisposed));
    }

    [Fact]
    public void Rebatch_ViewsOfRows_AreReadWhereTheyLie()
    {
        // Each row of the table is itself a mini-batch of three rows.
        var table = new TensorRows([new("Y", new TensorData(Enumerable.Range(0, 12).ToArray(), 4, 3))]);
        IEnumerable<string> batches = Streamer.FromRows(table, RowOrder.InOrder).Rebatch(4).Select(batch => MapData.Join(batch["Y"].Span<int>().ToArray()));
        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9 10 11"], batches);
    }

    [Fact]
    public void Rebatch_BatchTaken_AsksTheSourceForNoMoreThanItMust()
    {
        int given = 0;
        using ActiveStream<Sample> stream = MapData.MiniBatches(2, 2, 2).Tap(_ => given++).Rebatch(4).Start();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();

        Assert.Equal(2, given);
        Assert.Equal(0, stream.LooseSamples.Outstanding); // a mini-batch that was read whole is given back at once
    }

    [Fact]
    public void Rebatch_OwnPool_IsFourSlabsCountedWithTheStream()
    {
        Streamer<Sample> streamer = MapData.MiniBatches(9, 9).Rebatch(2);
        using (ActiveStream<Sample> stream = streamer.Start())
        {
            Assert.Equal(0, stream.Batches.Created);
            Assert.True(stream.MoveNext());
            Assert.Equal((4, 1, 1), (stream.Batches.Created, stream.Batches.Rented, stream.Batches.Outstanding));
            stream.Current.Dispose();
            Assert.Equal(0, stream.Batches.Outstanding);
        }

        foreach (Sample batch in streamer)
        {
            batch.Dispose();
        }

        using (ActiveStream<Sample> stream = streamer.Start())
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            Assert.Equal((4, 11), (stream.Batches.Created, stream.Batches.Rented)); // kept: 1 + 9 before
        }

        streamer.Trim();
        using (ActiveStream<Sample> stream = streamer.Start())
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            Assert.Equal(1, stream.Batches.Rented);
        }
    }

    [Fact]
    public void Rebatch_GivenPool_IsUsed()
    {
        using var pool = new SlabPool(MapData.Table(1).RowSpec.Stack(4), slabCount: 2);
        Assert.Equal("0 1 2 3|4", Batches(MapData.MiniBatches(5).Rebatch(4, pool: pool)));
        Assert.Equal((2, 0), (pool.Counters.Rented, pool.Counters.Outstanding));
        Sample next = pool.Rent(TestContext.Current.CancellationToken);
        Assert.Equal(pool.Spec, next.Spec); // not the short batch's
        next.Dispose();
    }

    [Fact]
    public void Rebatch_WithAllocatorAndBudget_TakesItsSlabsFromThere()
    {
        var budget = new MemoryBudget(1 << 20);
        Streamer<Sample> streamer = MapData.MiniBatches(4).Rebatch(2).With(SlabAllocator.Managed, budget);
        using (ActiveStream<Sample> stream = streamer.Start())
        {
            Assert.True(stream.MoveNext());
            Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<float>(stream.Current["X"].Memory, out _));
            stream.Current.Dispose();
            Assert.InRange(budget.UsedInBytes, 4 * 128, 1 << 20);
        }

        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void Rebatch_BatchesNotDisposed_SaysSoInsteadOfHanging()
    {
        Streamer<Sample> streamer = MapData.MiniBatches(9, 9).Rebatch(2).With(poolTimeout: TimeSpan.FromMilliseconds(80));
        ActiveStream<Sample> stream = streamer.Start();
        StreamScope scope = stream.Scope;
        var kept = new List<Sample>();
        PescadorException error = Assert.Throws<PescadorException>(() =>
        {
            while (stream.MoveNext())
            {
                kept.Add(stream.Current);
            }
        });

        Assert.Contains("all 4 of {X float32[2,2], Y int32[2]} are out", error.Message, StringComparison.Ordinal);
        Assert.Equal((4, 0, 0), (kept.Count, scope.LooseCounters.Outstanding, streamer.ActivationCount));
        kept.ForEach(batch => batch.Dispose());
    }

    [Fact]
    public void Rebatch_FailingInTheMiddleOfABatch_GivesTheSlabBack()
    {
        using var pool = new SlabPool(MapData.Table(1).RowSpec.Stack(5), slabCount: 1);
        Streamer<Sample> failing = MapData.MiniBatches(3, 3, 3).Tap(sample =>
        {
            if (sample["Y"].Span<int>()[0] == 6)
            {
                throw new TimeZoneNotFoundException();
            }
        }).Rebatch(5, pool: pool);
        using ActiveStream<Sample> stream = failing.Start();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();

        Assert.Throws<TimeZoneNotFoundException>(() => stream.MoveNext());
        Assert.Equal((2, 0), (pool.Counters.Rented, pool.Counters.Outstanding));
        Assert.Equal(0, stream.LooseSamples.Outstanding);
    }

    public static TheoryData<string, string> BadMiniBatches { get; } = new()
    {
        { "element type", "Tensor 'Y' of sample 1: expected int32[rows], as in the first one, got int64[2]." },
        { "axis", "Tensor 'X' of sample 1: expected float32[rows,2], as in the first one, got float32[2,3]." },
        { "scalar", "Tensor 'Y' of sample 1: expected int32[rows], as in the first one, got int32[]." },
        { "missing", "Tensor 'X' of sample 1: expected float32[rows,2], as in the first one, but there are only [Y]." },
        { "renamed", "Tensor 'X' of sample 1: expected float32[rows,2], as in the first one, but there are only [Z, Y]." },
        { "extra", "Tensor 'Z' of sample 1: expected only [X, Y], as in the first one, got int32[2] besides." },
        { "lengths", "Tensor 'Y' of sample 1 has 3 rows where 'X' has 2." },
    };

    [Theory]
    [MemberData(nameof(BadMiniBatches))]
    public void Rebatch_MiniBatchOfAnotherForm_NamesTensorAndSample(string difference, string expected)
    {
        var good = Sample.Of(("X", new float[2, 2]), ("Y", new int[2]));
        Sample bad = difference switch
        {
            "element type" => Sample.Of(("X", new float[2, 2]), ("Y", new long[2])),
            "axis" => Sample.Of(("X", new float[2, 3]), ("Y", new int[2])),
            "scalar" => Sample.Of(("X", new float[2, 2]), ("Y", TensorData.Scalar(1))),
            "missing" => Sample.Of(("Y", new int[2])),
            "renamed" => Sample.Of(("Z", new float[2, 2]), ("Y", new int[2])),
            "extra" => Sample.Of(("X", new float[2, 2]), ("Y", new int[2]), ("Z", new int[2])),
            _ => Sample.Of(("X", new float[2, 2]), ("Y", new int[3])),
        };
        using ActiveStream<Sample> stream = Streamer.From([good, bad]).Rebatch(3).Start();

        Assert.Equal(expected, Assert.Throws<DataException>(() => stream.MoveNext()).Message);
        Assert.Equal(0, stream.Views.Outstanding);
    }

    [Fact]
    public void Rebatch_FirstMiniBatchWithoutRows_IsRefused()
    {
        Assert.Equal(
            "Tensor 'Y' of sample 0: expected rows along a first axis, got the scalar int32[].", Message(Sample.Of(("Y", TensorData.Scalar(1)))));
        Assert.Equal("Sample 0 has no tensors, so it has no rows to batch.", Message(Sample.Of()));
        Assert.Equal("Tensor 'Y' of sample 0 has 3 rows where 'X' has 2.", Message(Sample.Of(("X", new float[2]), ("Y", new int[3]))));

        static string Message(Sample first) => Assert.Throws<DataException>(() => Streamer.From([first]).Rebatch(3).Start().MoveNext()).Message;
    }

    [Fact]
    public void Rebatch_MiniBatchOfAnotherFormThanThePool_IsRefused()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("Y", 4)), slabCount: 1);
        string message = Assert.Throws<DataException>(() => MapData.MiniBatches(4).Select(b => b).Rebatch(4, pool: pool).Start().MoveNext()).Message;
        Assert.Equal("Tensor 'X' of sample 0: expected only [Y], as in the pool, got float32[4,2] besides.", message);
    }

    [Fact]
    public void Rebatch_Arguments_AreChecked()
    {
        Assert.Equal("rows", Assert.Throws<ArgumentOutOfRangeException>(() => MapData.Numbered(1).Rebatch(0)).ParamName);
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("Y", 4)), slabCount: 1);
        string message = Assert.Throws<ArgumentException>(() => MapData.Numbered(1).Rebatch(5, pool: pool)).Message;
        Assert.StartsWith("The pool's slabs must hold 5 rows of each tensor; they hold {Y float32[4]}.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_IntoATreeWithAPoolInAnotherOrder_LaysTheRowsOutAsThePool()
    {
        using ActiveStream<Sample> stream = MapData.MiniBatches(5, 5).Rebatch(3).Start();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<int>("Y", 3), TensorSpec.Of<float>("X", 3, 2)), slabCount: 1);
        using ActiveStream<Sample> restored = MapData.MiniBatches(5, 5).Rebatch(3, pool: pool).Resume(stream.Save());

        Assert.True(restored.MoveNext());
        Assert.Equal([3, 4, 5], MapData.TakeNumbers(restored.Current));
    }

    private static string Batches(Streamer<Sample> streamer) => string.Join('|', streamer.Select(batch => MapData.Join(MapData.TakeNumbers(batch))));
}
