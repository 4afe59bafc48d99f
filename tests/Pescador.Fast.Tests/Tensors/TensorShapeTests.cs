namespace Pescador.Fast.Tests;

public sealed class TensorShapeTests
{
    [Fact]
    public void Scalar_Rented_HoldsOneElementWithoutAxes()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<double>("s")), 1);
        Assert.True(pool.TryRent(out Sample sample));
        sample["s"].Span<double>()[0] = 2.5;

        Assert.Equal(2.5, sample["s"].Item<double>());
        Assert.True(sample["s"].Shape.IsEmpty);
        Assert.Equal(1, sample["s"].ElementCount);
        Assert.Equal([1], sample["s"].AsTensorSpan<double>().Lengths.ToArray());
        sample.Dispose();
    }

    [Fact]
    public void AsSpan2D_Scalar_SaysItHasNoRows()
    {
        using Sample sample = Sample.Of(("s", TensorData.Scalar(1f)));

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => _ = sample["s"].Rows);

        Assert.Contains("'s float32[]' is a scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Item_OfThree_SaysHowManyThereAre()
    {
        using Sample sample = Sample.Of(("X", new float[3]));

        Assert.Contains("3 elements", Assert.Throws<InvalidOperationException>(() => sample["X"].Item<float>()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(0, 0)]
    public void ZeroSized_EveryView_IsEmpty(int rows, int columns)
    {
        var spec = new SampleSpec(TensorSpec.Of<float>("X", rows, columns), TensorSpec.Of<float>("Y", 1));
        foreach (SlabAllocator allocator in (SlabAllocator[])[SlabAllocator.Native, SlabAllocator.Managed])
        {
            using var pool = new SlabPool(spec, 1, allocator);
            Assert.True(pool.TryRent(out Sample sample));
            TensorView view = sample["X"];
            Assert.True(view.Memory.IsEmpty);
            Assert.True(view.Span<float>().IsEmpty);
            Assert.True(view.Part<float>(0, 0).IsEmpty);
            Assert.True(view.Rows.IsEmpty);
            Assert.Equal([rows, columns], view.AsTensorSpan<float>().Lengths.ToArray());
            view.Pin().Dispose();
            sample["Y"].Span<float>()[0] = 1;
            sample.Dispose();
        }
    }

    [Fact]
    public void NoTensors_Rented_IsASampleWithoutLength()
    {
        using var pool = new SlabPool(new SampleSpec(), 1);
        Assert.True(pool.TryRent(out Sample sample));

        Assert.Equal(0, sample.Count);
        Assert.Null(sample.Length);
        Assert.Equal("{}", sample.ToString());
        sample.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void AsTensorSpan_RankNine_HasItsShape()
    {
        nint[] shape = [2, 1, 3, 1, 2, 1, 1, 2, 2];
        using Sample sample = Sample.Of(("X", new TensorData(Enumerable.Range(0, 48).ToArray(), shape)));

        Assert.Equal(shape, sample["X"].AsTensorSpan<int>().Lengths.ToArray());
        Assert.Equal(47, sample["X"].AsTensorSpan<int>()[[1, 0, 2, 0, 1, 0, 0, 1, 1]]);
    }

    [Fact]
    public void AsSpan2D_RankThree_JoinsTheLaterAxes()
    {
        using Sample sample = Sample.Of(("X", new float[5, 2, 3]));

        Assert.Equal((5, 6), (sample["X"].Rows.Height, sample["X"].Rows.Width));
    }

    [Fact]
    public void Length_Batch_IsTheFirstAxis()
    {
        using Sample sample = Sample.Of(("X", new float[5, 2]), ("Y", new byte[5]));

        Assert.Equal(5, sample.Length);
    }

    [Fact]
    public void Length_TensorsDisagree_NamesBoth()
    {
        using Sample sample = Sample.Of(("X", new float[5, 2]), ("Y", new byte[4]));

        Assert.Contains("'Y' has 4 rows where 'X' has 5", Assert.Throws<DataException>(() => sample.Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_WithScalar_NamesIt()
    {
        using Sample sample = Sample.Of(("X", new float[5]), ("s", TensorData.Scalar(1)));

        Assert.Contains("'s' is a scalar", Assert.Throws<DataException>(() => sample.Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorSpec_TooManyBytes_NamesTensorAndShape()
    {
        OverflowException error = Assert.Throws<OverflowException>(() => TensorSpec.Of<double>("X", (nint)1 << 31, (nint)1 << 30));

        Assert.Contains("'X' of the shape [2147483648,1073741824]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TensorSpec_LargestThatFits_Fits() =>
        Assert.Equal(nint.MaxValue / 8 * 8, TensorSpec.Of<double>("X", nint.MaxValue / 8).LengthInBytes);

    [Fact]
    public void TensorSpec_HugeAxesAndAZero_IsEmptyInAnyOrder()
    {
        Assert.Equal(0, TensorSpec.Of<float>("X", nint.MaxValue, nint.MaxValue, 0).LengthInBytes);
        Assert.Equal(0, TensorSpec.Of<float>("X", 0, nint.MaxValue, nint.MaxValue).LengthInBytes);
    }

    [Fact]
    public void TensorSpec_NegativeAxis_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => TensorSpec.Of<float>("X", 2, -1));

    [Fact]
    public void SlabLayout_SumTooLarge_Overflows()
    {
        var spec = new SampleSpec(TensorSpec.Of<byte>("a", nint.MaxValue - 100), TensorSpec.Of<byte>("b", 200));

        Assert.Throws<OverflowException>(() => new SlabPool(spec, 1));
    }
}
