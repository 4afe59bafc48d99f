using System.Buffers.Binary;

namespace Pescador.Fast.Tests;

public sealed class StoredRowsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(31)]
    [InlineData(64)]
    public void Copy_BFloat16_WidensEachAndWritesNoFurther(int width)
    {
        var source = new byte[2 * 3 * width];
        new Random(5).NextBytes(source);
        var destination = new byte[(4 * 3 * width) + 64];
        var rows = new StoredRows(new StoredArray("X", ElementType.Float32, StoredElement.BFloat16, [3, width], 0));

        rows.Copy(ref source[0], 3, ref destination[0]);

        Assert.Equal((2 * width, 4 * width), (rows.Stride, rows.RowLengthInBytes));
        for (int i = 0; i < 3 * width; i++)
        {
            Assert.Equal((uint)BinaryPrimitives.ReadUInt16LittleEndian(source.AsSpan(2 * i)) << 16, BinaryPrimitives.ReadUInt32LittleEndian(destination.AsSpan(4 * i)));
        }

        Assert.False(destination.AsSpan(4 * 3 * width).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Copy_AnyStrides_IsWhatALoopGives()
    {
        var random = new Random(20250617);
        ElementType[] types = [ElementType.UInt8, ElementType.Int16, ElementType.Float32, ElementType.Float64];
        for (int trial = 0; trial < 500; trial++)
        {
            ElementType type = types[random.Next(types.Length)];
            int size = type.SizeInBytes();
            StoredElement stored = size > 1 && random.Next(2) == 0 ? StoredElement.Swapped : StoredElement.Native;
            nint[] shape = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => (nint)random.Next(1, 5))];
            shape[0] *= random.Next(1, 12);
            (nint[] strides, nint extent) = RandomStrides(random, shape, size);
            var source = new byte[extent];
            random.NextBytes(source);
            var rows = new StoredRows(new StoredArray("X", type, stored, shape, 0) { Strides = strides });
            var destination = new byte[rows.RowLengthInBytes * shape[0]];

            rows.Copy(ref source[0], shape[0], ref destination[0]);

            Assert.Equal(Expected(source, shape, strides, size, stored == StoredElement.Swapped), destination);
        }
    }

    [Fact]
    public void Copy_Row_AllocatesNothing()
    {
        var source = new byte[4 * 10 * 20];
        var destination = new byte[4 * 20];
        var rows = new StoredRows(new StoredArray("X", ElementType.Float32, StoredElement.Swapped, [10, 20], 0) { Strides = [4, 40] });
        rows.Copy(ref source[0], ref destination[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        rows.Copy(ref source[8], ref destination[0]);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(rows.IsAsGiven);
    }

    // Axes in a random order of nesting, some with gaps, as fields of records leave them.
    private static (nint[] Strides, nint Extent) RandomStrides(Random random, nint[] shape, int size)
    {
        var strides = new nint[shape.Length];
        int[] order = [.. Enumerable.Range(0, shape.Length)];
        if (random.Next(3) > 0)
        {
            random.Shuffle(order);
        }

        nint step = size;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            step += random.Next(3) == 0 ? random.Next(5) : 0;
            strides[order[i]] = step;
            step *= shape[order[i]];
        }

        return (strides, step);
    }

    private static byte[] Expected(byte[] source, nint[] shape, nint[] strides, int size, bool isSwapped)
    {
        List<byte> expected = [];
        Visit(0, 0);
        return [.. expected];

        void Visit(int axis, nint offset)
        {
            if (axis == shape.Length)
            {
                Span<byte> element = source.AsSpan((int)offset, size).ToArray();
                if (isSwapped)
                {
                    element.Reverse();
                }

                expected.AddRange(element);
                return;
            }

            for (nint i = 0; i < shape[axis]; i++)
            {
                Visit(axis + 1, offset + (i * strides[axis]));
            }
        }
    }
}
