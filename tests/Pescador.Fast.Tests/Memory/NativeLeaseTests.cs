namespace Pescador.Fast.Tests.Memory;

[Collection(LeaseCounts.Name)]
public sealed class NativeLeaseTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4));

    [Fact]
    public void Take_OfABatchDisposedEarly_HoldsItsSlabUntilNativeCodeLetsGo()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample sample = pool.Rent();
        sample["X"].Span<float>()[3] = 7;
        NativeLease lease = NativeLease.Take(sample["X"].Pin());
        sample.Dispose();

        Assert.False(pool.TryRent(out _));
        Assert.Equal(7, FloatAt(lease.Address, 3));

        Release(lease.Context);
        Assert.True(pool.TryRent(out Sample again));
        again.Dispose();
    }

    [Fact]
    public void Release_CalledAgain_DoesNothingEvenOnceThePlaceIsLentAnew()
    {
        using var pool = new SlabPool(Spec, slabCount: 1);
        Sample sample = pool.Rent();
        NativeLease first = NativeLease.Take(sample["X"].Pin());
        Release(first.Context);
        NativeLease second = NativeLease.Take(sample["X"].Pin());
        sample.Dispose();

        Release(first.Context);
        Assert.False(first.Release());
        Assert.Equal(1, pool.Counters.Rented - pool.Counters.Returned);

        Assert.True(second.Release());
        Assert.Equal(0, pool.Counters.Rented - pool.Counters.Returned);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0x7fff_ffff)]
    public void Release_OfANumberThatNeverWas_DoesNothing(int context)
    {
        int outstanding = NativeLease.Outstanding;
        Release(context);
        Assert.Equal(outstanding, NativeLease.Outstanding);
    }

    [Fact]
    public void Take_AMillionTimes_EndsBalancedAndAllocatesNothing()
    {
        using var pool = new SlabPool(Spec, slabCount: 2);
        int outstanding = NativeLease.Outstanding;
        long taken = NativeLease.Taken;
        Round(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round(1_000_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(outstanding, NativeLease.Outstanding);
        Assert.Equal(taken + 1_001_000, NativeLease.Taken);
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);

        void Round(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Sample sample = pool.Rent();
                NativeLease lease = NativeLease.Take(sample["X"].Pin());
                sample.Dispose();
                Release(lease.Context);
            }
        }
    }

    [Fact]
    public async Task Release_ByOtherThreads_GivesEverySlabBack()
    {
        using var pool = new SlabPool(Spec, slabCount: 8);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    Sample sample = pool.Rent();
                    NativeLease lease = NativeLease.Take(sample["X"].Pin());
                    sample.Dispose();
                    Assert.True(lease.Release());
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);
        Assert.Equal(0, pool.Counters.Forgotten);
    }

    private static unsafe void Release(nint context) => ((delegate* unmanaged[Cdecl]<nint, void>)NativeLease.ReleaseFunction)(context);

    private static unsafe float FloatAt(nint address, int index) => ((float*)address)[index];
}

/// <summary>Tests that count leases, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LeaseCounts
{
    public const string Name = "lease counts";
}
