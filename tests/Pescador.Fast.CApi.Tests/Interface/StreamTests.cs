using System.Text;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

[Collection(ProcessWide.Name)]
public sealed unsafe class StreamTests : IDisposable
{
    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Fact]
    public void Next_OfAWholePass_GivesEachRowOnceThenTheEnd()
    {
        ulong stream = Api.Open(_data.Json());
        List<float> rows = Api.Drain(stream);
        Assert.Equal(0, Api.Next(stream, out _));
        Assert.Equal(0, Api.Next(stream, out _));
        Assert.Equal(Enumerable.Range(0, 150).Select(static i => (float)i), rows.Order());
        Api.Close(stream);
    }

    [Fact]
    public void Next_OfAPartialLastBatch_TellsItsRowsAndAnotherForm()
    {
        ulong stream = Api.Open(_data.Json().Replace("\"batch\": 10", "\"batch\": 100", StringComparison.Ordinal));
        BatchInfo first = Api.Next(stream);
        BatchInfo last = Api.Next(stream);
        Assert.Equal((100, 50), (first.Rows, last.Rows));
        Assert.NotEqual(first.Form, last.Form);
        Assert.Equal(50, Api.Tensor(last.Batch, 0).Shape[0]);
        Api.Release(first.Batch);
        Api.Release(last.Batch);
        Api.Close(stream);
    }

    [Fact]
    public void Tensor_OfABatch_HasNameTypeShapeAndAlignedData()
    {
        ulong stream = Api.Open(_data.Json());
        BatchInfo batch = Api.Next(stream);
        Assert.Equal((2u, 10L), (batch.TensorCount, batch.Rows));
        TensorInfo x = Api.Tensor(batch.Batch, 0);
        TensorInfo y = Api.Tensor(batch.Batch, 1);
        Assert.Equal(("X", "Y"), (Name(x), Name(y)));
        Assert.Equal((2, 10L, (long)DataFolder.Features), (x.Dimensions, x.Shape[0], x.Shape[1]));
        Assert.Equal((1, 10L), (y.Dimensions, y.Shape[0]));
        Assert.Equal(((byte)2, (byte)32, (ushort)1), (x.ElementType.Code, x.ElementType.Bits, x.ElementType.Lanes));
        Assert.Equal(((byte)1, (byte)8, (ushort)1), (y.ElementType.Code, y.ElementType.Bits, y.ElementType.Lanes));
        Assert.Equal((10 * DataFolder.Features * 4, 10), (x.LengthInBytes, y.LengthInBytes));
        Assert.Equal((0, 0), ((nint)x.Data % 64, (nint)y.Data % 64));
        Api.Release(batch.Batch);
        Api.Close(stream);

        static string Name(TensorInfo tensor) => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)tensor.Name)!;
    }

    [Theory]
    [InlineData("X", 0)]
    [InlineData("Y", 1)]
    public void FindTensor_OfANameThatIsThere_TellsWhere(string name, uint expected)
    {
        ulong stream = Api.Open(_data.Json());
        BatchInfo batch = Api.Next(stream);
        uint index;
        fixed (byte* text = Encoding.UTF8.GetBytes(name))
        {
            Assert.Equal(0, Api.Table.FindTensor(batch.Batch, text, (nuint)name.Length, &index));
        }

        Assert.Equal(expected, index);
        Api.Release(batch.Batch);
        Api.Close(stream);
    }

    [Fact]
    public void Next_WhileAllSlabsAreOut_SaysNotYetAndLosesNothing()
    {
        ulong stream = Api.Open(_data.Json(", \"prefetch\": 1, \"timeout\": 600"));
        ulong whole = Api.Open(_data.Json());
        List<float> expected = Api.Drain(whole);
        Api.Close(whole);
        var held = new Queue<BatchInfo>();
        while (held.Count < 4) // prefetch + 3 slabs
        {
            held.Enqueue(Api.Next(stream));
        }

        Assert.Equal(2, Api.Next(stream, out _, timeout: 50));
        Assert.Equal(2, Api.Next(stream, out _, timeout: 0));
        byte[] state = Api.Save(stream);
        List<float> got = [];
        while (held.TryDequeue(out BatchInfo batch))
        {
            got.AddRange(Enumerable.Range(0, (int)batch.Rows).Select(row => ((float*)Api.Tensor(batch.Batch, 0).Data)[row * DataFolder.Features]));
            Api.Release(batch.Batch);
        }

        int saved = got.Count;
        got.AddRange(Api.Drain(stream));
        Api.Close(stream);
        Assert.Equal(expected, got);

        ulong resumed = Api.Open(_data.Json(", \"prefetch\": 1, \"timeout\": 600"), state);
        Assert.Equal(expected.Skip(saved), Api.Drain(resumed));
        Api.Close(resumed);
    }

    [Fact]
    public void Next_WithBatchesKept_EndsWithThePoolsErrorAndTellsItAgain()
    {
        ulong stream = Api.Open(_data.Json(", \"timeout\": 0.2"));
        List<ulong> kept = [];
        int code;
        while ((code = Api.Next(stream, out BatchInfo batch, timeout: -1)) == 1)
        {
            kept.Add(batch.Batch);
        }

        Assert.Equal((-5, 5), (code, kept.Count));
        Assert.Contains("A batch was probably not disposed", Api.LastError, StringComparison.Ordinal);
        kept.ForEach(Api.Release);
        Assert.Equal(-5, Api.Next(stream, out _));
        Api.Close(stream);
    }

    [Fact]
    public void Close_WithABatchOut_LeavesItsMemoryGood()
    {
        ulong stream = Api.Open(_data.Json());
        BatchInfo batch = Api.Next(stream);
        TensorInfo before = Api.Tensor(batch.Batch, 0);
        float value = ((float*)before.Data)[0];
        Api.Close(stream);
        Assert.Equal(value, ((float*)Api.Tensor(batch.Batch, 0).Data)[0]);
        nint exported = Api.Export(batch.Batch, 0);
        Api.Release(batch.Batch);
        Assert.Equal(value, ((float*)Api.TensorOf(exported)->Data)[0]);
        Api.Delete(exported);
    }

    [Fact]
    public void Counters_AtTheEnd_AreBalanced()
    {
        ulong stream = Api.Open(_data.Json());
        _ = Api.Drain(stream);
        Assert.Equal((150, 15), (Api.Counter(stream, "samples"), Api.Counter(stream, "batches")));
        long rented = Api.Counter(stream, "pool_rented");
        Assert.InRange(rented, 15, 16); // a slab may be rented for a batch that turns out to have no rows
        Assert.Equal((rented, 0), (Api.Counter(stream, "pool_returned"), Api.Counter(stream, "pool_forgotten")));
        Assert.InRange(Api.Counter(stream, "budget_peak"), 5 * 10 * (DataFolder.Features * 4), Api.Counter(stream, "budget_limit"));
        Api.Close(stream);
    }
}
