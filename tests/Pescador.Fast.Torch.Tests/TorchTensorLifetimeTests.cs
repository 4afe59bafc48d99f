namespace Pescador.Fast.Torch.Tests;

/// <summary>Who holds a batch's memory, and until when.</summary>
[Collection(Alone.Name)]
public sealed class TorchTensorLifetimeTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 2, 4), TensorSpec.Of<int>("Y", 2));

    public TorchTensorLifetimeTests() => Libtorch.Require();

    [Fact]
    public unsafe void Dispose_OfTheBatchFirst_KeepsItsContentUntilTheLastAliasIsGone()
    {
        using var pool = new SlabPool(Spec, slabCount: 3);
        Sample batch = pool.Rent();
        batch["X"].Span<float>().Fill(7);
        TorchTensor tensor = TorchTensor.Over(batch["X"]);
        TorchTensor alias = tensor.Flatten();
        TorchTensor aliasOfAlias = alias.Flatten();
        batch.Dispose();

        Overwrite();
        tensor.Dispose();
        Overwrite();
        alias.Dispose();
        Overwrite();
        Assert.Equal(1, pool.Counters.Outstanding);

        aliasOfAlias.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);
        Assert.Equal(0, pool.Counters.Forgotten);

        // All other slabs, each written to, while the one that libtorch holds must stay as it is.
        void Overwrite()
        {
            using Sample first = pool.Rent();
            using Sample second = pool.Rent();
            Assert.False(pool.TryRent(out _));
            first["X"].Span<float>().Fill(-1);
            second["X"].Span<float>().Fill(-2);
            for (int i = 0; i < 8; i++)
            {
                Assert.Equal(7, ((float*)aliasOfAlias.Address)[i]);
            }
        }
    }

    [Fact]
    public void Dispose_OfTheTensorFirst_LeavesTheBatchToItsOwner()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        TorchTensor.Over(batch["X"]).Dispose();
        Assert.False(pool.TryRent(out _));
        batch.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Over_AMillionTimes_EndsBalancedAndMakesOneSmallObjectEach()
    {
        using var pool = new SlabPool(Spec, slabCount: 2);
        int outstanding = NativeLease.Outstanding;
        long taken = NativeLease.Taken;
        Round(1_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(1_000_000);
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000_000;

        Assert.InRange(bytes, 0, 64);
        Assert.Equal(taken + 1_001_000, NativeLease.Taken);
        Assert.Equal(outstanding, NativeLease.Outstanding);
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);
        Assert.Equal(0, pool.Counters.Forgotten);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Sample batch = pool.Rent();
                TorchTensor tensor = TorchTensor.Over(batch["X"]);
                batch.Dispose();
                tensor.Dispose();
            }
        }
    }

    [Fact]
    public async Task Over_OnSeveralThreads_GivesEverySlabBack()
    {
        using var pool = new SlabPool(Spec, slabCount: 6);
        int outstanding = NativeLease.Outstanding;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 5_000; i++)
                {
                    Sample batch = pool.Rent();
                    using TorchTensor tensor = TorchTensor.Over(batch["X"]);
                    using TorchTensor alias = tensor.Flatten();
                    batch.Dispose();
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(outstanding, NativeLease.Outstanding);
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Over_ATensorThatIsForgotten_GivesTheSlabBackThroughItsFinalizer()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Forget(pool);
        for (int i = 0; i < 10 && pool.Counters.Outstanding > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, pool.Counters.Outstanding);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(SlabPool pool)
        {
            using Sample batch = pool.Rent();
            _ = TorchTensor.Over(batch["X"]).Address;
        }
    }

    [Theory]
    [InlineData(-1, ElementType.Float32, "the shape [-1] has a negative length")]
    [InlineData(1L << 62, ElementType.Float64, "")]
    [InlineData(1, ElementType.UInt64, "element type 10 has no counterpart")]
    public unsafe void NewTensor_ThatFails_HasEndedTheLeaseOnceAndSaysWhy(long length, ElementType type, string message)
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample batch = pool.Rent();
        int outstanding = NativeLease.Outstanding;
        NativeLease lease = NativeLease.Take(batch["X"].Pin());
        batch.Dispose();

        long* shape = stackalloc long[] { length, length };
        var memory = new TorchMemory(lease, shape, length == 1L << 62 ? 2 : 1, type);
        Assert.NotEqual(0, TorchCalls.NewTensor(&memory, out _));

        Assert.Contains(message, TorchCalls.LastMessage(), StringComparison.Ordinal);
        Assert.False(lease.Release());
        Assert.Equal(outstanding, NativeLease.Outstanding);
        Assert.Equal(0, pool.Counters.Outstanding);
    }
}
