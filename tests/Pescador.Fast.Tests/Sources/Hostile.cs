namespace Pescador.Fast.Tests;

/// <summary>Reads whatever a file may be, as a streamer would, and checks what must hold of every file, damaged or not.</summary>
internal static class Hostile
{
    private const int MaxRows = 300;
    private const int MaxRatio = 1100; // deflate packs 1,032 bytes into one at most

    /// <summary>Inspects and opens it and reads rows: all of that works, or fails with a <see cref="DataException"/>.</summary>
    /// <returns>Whether it could be opened, and how many rows were damaged.</returns>
    internal static (bool IsOpen, int BadRows) Read(SourceFile source, long fileLength)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var budget = new MemoryBudget((fileLength * MaxRatio) + (1 << 20));
        (bool IsOpen, int BadRows) result = (false, 0);
        try
        {
            _ = source.Inspect();
        }
        catch (DataException error)
        {
            CheckMessage(source, error);
        }

        try
        {
            using SourceTable table = source.Open(budget);
            result = (true, ReadRows(table, fileLength));
        }
        catch (DataException error)
        {
            CheckMessage(source, error);
        }

        Assert.Equal(0, budget.UsedInBytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < (fileLength * MaxRatio) + (32 << 20), $"{allocated} bytes were allocated for a file of {fileLength}");
        return result;
    }

    private static int ReadRows(SourceTable table, long fileLength)
    {
        int bad = 0;
        for (long row = 0; row < Math.Min(table.Count, MaxRows); row++)
        {
            try
            {
                SampleSpec spec = table.SpecOf(row);
                long length = spec.Tensors.ToArray().Sum(tensor => (long)tensor.LengthInBytes);
                Assert.True(length <= fileLength * MaxRatio, $"a row of {length} bytes in a file of {fileLength}");
                TensorBlock[] blocks = [.. spec.Tensors.ToArray().Select(
                    tensor => new TensorBlock(new byte[tensor.LengthInBytes], 0, tensor.LengthInBytes, null))];
                table.Read(row, 1, blocks, 0);
            }
            catch (DataException error)
            {
                Assert.Equal(row, error.Row);
                bad++;
            }
        }

        table.ThrowIfLost();
        return bad;
    }

    private static void CheckMessage(SourceFile source, DataException error)
    {
        Assert.Equal(source.Name, error.SourceName);
        Assert.False(string.IsNullOrWhiteSpace(error.Reason));
        Assert.True(error.Message.Length < 2_000, error.Message);
    }
}
