namespace Pescador.Fast.Tests;

public sealed class RowWriterTests : IDisposable
{
    private static readonly SampleSpec RowSpec = new(TensorSpec.Of<float>("X", 2), TensorSpec.Of<int>("Y"));

    private readonly SlabPool _pool = new(RowSpec.Stack(3), 1);
    private readonly RowWriter _writer = new(RowSpec);
    private readonly Sample _batch;

    public RowWriterTests()
    {
        Assert.True(_pool.TryRent(out _batch));
        _writer.Begin(_batch.Core);
    }

    public void Dispose()
    {
        _batch.Dispose();
        Assert.Equal(0, _pool.Counters.Outstanding);
        _pool.Dispose();
    }

    [Fact]
    public void Append_Samples_LieOneAfterTheOther()
    {
        for (int i = 0; i < 3; i++)
        {
            using Sample sample = Sample.Of(("X", new float[] { i, -i }), ("Y", TensorData.Scalar(10 * i)));
            _writer.Append(sample);
        }

        Assert.Equal([0, 0, 1, -1, 2, -2], _batch["X"].Memory.ToArray());
        Assert.Equal([0, 10, 20], _batch["Y"].As<int>().ToArray());
        Assert.Equal(3, _writer.Row);
    }

    [Fact]
    public void Append_TensorsInOtherOrder_AreFoundByName()
    {
        using Sample sample = Sample.Of(("Y", TensorData.Scalar(7)), ("X", new float[] { 1, 2 }));
        _writer.Append(sample);

        Assert.Equal([1, 2], _batch["X"].Memory[..2].ToArray());
        Assert.Equal(7, _batch["Y"].As<int>().Span[0]);
    }

    [Fact]
    public void Append_OtherShape_NamesTensorAndSampleAndBothForms()
    {
        _writer.SamplesBefore = 6;
        using Sample good = Sample.Of(("X", new float[2]), ("Y", TensorData.Scalar(0)));
        _writer.Append(good);
        using Sample bad = Sample.Of(("X", new float[3]), ("Y", TensorData.Scalar(0)));

        DataException error = Assert.Throws<DataException>(() => _writer.Append(bad));

        Assert.StartsWith("Tensor 'X' of sample 7: expected float32[2], got float32[3]", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, _writer.Row);
    }

    [Fact]
    public void Append_TensorMissing_NamesThoseThereAre()
    {
        using Sample bad = Sample.Of(("X", new float[2]));

        Assert.Contains("'Y' of sample 0: expected int32[], but there are only [X]", Error(bad), StringComparison.Ordinal);
    }

    [Fact]
    public void Append_TensorTooMany_NamesIt()
    {
        using Sample bad = Sample.Of(("X", new float[2]), ("Y", TensorData.Scalar(0)), ("Z", new byte[1]));

        Assert.Contains("'Z' of sample 0: expected only [X, Y]", Error(bad), StringComparison.Ordinal);
    }

    [Fact]
    public void AppendRows_OfATable_CopiesThemAtOnce()
    {
        var table = new TensorRows([new("X", new float[,] { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } }), new("Y", new[] { 1, 2, 3, 4 })]);
        Assert.True(_writer.Accept(table.RowSpec));
        _writer.AppendRows(table.Blocks, 1, 3);

        Assert.Equal([3, 4, 5, 6, 7, 8], _batch["X"].Memory.ToArray());
        Assert.Equal([2, 3, 4], _batch["Y"].As<int>().ToArray());
    }

    [Fact]
    public void Append_ToABatchOfArrays_WritesThem()
    {
        using var pool = new SlabPool(RowSpec.Stack(1), 1, SlabAllocator.Managed);
        Assert.True(pool.TryRent(out Sample batch));
        _writer.Begin(batch.Core);
        using Sample sample = Sample.Of(("X", new float[] { 1, 2 }), ("Y", TensorData.Scalar(3)));
        _writer.Append(sample);

        Assert.Equal([1, 2], batch["X"].Memory.ToArray());
        Assert.Equal(3, batch["Y"].As<int>().Span[0]);
        batch.Dispose();
    }

    [Fact]
    public void Append_Disposed_Throws()
    {
        Sample sample = Sample.Of(("X", new float[2]), ("Y", TensorData.Scalar(0)));
        sample.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _writer.Append(sample));
        Assert.Throws<InvalidOperationException>(() => _writer.Append(default));
    }

    private string Error(Sample sample) => Assert.Throws<DataException>(() => _writer.Append(sample)).Message;
}
