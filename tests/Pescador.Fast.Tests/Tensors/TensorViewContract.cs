using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests;

/// <summary>What every view of a tensor shows, whatever its elements and wherever they lie.</summary>
public abstract class TensorViewContract<T> where T : unmanaged, IEquatable<T>
{
    private const int Count = 6;

    protected abstract T Of(int i);

    public static TheoryData<string> Homes { get; } = ["native", "managed", "array", "row"];

    [Theory]
    [MemberData(nameof(Homes))]
    public void As_Filled_ShowsElementsInOrder(string home) => With(home, view => Assert.Equal(Expected, view.As<T>().ToArray()));

    [Theory]
    [MemberData(nameof(Homes))]
    public void Span_Filled_ShowsElementsInOrder(string home) => With(home, view => Assert.Equal(Expected, view.Span<T>().ToArray()));

    [Theory]
    [MemberData(nameof(Homes))]
    public void Part_OfTheMiddle_ShowsThoseElements(string home) =>
        With(home, view => Assert.Equal(Expected[2..5], view.Part<T>(2, 3).ToArray()));

    [Theory]
    [MemberData(nameof(Homes))]
    public void SpanPart_OfTheMiddle_ShowsThoseElements(string home) =>
        With(home, view => Assert.Equal(Expected[2..5], view.SpanPart<T>(2, 3).ToArray()));

    [Theory]
    [MemberData(nameof(Homes))]
    public void AsTensorSpan_Matrix_HasShapeAndElements(string home) => With(home, view =>
    {
        System.Numerics.Tensors.TensorSpan<T> tensor = view.AsTensorSpan<T>();
        Assert.Equal([2, 3], tensor.Lengths.ToArray());
        Assert.Equal(Of(5), tensor[1, 2]);
    });

    [Theory]
    [MemberData(nameof(Homes))]
    public void AsSpan2D_Matrix_HasRowsAndElements(string home) => With(home, view =>
    {
        CommunityToolkit.HighPerformance.Span2D<T> rows = view.AsSpan2D<T>();
        Assert.Equal((2, 3), (rows.Height, rows.Width));
        Assert.Equal(Expected[3..], rows.GetRowSpan(1).ToArray());
    });

    [Theory]
    [MemberData(nameof(Homes))]
    public unsafe void Pin_Filled_GivesAddressOfFirstElement(string home) => With(home, view =>
    {
        using MemoryHandle handle = view.Pin();
        Assert.Equal(Expected, new Span<T>(handle.Pointer, Count).ToArray());
    });

    [Theory]
    [MemberData(nameof(Homes))]
    public unsafe void MemoryPin_OfSecondElement_GivesItsAddress(string home) => With(home, view =>
    {
        using MemoryHandle handle = view.As<T>()[1..].Pin();
        Assert.Equal(Of(1), *(T*)handle.Pointer);
    });

    [Theory]
    [MemberData(nameof(Homes))]
    public void Span_Written_IsSeenThroughMemory(string home) => With(home, view =>
    {
        view.Span<T>()[4] = Of(1);
        Assert.Equal(Of(1), view.As<T>().Span[4]);
    });

    [Fact]
    public void Item_Scalar_IsItsValue()
    {
        using Sample sample = Sample.Of(("s", TensorData.Scalar(Of(1))));

        Assert.Equal(Of(1), sample["s"].Item<T>());
    }

    [Fact]
    public void Spec_OfType_HasItsSize() => Assert.Equal(Unsafe.SizeOf<T>() * Count, TensorSpec.Of<T>("X", 2, 3).LengthInBytes);

    [Fact]
    public void Managed_Memory_IsAnArray()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<T>("X", 2, 3)), 1, SlabAllocator.Managed);
        Assert.True(pool.TryRent(out Sample sample));
        using (sample)
        {
            Assert.True(MemoryMarshal.TryGetArray(sample["X"].As<T>(), out ArraySegment<T> segment));
            Assert.Equal((0, Count, Count), (segment.Offset, segment.Count, segment.Array!.Length)); // non-null: it is an array
        }
    }

    private T[] Expected => [.. Enumerable.Range(0, Count).Select(Of)];

    private void With(string home, Action<TensorView> check)
    {
        var spec = new SampleSpec(TensorSpec.Of<byte>("before", 5), TensorSpec.Of<T>("X", 2, 3));
        if (home == "array")
        {
            using Sample view = Sample.Of(("X", new TensorData(Expected, 2, 3)));
            check(view["X"]);
            return;
        }

        if (home == "row")
        {
            var table = new TensorRows([new("X", new TensorData((T[])[.. Expected.Reverse(), .. Expected], 2, 2, 3))]);
            var core = new SampleCore(table.RowSpec, []);
            core.View(table.RowSpec, table.Blocks, 1);
            check(new Sample(core)["X"]);
            return;
        }

        using var pool = new SlabPool(spec, 1, home == "native" ? SlabAllocator.Native : SlabAllocator.Managed);
        Assert.True(pool.TryRent(out Sample sample));
        Expected.CopyTo(sample["X"].Span<T>());
        check(sample["X"]);
        sample.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }
}

public sealed class Float32ViewTests : TensorViewContract<float>
{
    protected override float Of(int i) => i;
}

public sealed class Float64ViewTests : TensorViewContract<double>
{
    protected override double Of(int i) => i;
}

public sealed class Float16ViewTests : TensorViewContract<Half>
{
    protected override Half Of(int i) => (Half)i;
}

public sealed class Int8ViewTests : TensorViewContract<sbyte>
{
    protected override sbyte Of(int i) => (sbyte)-i;
}

public sealed class UInt8ViewTests : TensorViewContract<byte>
{
    protected override byte Of(int i) => (byte)i;
}

public sealed class Int16ViewTests : TensorViewContract<short>
{
    protected override short Of(int i) => (short)-i;
}

public sealed class UInt16ViewTests : TensorViewContract<ushort>
{
    protected override ushort Of(int i) => (ushort)i;
}

public sealed class Int32ViewTests : TensorViewContract<int>
{
    protected override int Of(int i) => -i;
}

public sealed class UInt32ViewTests : TensorViewContract<uint>
{
    protected override uint Of(int i) => (uint)i;
}

public sealed class Int64ViewTests : TensorViewContract<long>
{
    protected override long Of(int i) => -i;
}

public sealed class UInt64ViewTests : TensorViewContract<ulong>
{
    protected override ulong Of(int i) => (ulong)i;
}

public sealed class BoolViewTests : TensorViewContract<bool>
{
    protected override bool Of(int i) => (i & 1) != 0;
}
