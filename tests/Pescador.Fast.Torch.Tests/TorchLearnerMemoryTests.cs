namespace Pescador.Fast.Torch.Tests;

/// <summary>That the trainer computes on batches where they were stacked, gives each back once, and makes nothing on the way.</summary>
[Collection(Alone.Name)]
public sealed class TorchLearnerMemoryTests
{
    public TorchLearnerMemoryTests() => Libtorch.Require();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void PartialFit_OfBatchesOfAStream_ComputesWhereTheyWereStacked(bool isConvolutional)
    {
        var rows = Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = Pixels(), ["Y"] = new int[256] }, RowOrder.Permuted);
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 32, 64), TensorSpec.Of<int>("Y", 32)), slabCount: 4);
        using TorchModel model = isConvolutional ? TorchModel.Convolutional(1, 8, 8, 10, seed: 1) : TorchModel.Perceptron(64, 16, 10, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Adam());
        int outstanding = NativeLease.Outstanding;
        long taken = NativeLease.Taken;
        var addresses = new HashSet<nint>();

        foreach (Sample batch in rows.Buffer(32, pool: pool).Prefetch(2))
        {
            fixed (float* stacked = batch["X"].Span<float>())
            {
                float before = stacked[17];
                learner.PartialFit(batch);
                Assert.Equal((nint)stacked, learner.ComputedOn);
                Assert.Equal(before, stacked[17]);
                addresses.Add((nint)stacked);
            }

            Assert.Equal(outstanding, NativeLease.Outstanding); // the deleter ran, before the step returned
            batch.Dispose();
        }

        Assert.Equal(8, learner.Steps);
        Assert.Equal(taken + 8, NativeLease.Taken); // one lease a batch, and each ended
        Assert.InRange(addresses.Count, 1, 4); // slabs, not copies
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);
        Assert.Equal(0, pool.Counters.Forgotten);
    }

    [Fact]
    public unsafe void PartialFit_OfACopy_ComputesElsewhere()
    {
        // The twin: where a batch is copied, the address says so.
        using Sample batch = Libtorch.Greatest(8, seed: 1);
        using Sample copy = Sample.Of(("X", batch["X"].AsSpan2D<float>().ToArray()), ("Y", batch["Y"].Span<int>().ToArray()));
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
        learner.PartialFit(copy);
        fixed (float* original = batch["X"].Span<float>())
        {
            Assert.NotEqual((nint)original, learner.ComputedOn);
        }
    }

    [Theory]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Float32)]
    public void PartialFit_OnceWarm_AllocatesNothing(ElementType labels)
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 32, 64), new TensorSpec("Y", labels, 32)), slabCount: 2);
        using TorchModel model = TorchModel.Perceptron(64, 16, 10, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.01, momentum: 0.9));
        int[] classes = new int[32];
        Round(200);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using Sample batch = pool.Rent();
                batch["X"].Span<float>().Fill(0.5f);
                Clear(batch["Y"]);
                learner.PartialFit(batch);
                learner.Score(batch);
                learner.Predict(batch, classes);
            }
        }
    }

    [Fact]
    public void PartialFit_ThatFailsOrDiverges_GivesTheBatchBack()
    {
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 2, 4), TensorSpec.Of<int>("Y", 2)), slabCount: 1);
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
        for (int i = 0; i < 5; i++)
        {
            using Sample batch = pool.Rent();
            batch["X"].Span<float>().Fill(i % 2 == 0 ? float.NaN : 1);
            batch["Y"].Span<int>().Fill(i % 2 == 0 ? 0 : 9);
            Assert.Throws<DataException>(() => learner.PartialFit(batch));
        }

        Assert.Equal(5, pool.Counters.Rented);
        Assert.Equal(0, pool.Counters.Outstanding);
        Assert.Equal(0, learner.Steps);
    }

    private static unsafe void Clear(TensorView tensor)
    {
        using System.Buffers.MemoryHandle pinned = tensor.Pin();
        new Span<byte>(pinned.Pointer, (int)tensor.Spec.LengthInBytes).Clear();
    }

    private static float[,] Pixels()
    {
        var random = new System.Random(1);
        float[,] pixels = new float[256, 64];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i / 64, i % 64] = random.NextSingle();
        }

        return pixels;
    }
}
