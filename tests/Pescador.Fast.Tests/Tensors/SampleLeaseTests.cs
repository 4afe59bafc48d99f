using System.Buffers;

namespace Pescador.Fast.Tests;

public sealed class SampleLeaseTests : IDisposable
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4));

    private readonly SlabPool _slabs = new(Spec, 1);
    private readonly SamplePool _views = new(null, SlabAllocator.Native, null);

    public void Dispose()
    {
        Assert.Equal(0, _slabs.Counters.Outstanding);
        Assert.Equal(0, _views.Counters.Outstanding);
        _slabs.Dispose();
    }

    [Fact]
    public void Lease_Read_ShowsTheOwnersTensors()
    {
        using Sample owner = Rent();
        owner["X"].Span<float>()[2] = 5;
        using Sample lease = Lease(owner);

        Assert.Equal(5, lease["X"].Memory.Span[2]);
        Assert.Equal(5, lease["X"].Span<float>()[2]);
    }

    [Fact]
    public void Lease_OwnerDisposedFirst_KeepsTheSlabOut()
    {
        Sample owner = Rent();
        Sample lease = Lease(owner);
        owner.Dispose();

        Assert.False(_slabs.TryRent(out _));
        Assert.Equal(4, lease["X"].Memory.Length);
        lease.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void Lease_DisposedFirst_LeavesTheOwner()
    {
        Sample owner = Rent();
        Lease(owner).Dispose();

        Assert.Equal(4, owner["X"].Memory.Length);
        owner.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void LeaseOfALease_BothBeforeDisposed_KeepsTheSlabOut()
    {
        Sample owner = Rent();
        Sample lease = Lease(owner);
        Sample second = Lease(lease);
        owner.Dispose();
        lease.Dispose();

        Assert.False(_slabs.TryRent(out _));
        Assert.Equal(4, second["X"].Memory.Length);
        second.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void Pin_OfALeaseThatIsDisposed_KeepsTheSlabOut()
    {
        Sample owner = Rent();
        Sample lease = Lease(owner);
        MemoryHandle handle = lease["X"].Pin();
        owner.Dispose();
        lease.Dispose();

        Assert.False(_slabs.TryRent(out _));
        handle.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void MemoryPin_OfALeaseThatIsDisposed_KeepsTheSlabOut()
    {
        Sample owner = Rent();
        Sample lease = Lease(owner);
        MemoryHandle handle = lease["X"].Memory.Pin();
        owner.Dispose();
        lease.Dispose();

        Assert.False(_slabs.TryRent(out _));
        handle.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void Lease_OfDisposedOwner_Throws()
    {
        Sample owner = Rent();
        long generation = owner.Generation;
        SampleCore core = owner.Core;
        owner.Dispose();
        using var view = new Sample(_views.Rent());

        Assert.Throws<ObjectDisposedException>(() => view.Core.Borrow(core, generation));
        Rent().Dispose();
    }

    [Fact]
    public void Lease_OfAView_OutlivesIt()
    {
        using Sample owner = Sample.Of(("X", new float[] { 1, 2 }));
        Sample lease = Lease(owner);
        owner.Dispose();

        Assert.Equal(2, lease["X"].Memory.Span[1]);
        lease.Dispose();
    }

    [Fact]
    public void Lease_Disposed_LetsGoOfTheOwner()
    {
        Sample owner = Rent();
        Sample lease = Lease(owner);
        lease.Dispose();
        owner.Dispose();
        using Sample view = Lease(Sample.Of(("Y", new byte[1])));

        Assert.Equal("Y", view[0].Name);
    }

    [Fact]
    public void Row_MovedToOwnMemory_ShowsItUnderTheSameHandle()
    {
        using Sample batch = Rent();
        Sample row = RowOf(batch, 2);
        row["X"].Item<float>();
        using var loose = new Sample(new SamplePool(new SampleSpec(TensorSpec.Of<float>("X")), SlabAllocator.Native, null).Rent());
        loose["X"].Span<float>()[0] = 8;
        row.Core.MoveFromRow(loose.Core, loose.Generation);

        Assert.Equal(8, row["X"].Item<float>());
        Assert.Equal(8, row["X"].Memory.Span[0]);
        row.Dispose();
    }

    [Fact]
    public void Row_Moved_HoldsItsNewMemoryPastItsOwner()
    {
        var pool = new SamplePool(new SampleSpec(TensorSpec.Of<float>("X")), SlabAllocator.Native, null);
        using Sample batch = Rent();
        Sample row = RowOf(batch, 0);
        var loose = new Sample(pool.Rent());
        row.Core.MoveFromRow(loose.Core, loose.Generation);
        loose.Dispose();

        Assert.Equal(1, pool.Counters.Outstanding);
        row.Dispose();
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public unsafe void Pin_OfARow_HoldsTheBatchAndPointsIntoIt()
    {
        Sample batch = Rent();
        batch["X"].Span<float>()[3] = 6;
        Sample row = RowOf(batch, 3);
        MemoryHandle handle = row["X"].Pin();
        row.Dispose();
        batch.Dispose();

        Assert.False(_slabs.TryRent(out _));
        Assert.Equal(6, *(float*)handle.Pointer);
        handle.Dispose();
        Assert.Equal(1, _slabs.Counters.Returned);
    }

    [Fact]
    public void Row_Memory_IsItsPartOfTheBatch()
    {
        using Sample batch = Rent();
        Sample row = RowOf(batch, 1);
        row["X"].Memory.Span[0] = 9;

        Assert.Equal([0, 9, 0, 0], batch["X"].Memory.ToArray());
        row.Dispose();
    }

    private Sample RowOf(Sample batch, int row)
    {
        var writer = new RowWriter(new SampleSpec(TensorSpec.Of<float>("X")));
        writer.Begin(batch.Core);
        SampleCore core = _views.Rent();
        core.ViewRow(writer.RowSpec, writer.Blocks, row, batch.Core);
        return new Sample(core);
    }

    private Sample Lease(Sample sample)
    {
        SampleCore view = _views.Rent();
        view.Borrow(sample.Core, sample.Generation);
        return new Sample(view);
    }

    private Sample Rent()
    {
        Assert.True(_slabs.TryRent(out Sample sample));
        return sample;
    }
}
