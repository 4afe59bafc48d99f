namespace Pescador.Fast.Tests;

/// <summary>Rent, use and dispose allocate nothing once the pools are filled.</summary>
public sealed class AllocationTests
{
    private const int Count = 1_000;
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4, 2));

    [Fact]
    public void SlabPool_RentAndDispose_AllocatesNothing()
    {
        using var pool = new SlabPool(Spec, 2);
        Assert.Equal(0, Measure(() =>
        {
            pool.TryRent(out Sample sample);
            sample.Dispose();
            pool.Rent(CancellationToken.None).Dispose();
        }));
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Views_OfASample_AllocateNothing()
    {
        using var pool = new SlabPool(Spec, 1);
        string name = new('X', 1);
        Assert.Equal(0, Measure(() =>
        {
            pool.TryRent(out Sample sample);
            TensorView view = sample[name];
            view.Span<float>()[0] = view.Memory.Span[1] + view.Part<float>(1, 2).Span[0] + view.AsTensorSpan<float>()[1, 1] + view.Rows[0, 0];
            view.Pin().Dispose();
            view.Memory.Pin().Dispose();
            sample.Dispose();
        }));
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void SamplePool_RentAndDispose_AllocatesNothing()
    {
        var pool = new SamplePool(Spec, SlabAllocator.Native, null);
        Assert.Equal(0, Measure(() => new Sample(pool.Rent()).Dispose()));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Lease_BorrowAndDispose_AllocatesNothing()
    {
        var views = new SamplePool(null, SlabAllocator.Native, null);
        using var pool = new SlabPool(Spec, 1);
        pool.TryRent(out Sample owner);
        Assert.Equal(0, Measure(() =>
        {
            SampleCore lease = views.Rent();
            lease.Borrow(owner.Core, owner.Generation);
            new Sample(lease).Dispose();
        }));
        owner.Dispose();
        Assert.Equal((0, 0), (views.Outstanding, pool.Counters.Outstanding));
    }

    private static long Measure(Action action)
    {
        for (int i = 0; i < Count; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
