namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchTensorTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 6, 4, 2), TensorSpec.Of<long>("Y", 6));

    public TorchTensorTests() => Libtorch.Require();

    [Fact]
    public unsafe void Over_ABatch_LiesWhereTheBatchLies()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        using Sample batch = pool.Rent();
        using TorchTensor x = TorchTensor.Over(batch["X"]);
        using TorchTensor y = TorchTensor.Over(batch["Y"]);

        fixed (float* first = batch["X"].Span<float>())
        fixed (long* label = batch["Y"].Span<long>())
        {
            Assert.Equal((nint)first, x.Address);
            Assert.Equal((nint)label, y.Address);
        }

        Assert.Equal(0, x.Address % 64);
        Assert.Equal([6, 4, 2], x.GetShape());
        Assert.Equal([6], y.GetShape());
    }

    [Fact]
    public void Flatten_OfATensor_IsTheSameMemory()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        using Sample batch = pool.Rent();
        using TorchTensor x = TorchTensor.Over(batch["X"]);
        using TorchTensor flat = x.Flatten();

        Assert.Equal(x.Address, flat.Address);
        Assert.Equal([6, 8], flat.GetShape());
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Bool)]
    public void Over_EveryElementTypeThatLibtorchHas_KeepsIt(ElementType type)
    {
        using var pool = new SlabPool(new SampleSpec(new TensorSpec("X", type, 3)), slabCount: 1);
        using Sample batch = pool.Rent();
        using TorchTensor x = TorchTensor.Over(batch["X"]);
        Assert.Equal(type, x.ElementType);
    }

    [Theory]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.UInt32)]
    [InlineData(ElementType.UInt64)]
    public void Over_ElementsThatLibtorchHasNot_NamesTensorAndType(ElementType type)
    {
        using var pool = new SlabPool(new SampleSpec(new TensorSpec("X", type, 3)), slabCount: 1);
        Sample batch = pool.Rent();
        DataException error = Assert.Throws<DataException>(() => TorchTensor.Over(batch["X"]));
        Assert.Contains("'X': expected float, signed, uint8 or bool elements", error.Message, StringComparison.Ordinal);
        Assert.Contains($"got {type.Name()}[3]", error.Message, StringComparison.Ordinal);
        batch.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Over_AScalarAndATensorOfNothing_HaveTheirShapes()
    {
        int outstanding = NativeLease.Outstanding;
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("S"), TensorSpec.Of<float>("N", 0, 3)), slabCount: 1);
        using (Sample batch = pool.Rent())
        {
            using TorchTensor scalar = TorchTensor.Over(batch["S"]);
            using TorchTensor nothing = TorchTensor.Over(batch["N"]);
            using TorchTensor flat = nothing.Flatten();
            Assert.Equal([], scalar.GetShape());
            Assert.Equal([0, 3], nothing.GetShape());
            Assert.Equal([0, 0], flat.GetShape());
        }

        Assert.Equal(outstanding, NativeLease.Outstanding);
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Over_AnArray_PinsItForAsLongAsTheTensorLives()
    {
        int outstanding = NativeLease.Outstanding;
        using (Sample view = Sample.Of(("X", new float[,] { { 1, 2 }, { 3, 4 } })))
        using (TorchTensor x = TorchTensor.Over(view["X"]))
        {
            Assert.Equal(outstanding + 1, NativeLease.Outstanding);
            Assert.Equal([2, 2], x.GetShape());
        }

        Assert.Equal(outstanding, NativeLease.Outstanding);
    }

    [Fact]
    public void Members_OfADisposedTensor_SaySo()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        using Sample batch = pool.Rent();
        TorchTensor x = TorchTensor.Over(batch["X"]);
        x.Dispose();
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x.Address);
        Assert.Throws<ObjectDisposedException>(() => x.ElementType);
        Assert.Throws<ObjectDisposedException>(x.GetShape);
        Assert.Throws<ObjectDisposedException>(x.Flatten);
    }

    [Fact]
    public void Over_ADisposedBatch_SaysSo()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        TensorView view = batch["X"];
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => TorchTensor.Over(view));
        Assert.Equal(0, pool.Counters.Outstanding);
    }
}
