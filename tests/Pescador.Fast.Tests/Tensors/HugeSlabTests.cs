using System.Buffers;
using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

/// <summary>Slabs of 3 GiB: past what a span of bytes can show, and past 2³¹ bytes of floats.</summary>
[Collection(nameof(HugeSlabTests))]
public sealed class HugeSlabTests(HugeSlab memory)
{
    [Fact]
    public unsafe void Slab_ThreeGibibytesOfBytes_IsReachedInParts()
    {
        nint count = HugeSlab.LengthInBytes - 192;
        using SlabPool pool = memory.PoolOf(new SampleSpec(TensorSpec.Of<byte>("X", 3, (1 << 30) - 64), TensorSpec.Of<byte>("Y", 2)));
        Assert.True(pool.TryRent(out Sample sample));
        TensorView view = sample["X"];
        view.SpanPart<byte>(count - 2, 2)[1] = 7;
        sample["Y"].Span<byte>()[0] = 9;

        Assert.Equal(7, view.Part<byte>(count - 1, 1).Span[0]);
        Assert.Equal(7, view.Part<byte>(count - int.MaxValue, int.MaxValue).Span[^1]);
        Assert.Equal(7, view.AsTensorSpan<byte>()[2, (1 << 30) - 65]);
        Assert.Equal(7, view.AsSpan2D<byte>()[2, (1 << 30) - 65]);
        using (MemoryHandle handle = view.Pin())
        {
            Assert.Equal(7, ((byte*)handle.Pointer)[count - 1]);
            Assert.Equal(9, ((byte*)handle.Pointer)[count]); // Y begins where X ends: a multiple of 64
        }

        Assert.Contains("take it in parts", Assert.Throws<InvalidOperationException>(() => view.As<byte>()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => view.Span<byte>().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Part<byte>(count - 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.SpanPart<byte>(count, 1).Length);
        Assert.True(view.Part<byte>(count, 0).IsEmpty);
        sample.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public unsafe void Slab_ThreeGibibytesOfFloats_IsReachedAndCopied()
    {
        nint count = HugeSlab.LengthInBytes / sizeof(float);
        nint half = count / 2;
        using SlabPool pool = memory.PoolOf(new SampleSpec(TensorSpec.Of<float>("X", count)));
        Assert.True(pool.TryRent(out Sample sample));
        TensorView view = sample["X"];
        nint[] places = [0, (1 << 28) - 1, 1 << 28, half - 1]; // 2²⁸ floats are where a copy begins its second part
        foreach (nint place in places)
        {
            view.SpanPart<float>(place, 1)[0] = place + 0.5f;
            view.SpanPart<float>(half + place, 1)[0] = -1;
        }

        TensorBlock.Copy(ref view.FirstByte, ref Unsafe.AddByteOffset(ref view.FirstByte, half * sizeof(float)), half * sizeof(float));

        Assert.All(places, place => Assert.Equal(place + 0.5f, view.Span<float>()[(int)(half + place)]));
        Assert.All(places, place => Assert.Equal(place + 0.5f, view.Memory.Span[(int)(half + place)]));
        Assert.Equal(half - 0.5f, view.AsTensorSpan<float>()[count - 1]);
        using (MemoryHandle handle = view.Memory[^1..].Pin())
        {
            Assert.Equal(half - 0.5f, *(float*)handle.Pointer);
        }

        sample.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Row_AcrossTwoGibibytesOfABatch_ShowsAsMemory()
    {
        const int RowLength = (3 << 29) - 64; // the second of two such rows begins before 2³¹ and ends past it
        var rowSpec = new SampleSpec(TensorSpec.Of<byte>("X", RowLength));
        using SlabPool pool = memory.PoolOf(rowSpec.Stack(2));
        Assert.True(pool.TryRent(out Sample batch));
        var writer = new RowWriter(rowSpec);
        writer.Begin(batch.Core);
        SampleCore row = new SamplePool(null, SlabAllocator.Native, null).Rent();
        row.ViewRow(rowSpec, writer.Blocks, 1, batch.Core);
        var sample = new Sample(row);
        sample["X"].Span<byte>()[^1] = 5;

        Assert.Equal(RowLength, sample["X"].As<byte>().Length);
        Assert.Equal(5, sample["X"].As<byte>().Span[^1]);
        Assert.Equal(5, batch["X"].SpanPart<byte>(batch["X"].ElementCount - 1, 1)[0]);
        sample.Dispose();
        batch.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void TensorData_ArrayPastTwoGibielements_SaysSo()
    {
        var array = new byte[1 << 16, 1 << 15];

        NotSupportedException error = Assert.Throws<NotSupportedException>(() => TensorData.FromArray(array));

        Assert.Contains("2147483648 elements", error.Message, StringComparison.Ordinal);
    }
}
