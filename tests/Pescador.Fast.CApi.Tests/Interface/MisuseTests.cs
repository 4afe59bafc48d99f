using System.Text;
using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Interface;

[Collection(ProcessWide.Name)]
public sealed unsafe class MisuseTests : IDisposable
{
    private const int BadArgument = -1;
    private const int BadHandle = -2;

    private readonly DataFolder _data = DataFolder.OfRows();
    private readonly Balance _before = Balance.Now;

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        _data.Dispose();
    }

    [Theory]
    [InlineData(0ul, "got 0")]
    [InlineData(1ul, "which is none")]
    [InlineData(ulong.MaxValue, "which is none")]
    [InlineData(0x1000_0000_0000_0001ul, null)]
    [InlineData(0x1000_0001_7fff_ffff, "which is none")]
    [InlineData(0x2000_0001_0000_0001ul, null)]
    public void AnyFunction_OfANumberThatStandsForNothing_SaysSo(ulong handle, string? said)
    {
        BatchInfo batch;
        TensorInfo tensor;
        void* pointer;
        nuint length;
        uint index;
        byte name = (byte)'X';
        ApiTable api = Api.Table;
        int[] codes =
        [
            api.Next(handle, 0, &batch), api.Cancel(handle), api.CloseStream(handle), api.Save(handle, &pointer, &length), api.Counters(handle, &pointer, &length),
            api.DescribeBatch(handle, &batch), api.DescribeTensor(handle, 0, &tensor), api.FindTensor(handle, &name, 1, &index),
            api.ExportTensor(handle, 0, 0, &pointer), api.ReleaseBatch(handle),
        ];
        Assert.All(codes, static code => Assert.Equal(BadHandle, code));
        Assert.Contains(said ?? "batch", Api.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void AnyFunction_OfANullPointer_SaysSo()
    {
        ulong stream = Api.Open(_data.Json());
        BatchInfo batch = Api.Next(stream);
        void* pointer;
        nuint length;
        byte text = (byte)'X';
        uint index;
        ulong opened;
        ApiTable api = Api.Table;
        int[] codes =
        [
            api.OpenStream(&text, 1, null, 0, null), api.OpenStream(null, 1, null, 0, &opened), api.OpenStream(&text, 1, null, 5, &opened) == -3 ? BadArgument : 0,
            api.Next(stream, 0, null), api.Save(stream, null, &length), api.Save(stream, &pointer, null), api.Counters(stream, null, &length),
            api.DescribeBatch(batch.Batch, null), api.DescribeTensor(batch.Batch, 0, null), api.FindTensor(batch.Batch, null, 1, &index),
            api.FindTensor(batch.Batch, &text, 1, null), api.ExportTensor(batch.Batch, 0, 0, null), api.UsePython(0, 1, 1, 1, 1), api.UsePython(1, 1, 1, 1, 0),
        ];
        Assert.All(codes, static code => Assert.Equal(BadArgument, code));
        Assert.Equal(0, api.FreeBuffer(null));
        Assert.True(api.ExportCapsule(batch.Batch, 0, 0) is null); // no Python here
        Api.Release(batch.Batch);
        Api.Close(stream);
    }

    [Fact]
    public void FindTensor_OfANameWithAZeroByte_TellsTheWholeMessage()
    {
        ulong stream = Api.Open(_data.Json());
        BatchInfo batch = Api.Next(stream);
        uint index;
        fixed (byte* name = "X\0Z"u8)
        {
            Assert.Equal(BadArgument, Api.Table.FindTensor(batch.Batch, name, 3, &index));
        }

        Assert.Equal("There is no tensor 'X\uFFFDZ'; there are [X, Y].", Api.LastError);
        Api.Release(batch.Batch);
        Api.Close(stream);
    }

    [Fact]
    public void ABatch_ReleasedTwiceOrUsedAfter_IsAnError()
    {
        ulong stream = Api.Open(_data.Json());
        ulong batch = Api.Next(stream).Batch;
        Api.Release(batch);
        ulong next = Api.Next(stream).Batch; // lies in the place of the first
        Assert.Equal(BadHandle, Api.Table.ReleaseBatch(batch));
        Assert.Contains("was closed or released before", Api.LastError, StringComparison.Ordinal);
        TensorInfo tensor;
        Assert.Equal(BadHandle, Api.Table.DescribeTensor(batch, 0, &tensor));
        Assert.True(tensor.Data is null);
        Api.Release(next);
        Api.Close(stream);
    }

    [Fact]
    public void AStream_ClosedTwiceOrTakenForABatch_IsAnError()
    {
        ulong stream = Api.Open(_data.Json());
        Assert.Equal(BadHandle, Api.Table.ReleaseBatch(stream));
        Assert.Contains("Expected the handle of a batch", Api.LastError, StringComparison.Ordinal);
        Api.Close(stream);
        Assert.Equal(BadHandle, Api.Table.CloseStream(stream));
        Assert.Contains("stream", Api.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void ATensor_ThatTheBatchHasNot_IsAnErrorThatNamesThoseThereAre()
    {
        ulong stream = Api.Open(_data.Json());
        ulong batch = Api.Next(stream).Batch;
        TensorInfo tensor;
        Assert.Equal(BadArgument, Api.Table.DescribeTensor(batch, 2, &tensor));
        Assert.Equal("The batch has 2 tensors (X, Y), so there is no tensor 2.", Api.LastError);
        uint index;
        fixed (byte* name = "Zß"u8)
        {
            Assert.Equal(BadArgument, Api.Table.FindTensor(batch, name, 3, &index));
        }

        Assert.Equal("There is no tensor 'Zß'; there are [X, Y].", Api.LastError);
        void* exported;
        Assert.Equal(BadArgument, Api.Table.ExportTensor(batch, 0, 8, &exported));
        Assert.Equal("Expected options out of 7, got 8.", Api.LastError);
        Api.Release(batch);
        Api.Close(stream);
    }

    [Fact]
    public void FreeBuffer_OfWhatWasNotGivenOut_IsAnError()
    {
        byte mine;
        Assert.Equal(BadHandle, Api.Table.FreeBuffer(&mine));
        ulong stream = Api.Open(_data.Json());
        void* text;
        nuint length;
        Assert.Equal(0, Api.Table.Counters(stream, &text, &length));
        Assert.Equal(0, Api.Table.FreeBuffer(text));
        Assert.Equal(BadHandle, Api.Table.FreeBuffer(text));
        Api.Close(stream);
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(2u, 0)]
    [InlineData(1u, 1)]
    public void GetApi_OfAnotherVersionOrSize_FillsNothing(uint version, int more)
    {
        ApiTable table = default;
        delegate* unmanaged[Cdecl]<uint, void*, uint, int> get = &NativeApi.GetApi;
        Assert.Equal(BadArgument, get(version, &table, (uint)(sizeof(ApiTable) + more)));
        Assert.Equal(0u, table.Version);
        Assert.Equal(BadArgument, get(1, null, (uint)sizeof(ApiTable)));
        Assert.Contains("Expected a table of version 1", Api.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public void LastError_OfAnotherThread_IsItsOwn()
    {
        Assert.Equal(BadHandle, Api.Table.ReleaseBatch(0));
        string mine = Api.LastError;
        string others = "?";
        var thread = new Thread(() => others = Api.LastError);
        thread.Start();
        thread.Join();
        Assert.Equal(("", "Expected the handle of a batch, got 0."), (others, mine));
    }

    [Fact]
    public void LastError_OfAVeryLongMessage_IsCutAtAWholeCharacter()
    {
        (int code, string error) = Api.OpenWrong($$"""{"files": ["{{string.Concat(Enumerable.Repeat("é/", 60_000))}}"]}""");
        Assert.Equal(-4, code);
        Assert.DoesNotContain('\ufffd', error);
        Assert.InRange(Encoding.UTF8.GetByteCount(error), 60_000, 1 << 16);
    }

    [Fact]
    public void RandomNumbers_AsHandles_AreNeverTakenForAny()
    {
        ulong stream = Api.Open(_data.Json());
        ulong batch = Api.Next(stream).Batch;
        var random = new StreamRandom(5);
        for (int i = 0; i < 100_000; i++)
        {
            ulong near = (i % 2 == 0 ? stream : batch) ^ (1ul << random.Next(64)) ^ (i % 3 == 0 ? 0 : 1ul << random.Next(64));
            if (near != stream && near != batch)
            {
                BatchInfo info;
                Assert.Equal(BadHandle, Api.Table.Next(near, 0, &info));
                Assert.Equal(BadHandle, Api.Table.ReleaseBatch(near));
            }
        }

        Api.Release(batch);
        Api.Close(stream);
    }
}
