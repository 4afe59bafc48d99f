using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.Dlpack;

[Collection(ProcessWide.Name)]
public sealed unsafe class ExportTests : IDisposable
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 6, 3, 2), TensorSpec.Of<bool>("flag", 6), TensorSpec.Of<long>("empty", 0, 4), TensorSpec.Of<double>("scalar"));

    private readonly Balance _before = Balance.Now;
    private readonly SlabPool _pool = new(Spec, 2);

    public void Dispose()
    {
        Assert.Equal(_before, Balance.Now);
        Assert.Equal(_pool.Counters.Rented, _pool.Counters.Returned);
        Assert.Equal(0, _pool.Counters.Forgotten);
        _pool.Dispose();
    }

    [Theory]
    [InlineData((uint)ExportOptions.None)]
    [InlineData((uint)ExportOptions.Versioned)]
    public void Export_OfATensor_IsWhereItWasStackedWithShapeAndStrides(uint chosen)
    {
        var options = (ExportOptions)chosen;
        ulong batch = Lend(out Sample sample);
        for (int i = 0; i < sample.Count; i++)
        {
            using System.Buffers.MemoryHandle pin = sample[i].Pin();
            nint exported = Api.Export(batch, (uint)i, options);
            DlpackTensor* tensor = Api.TensorOf(exported, options);
            Assert.Equal((nint)pin.Pointer, (nint)tensor->Data);
            Assert.Equal(0, (nint)tensor->Data % 64);
            Assert.Equal((1, 0, 0ul), (tensor->DeviceType, tensor->DeviceId, tensor->ByteOffset));
            Assert.True(tensor->Strides is not null && tensor->Shape is not null);
            Assert.Equal(sample[i].Shape.ToArray().Select(static length => (long)length), new ReadOnlySpan<long>(tensor->Shape, tensor->Dimensions).ToArray());
            Api.Delete(exported, options);
        }

        nint x = Api.Export(batch, 0, options);
        Assert.Equal([6, 2, 1], new ReadOnlySpan<long>(Api.TensorOf(x, options)->Strides, 3).ToArray());
        Api.Delete(x, options);
        Api.Release(batch);
    }

    [Fact]
    public void Export_Versioned_SaysItsVersionAndThatItMayBeWritten()
    {
        ulong batch = Lend(out _);
        var exported = (VersionedDlpack*)Api.Export(batch, 0, ExportOptions.Versioned);
        Assert.Equal((1u, 0u, 0ul), (exported->Major, exported->Minor, exported->Flags));
        Api.Delete((nint)exported, ExportOptions.Versioned);
        Api.Release(batch);
    }

    [Fact]
    public void Structs_AsDlpackHasThem_HaveItsOffsets()
    {
        VersionedDlpack versioned;
        ManagedDlpack managed;
        Assert.Equal((48, 64, 80), (sizeof(DlpackTensor), sizeof(ManagedDlpack), sizeof(VersionedDlpack)));
        Assert.Equal((48, 56), (Offset(&managed, &managed.Context), Offset(&managed, &managed.Deleter)));
        Assert.Equal((8, 16, 24, 32), (Offset(&versioned, &versioned.Context), Offset(&versioned, &versioned.Deleter), Offset(&versioned, &versioned.Flags), Offset(&versioned, &versioned.Tensor)));
        DlpackTensor* tensor = &managed.Tensor;
        Assert.Equal((8, 12, 16, 20), (Offset(tensor, &tensor->DeviceType), Offset(tensor, &tensor->DeviceId), Offset(tensor, &tensor->Dimensions), Offset(tensor, &tensor->ElementType)));
        Assert.Equal((24, 32, 40), (Offset(tensor, &tensor->Shape), Offset(tensor, &tensor->Strides), Offset(tensor, &tensor->ByteOffset)));

        static int Offset(void* start, void* member) => (int)((byte*)member - (byte*)start);
    }

    [Fact]
    public void Export_OfABatchReleasedEarly_HoldsTheSlabUntilItsDeleterIsCalled()
    {
        ulong batch = Lend(out Sample sample);
        sample["X"].Span<float>().Fill(7);
        nint exported = Api.Export(batch, 0);
        nint other = Api.Export(batch, 1, ExportOptions.Versioned);
        Api.Release(batch);
        Assert.Equal(1, _pool.Counters.Outstanding);
        Assert.Equal(7, ((float*)Api.TensorOf(exported)->Data)[35]);
        Api.Delete(exported);
        Assert.Equal(1, _pool.Counters.Outstanding);
        Api.Delete(other, ExportOptions.Versioned);
        Assert.Equal(0, _pool.Counters.Outstanding);
    }

    [Theory]
    [InlineData((uint)ExportOptions.Copy)]
    [InlineData((uint)(ExportOptions.Copy | ExportOptions.Versioned))]
    public void Export_AsACopy_IsItsOwnMemoryAlignedAndTellsIt(uint chosen)
    {
        var options = (ExportOptions)chosen;
        ulong batch = Lend(out Sample sample);
        sample["X"].Span<float>().Fill(7);
        nint exported = Api.Export(batch, 0, options);
        sample["X"].Span<float>().Fill(8);
        Assert.NotEqual((nint)Api.Tensor(batch, 0).Data, (nint)Api.TensorOf(exported, options)->Data);
        Api.Release(batch);
        Assert.Equal(0, _pool.Counters.Outstanding);
        DlpackTensor* tensor = Api.TensorOf(exported, options);
        Assert.Equal(0, (nint)tensor->Data % 64);
        Assert.Equal(Enumerable.Repeat(7f, 36), new ReadOnlySpan<float>(tensor->Data, 36).ToArray());
        if ((options & ExportOptions.Versioned) != 0)
        {
            Assert.Equal(2ul, ((VersionedDlpack*)exported)->Flags);
        }

        Api.Delete(exported, options);
    }

    [Fact]
    public void Export_OfBoolAsBytes_SaysUInt8()
    {
        ulong batch = Lend(out _);
        nint plain = Api.Export(batch, 1);
        nint bytes = Api.Export(batch, 1, ExportOptions.BytesForBool);
        Assert.Equal(((byte)6, (byte)8), (Api.TensorOf(plain)->ElementType.Code, Api.TensorOf(plain)->ElementType.Bits));
        Assert.Equal(((byte)1, (byte)8), (Api.TensorOf(bytes)->ElementType.Code, Api.TensorOf(bytes)->ElementType.Bits));
        Api.Delete(plain);
        Api.Delete(bytes);
        Api.Release(batch);
    }

    [Fact]
    public void Deleter_CalledByManyThreads_EndsEachExportOnce()
    {
        long made = DlpackExport.Made;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 2000; i++)
            {
                ulong batch = LentBatch.Lend(Sample.Of(("X", TensorData.FromArray(new float[4]))), new BatchForm(new SampleSpec(TensorSpec.Of<float>("X", 4)))).Batch;
                ExportOptions options = i % 2 == 0 ? ExportOptions.None : ExportOptions.Versioned;
                nint exported = Api.Export(batch, 0, options);
                Api.Release(batch);
                Api.Delete(exported, options);
            }
        });
        Assert.Equal(16_000, DlpackExport.Made - made);
    }

    [Fact]
    public void AMillionBatches_ExportedAndReleased_EndBalancedAndAllocateNothing()
    {
        using DataFolder data = DataFolder.OfRows();
        ulong stream = Api.Open($$"""{"files": ["{{data.Path}}"], "batch": 1, "prefetch": 64}""");
        Round(stream, 5000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(stream, 1_000_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1_005_000, Api.Counter(stream, "samples"));
        Assert.InRange(Api.Counter(stream, "pool_rented") - Api.Counter(stream, "pool_returned"), 0, 67); // those ahead
        Api.Close(stream);

        static void Round(ulong stream, int count)
        {
            BatchInfo batch;
            void* exported = null;
            for (int i = 0; i < count; i++)
            {
                uint options = (uint)i % 2;
                if (Api.Table.Next(stream, -1, &batch) != 1 || Api.Table.ExportTensor(batch.Batch, 0, options, &exported) != 0 || Api.Table.ReleaseBatch(batch.Batch) != 0)
                {
                    Assert.Fail(Api.LastError);
                }

                Api.Delete((nint)exported, (ExportOptions)options);
            }
        }
    }

    private ulong Lend(out Sample sample)
    {
        sample = _pool.Rent(TestContext.Current.CancellationToken);
        return LentBatch.Lend(sample, new BatchForm(sample.Spec)).Batch;
    }
}
