using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests.Maps;

public sealed class BufferTests
{
    [Fact]
    public void Buffer_OfVectors_StacksAlongANewFirstAxis()
    {
        using ActiveStream<Sample> stream = Numbers(6, 2).Buffer(3).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        Assert.Equal("{X float32[3,2], id int32[3]}", batch.Spec.ToString());
        Assert.Equal([0, 0.5f, 1, 1.5f, 2, 2.5f], batch["X"].Span<float>().ToArray());
        Assert.Equal([0, 1, 2], batch["id"].Span<int>().ToArray());
        Assert.Equal(3, batch.Length);
        Assert.Equal(2.5f, batch["X"].Rows[2, 1]);
        Assert.Equal(1.5f, batch["X"].AsTensorSpan<float>()[1, 1]);
    }

    [Theory]
    [InlineData(7, false, new[] { 3, 3 })]
    [InlineData(7, true, new[] { 3, 3, 1 })]
    [InlineData(6, true, new[] { 3, 3 })]
    [InlineData(2, false, new int[0])]
    [InlineData(2, true, new[] { 2 })]
    [InlineData(0, true, new int[0])]
    public void Buffer_AtTheEnd_GivesAShortBatchOnlyIfAsked(int samples, bool partial, int[] lengths)
    {
        var found = new List<int>();
        int next = 0;
        foreach (Sample batch in Numbers(samples, 2).Buffer(3, partial))
        {
            using (batch)
            {
                found.Add((int)batch["id"].ElementCount);
                Assert.All(batch["id"].Span<int>().ToArray(), id => Assert.Equal(next++, id));
                Assert.Equal(found[^1] * 2, batch["X"].Memory.Length);
            }
        }

        Assert.Equal(lengths, found);
    }

    [Fact]
    public void Buffer_AlongAxisZero_JoinsMiniBatches()
    {
        using ActiveStream<Sample> stream = Numbers(12, 2).Buffer(2).Buffer(3, axis: 0).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        Assert.Equal("{X float32[6,2], id int32[6]}", batch.Spec.ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5], batch["id"].Span<int>().ToArray());
    }

    [Theory]
    [InlineData(6, new[] { 3, 3 })]
    [InlineData(5, new[] { 3, 2 })]
    public void Buffer_AlongAxisOne_PutsRowsSideBySide(int samples, int[] lengths)
    {
        IEnumerable<Sample> each = Enumerable.Range(0, samples).Select(i => Sample.Of(("X", new int[,] { { i, i }, { 10 + i, 10 + i } })));
        var found = new List<int>();
        int before = 0;
        foreach (Sample batch in Streamer.From(each).Buffer(3, partial: true, axis: 1))
        {
            using (batch)
            {
                int joined = (int)batch["X"].Shape[1] / 2;
                found.Add(joined);
                for (int row = 0; row < 2; row++)
                {
                    int[] expected = [.. Enumerable.Range(before, joined).SelectMany(i => new[] { (10 * row) + i, (10 * row) + i })];
                    Assert.Equal(expected, batch["X"].AsSpan2D<int>().GetRowSpan(row).ToArray());
                }

                before += joined;
            }
        }

        Assert.Equal(lengths, found);
    }

    [Fact]
    public void Buffer_AlongAnAxisThatATensorLacks_SaysWhich()
    {
        using ActiveStream<Sample> stream = Numbers(6, 2).Buffer(3, axis: 0).Open();
        DataException error = Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.Equal("Tensor 'id' is int32[]: it has no axis 0 to join along.", error.Message);
    }

    [Fact]
    public void Buffer_OfZeroSizedAndScalarTensors_Stacks()
    {
        IEnumerable<Sample> each = Enumerable.Range(0, 4).Select(i => Sample.Of(("none", new float[0, 3]), ("one", TensorData.Scalar((short)i))));
        using ActiveStream<Sample> stream = Streamer.From(each).Buffer(4).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        Assert.Equal("{none float32[4,0,3], one int16[4]}", batch.Spec.ToString());
        Assert.Equal(0, batch["none"].Memory.Length);
        Assert.Equal([0, 1, 2, 3], batch["one"].Span<short>().ToArray());
    }

    [Theory]
    [InlineData("X", 3, typeof(float), "Tensor 'X' of sample 5: expected float32[2], got float32[3]")]
    [InlineData("X", 2, typeof(double), "Tensor 'X' of sample 5: expected float32[2], got float64[2]")]
    [InlineData("Z", 2, typeof(float), "Tensor 'X' of sample 5: expected float32[2], but there are only [Z]")]
    public void Buffer_OfASampleUnlikeTheFirst_SaysWhichTensorOfWhichSample(string name, int length, Type type, string message)
    {
        IEnumerable<Sample> each = Enumerable.Range(0, 9).Select(i => i == 5
            ? Sample.Of((name, Array.CreateInstance(type, length)))
            : Sample.Of(("X", new float[2])));
        using ActiveStream<Sample> stream = Streamer.From(each).Buffer(3).Open();
        Assert.True(stream.MoveNext());
        stream.Current.Dispose();
        DataException error = Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Buffer_OfASampleWithATensorMore_SaysWhich()
    {
        IEnumerable<Sample> each = [Sample.Of(("X", new float[2])), Sample.Of(("X", new float[2]), ("W", new float[1]))];
        using ActiveStream<Sample> stream = Streamer.From(each).Buffer(2).Open();
        DataException error = Assert.Throws<DataException>(() => stream.MoveNext());
        Assert.Equal("Tensor 'W' of sample 1: expected only [X], got float32[1] besides, as in the first sample of the stream.", error.Message);
    }

    [Fact]
    public void Buffer_OfTensorsInAnotherOrder_TakesThemByName()
    {
        IEnumerable<Sample> each =
        [
            Sample.Of(("a", new float[] { 1 }), ("b", new float[] { 2 })),
            Sample.Of(("b", new float[] { 4 }), ("a", new float[] { 3 })),
        ];
        using ActiveStream<Sample> stream = Streamer.From(each).Buffer(2).Open();
        Assert.True(stream.MoveNext());
        using Sample batch = stream.Current;
        Assert.Equal([1f, 3f], batch["a"].Span<float>().ToArray());
        Assert.Equal([2f, 4f], batch["b"].Span<float>().ToArray());
    }

    [Fact]
    public void Buffer_OfSizeZero_IsRefused()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(1, 1).Buffer(0));
        Assert.StartsWith("A batch holds at least one sample.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(1, 1).Buffer(1, axis: -1));
    }

    [Fact]
    public void Buffer_WithAPoolOfAnotherForm_NamesBoth()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 3, 4)));
        using ActiveStream<Sample> stream = Numbers(6, 2).Buffer(3, pool: pool).Open();
        PescadorException error = Assert.Throws<PescadorException>(() => stream.MoveNext());
        Assert.Equal(
            "Buffer(3) needs slabs for {X float32[3,2], id int32[3]}; the pool it was given has slabs for {X float32[3,4]}.", error.Message);
    }

    [Fact]
    public void Buffer_WhoseBatchesAreKept_TimesOutAndSaysWhy()
    {
        Streamer<Sample> streamer = Numbers(100, 2).Cycle().Buffer(3).With(poolTimeout: TimeSpan.FromMilliseconds(120));
        var kept = new List<Sample>();
        PescadorException error = Assert.Throws<PescadorException>(() => kept.AddRange(streamer));
        Assert.StartsWith("No slab came back within 0.12 s: all 4 of {X float32[3,2], id int32[3]} are out.", error.Message, StringComparison.Ordinal);
        GC.KeepAlive(kept);
    }

    [Fact]
    public void Buffer_WhoseConsumerIsCancelled_EndsItsWait()
    {
        using var cancellation = new CancellationTokenSource();
        using ActiveStream<Sample> stream = Numbers(100, 2).Cycle().Buffer(3).Open(cancellation.Token);
        var kept = new List<Sample>();
        for (int i = 0; i < 4; i++)
        {
            Assert.True(stream.MoveNext());
            kept.Add(stream.Current);
        }

        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => stream.MoveNext());
        kept.ForEach(static batch => batch.Dispose());
    }

    [Fact]
    public void Buffer_UnderABudgetThatIsTooSmall_NamesTheConsumerAndBothNumbers()
    {
        Streamer<Sample> streamer = Numbers(100, 2).Buffer(1000).With(budget: new MemoryBudget(20_000));
        using ActiveStream<Sample> stream = streamer.Open();
        PescadorException error = Assert.Throws<PescadorException>(() => stream.MoveNext());
        Assert.StartsWith(
            "A pool of 4 slabs for {X float32[1000,2], id int32[1000]} needs 12032 bytes, but the memory budget has 7968 of 20000 bytes left.",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Foreach_ThatForgetsToDisposeItsBatches_StillEnds()
    {
        int batches = 0;
        PoolCounters counters = default;
        using (ActiveStream<Sample> stream = Numbers(60, 2).Buffer(3).Open())
        {
            while (Forget(stream))
            {
                batches++;
                counters = stream.Batches;
            }
        }

        Assert.Equal(20, batches);
        Assert.True(counters.Forgotten >= 16, $"{counters}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Forget(ActiveStream<Sample> stream) => stream.MoveNext() && !stream.Current.IsDisposed;

    private static Streamer<Sample> Numbers(int count, int width)
    {
        var x = new float[count, width];
        var id = new int[count];
        for (int row = 0; row < count; row++)
        {
            id[row] = row;
            for (int column = 0; column < width; column++)
            {
                x[row, column] = row + (column * 0.5f);
            }
        }

        return Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = x, ["id"] = id }, RowOrder.InOrder);
    }
}
