using System.Runtime.CompilerServices;

namespace Pescador.Fast.OnnxTests;

public sealed class ValueTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 8, 4), TensorSpec.Of<long>("Y", 8));

    [Fact]
    public unsafe void Over_ABatch_HasItsAddressOnBothSides()
    {
        Onnx.Need();
        using var pool = new SlabPool(Spec, slabCount: 1);
        using Sample batch = pool.Rent();
        foreach (string name in (string[])["X", "Y"])
        {
            using System.Buffers.MemoryHandle pin = batch[name].Pin();
            using OnnxValue value = OnnxValue.Over(batch[name]);
            Assert.Equal((nint)pin.Pointer, value.Address);
            Assert.Equal(batch[name].Spec, value.Spec);
        }
    }

    [Fact]
    public void Over_ABatchDisposedEarly_HoldsItsSlabUntilTheValueIsDisposed()
    {
        Onnx.Need();
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        batch["X"].Span<float>().Fill(7);
        OnnxValue value = OnnxValue.Over(batch["X"]);
        batch.Dispose();
        Assert.False(pool.TryRent(out _));
        Assert.Equal(7, FirstOf(value));

        value.Dispose();
        value.Dispose();
        Assert.Equal(1, pool.Counters.Returned);
        Assert.True(pool.TryRent(out Sample again));
        again.Dispose();
    }

    [Fact]
    public void Over_ADisposedSample_Throws()
    {
        Onnx.Need();
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        TensorView tensor = batch["X"];
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => OnnxValue.Over(tensor));
        Assert.Equal(0, pool.Counters.Rented - pool.Counters.Returned);
    }

    [Fact]
    public void Over_AMillionTimes_EndsBalanced()
    {
        Onnx.Need();
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        for (int i = 0; i < 1_000_000; i++)
        {
            OnnxValue.Over(batch["X"]).Dispose();
        }

        batch.Dispose();
        Assert.True(pool.TryRent(out Sample again)); // nothing holds the slab any more
        again.Dispose();
        Assert.Equal(0, pool.Counters.Rented - pool.Counters.Returned);
        Assert.Equal(0, pool.Counters.Forgotten);
    }

    [Fact]
    public void Over_AndForgottenWithItsBatch_BringsTheSlabHomeOnce()
    {
        Onnx.Need();
        using var pool = new SlabPool(Spec, slabCount: 1);
        Forget(pool);
        Sample batch = pool.Rent(); // waits, and has what is forgotten collected
        Assert.False(pool.TryRent(out _));
        batch.Dispose();
        Assert.Equal(1, pool.Counters.Forgotten);
        Assert.Equal(0, pool.Counters.Rented - pool.Counters.Returned);
    }

    [Fact]
    public unsafe void Over_AnArraysRows_PinsTheArray()
    {
        Onnx.Need();
        float[] array = [1, 2, 3, 4];
        using Sample sample = Sample.Of(("X", array));
        using OnnxValue value = OnnxValue.Over(sample["X"]);
        GC.Collect();
        fixed (float* first = array)
        {
            Assert.Equal((nint)first, value.Address);
        }
    }

    [Fact]
    public void Address_AfterDispose_Throws()
    {
        Onnx.Need();
        using Sample sample = Sample.Of(("X", new float[4]));
        OnnxValue value = OnnxValue.Over(sample["X"]);
        value.Dispose();
        Assert.Throws<ObjectDisposedException>(() => value.Address);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.UInt32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.UInt64)]
    [InlineData(ElementType.Bool)]
    public unsafe void Over_AnyElementTypeAndShape_IsMadeWhereItLies(ElementType type)
    {
        Onnx.Need();
        using var pool = new SlabPool(
            new SampleSpec(new TensorSpec("scalar", type), new TensorSpec("empty", type, 0, 3), new TensorSpec("deep", type, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1)), slabCount: 1);
        using Sample sample = pool.Rent();
        for (int i = 0; i < sample.Count; i++)
        {
            using System.Buffers.MemoryHandle pin = sample[i].Pin();
            using OnnxValue value = OnnxValue.Over(sample[i]);
            Assert.Equal((nint)pin.Pointer, value.Address);
        }
    }

    // Invariant: the value holds the memory that it is over.
    private static unsafe float FirstOf(OnnxValue value) => *(float*)value.Address;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(SlabPool pool) => OnnxValue.Over(pool.Rent()["X"]);
}
