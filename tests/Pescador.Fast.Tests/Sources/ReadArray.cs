using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast.Tests;

/// <summary>An array that was read, with its elements dense, row-major and native.</summary>
internal sealed record ReadArray(string Name, string Type, nint[] Shape, byte[] Bytes)
{
    internal void AssertEqual(ReadArray expected)
    {
        Assert.Equal(expected.Name, Name);
        Assert.Equal($"{expected.Type}[{string.Join(',', expected.Shape)}]", $"{Type}[{string.Join(',', Shape)}]");
        Assert.True(expected.Bytes.AsSpan().SequenceEqual(Bytes), $"{Name}: {Convert.ToHexString(Bytes.AsSpan(0, Math.Min(64, Bytes.Length)))}");
    }

    /// <summary>The arrays as the headers describe them, each copied as a whole: without any table.</summary>
    internal static ReadArray[] ByHeaders(ArrayFile file)
    {
        using var catalogue = new ArrayCatalogue();
        file.Read(catalogue);
        return [.. catalogue.Arrays.Select(entry => Whole(entry.File, entry.Array))];
    }

    /// <summary>All rows, as a table gives them, stacked.</summary>
    /// <param name="source">Its rows are of one form.</param>
    /// <param name="budget">What it counts against.</param>
    /// <param name="atOnce">How many rows are read in one call.</param>
    internal static ReadArray[] ByRows(SourceFile source, MemoryBudget? budget = null, int atOnce = 3)
    {
        using SourceTable table = source.Open(budget);
        SampleSpec spec = table.RowSpec;
        int count = checked((int)table.Count);
        ReadArray[] arrays = [.. spec.Tensors.ToArray().Select(tensor => new ReadArray(
            tensor.Name, tensor.ElementType.Name(), [count, .. tensor.Shape], new byte[count * tensor.LengthInBytes]))];
        TensorBlock[] blocks = [.. arrays.Select((array, i) => new TensorBlock(array.Bytes, 0, spec[i].LengthInBytes, null))];
        for (int row = 0; row < count; row += atOnce)
        {
            table.Read(row, Math.Min(atOnce, count - row), blocks, row);
        }

        table.ThrowIfLost();
        return arrays;
    }

    private static ReadArray Whole(FileMapping file, StoredArray array)
    {
        var rows = new StoredRows(array, 0);
        var bytes = new byte[rows.RowLengthInBytes];
        if (array.Deflated is { } member)
        {
            var inflated = new byte[member.LengthInBytes - array.OffsetInBytes];
            Inflater.Inflate(file, member, new TensorBlock(inflated, 0, 0, null), array.OffsetInBytes, inflated.Length);
            rows.Copy(ref MemoryMarshal.GetArrayDataReference(inflated), ref MemoryMarshal.GetArrayDataReference(bytes));
        }
        else
        {
            long offset = array.OffsetInBytes;
            rows.Copy(
                ref Unsafe.AsRef(in MemoryMarshal.GetReference(file.Bytes(offset, (int)(file.LengthInBytes - offset)))),
                ref MemoryMarshal.GetArrayDataReference(bytes));
        }

        return new ReadArray(array.Name, array.ElementType.Name(), array.Shape, bytes);
    }
}
