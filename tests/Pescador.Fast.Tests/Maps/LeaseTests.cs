namespace Pescador.Fast.Tests;

/// <summary>Views of views: who holds the last keeps the memory, in whatever order the others were disposed.</summary>
public sealed class LeaseTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4));

    [Fact]
    public void Dispose_ViewThatAnotherViewHolds_KeepsTheLendersMemory()
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        SamplePool loose = scope.LooseOf(Spec);
        var sample = new Sample(loose.Rent());
        sample["X"].Span<float>().Fill(7);
        Sample lease = Lend(scope, sample);
        Sample leaseOfLease = Lend(scope, lease);
        sample.Dispose();
        lease.Dispose();

        Assert.Equal(1, loose.Outstanding);
        Assert.Equal([7f, 7f, 7f, 7f], leaseOfLease["X"].Memory.Span);

        leaseOfLease.Dispose();
        Assert.Equal((0, 0), (loose.Outstanding, scope.Views.Outstanding));
    }

    [Fact]
    public void Dispose_PinnedView_KeepsTheLendersMemoryUntilUnpinned()
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        SamplePool loose = scope.LooseOf(Spec);
        var sample = new Sample(loose.Rent());
        Sample lease = Lend(scope, sample);
        using (lease["X"].Pin())
        {
            sample.Dispose();
            lease.Dispose();
            Assert.Equal(1, loose.Outstanding);
        }

        Assert.Equal((0, 0), (loose.Outstanding, scope.Views.Outstanding));
    }

    [Fact]
    public void Dispose_LeaseFromAnotherThread_BringsBothHome()
    {
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout);
        SamplePool loose = scope.LooseOf(Spec);
        var sample = new Sample(loose.Rent());
        Sample lease = Lend(scope, Lend(scope, sample, out Sample middle));
        sample.Dispose();
        var thread = new Thread(() =>
        {
            middle.Dispose();
            lease.Dispose();
        });
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));

        Assert.Equal((0, 0), (loose.Outstanding, scope.Views.Outstanding));
    }

    private static Sample Lend(StreamScope scope, Sample lender)
    {
        SampleCore view = scope.Views.Rent();
        view.Borrow(lender.Core, lender.Generation);
        return new Sample(view);
    }

    private static Sample Lend(StreamScope scope, Sample lender, out Sample lease) => lease = Lend(scope, lender);
}
