using System.Buffers;

namespace Pescador.Fast.Tests;

public sealed class PinTests : IDisposable
{
    private readonly SlabPool _pool = new(new SampleSpec(TensorSpec.Of<float>("X", 4)), 1);

    public void Dispose()
    {
        Assert.Equal(0, _pool.Counters.Outstanding);
        _pool.Dispose();
    }

    public static TheoryData<string, Func<TensorView, MemoryHandle>> Ways { get; } = new()
    {
        { "view", view => view.Pin() },
        { "memory", view => view.Memory.Pin() },
    };

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public void Pin_DisposedWhilePinned_KeepsTheSlabOut(string way, Func<TensorView, MemoryHandle> pin)
    {
        Sample sample = Rent();
        MemoryHandle handle = pin(sample["X"]);
        sample.Dispose();

        Assert.False(_pool.TryRent(out _), way);
        Assert.True(sample.IsDisposed);
        handle.Dispose();
        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public void Pin_Twice_HoldsUntilBothAreUnpinned(string way, Func<TensorView, MemoryHandle> pin)
    {
        Sample sample = Rent();
        MemoryHandle first = pin(sample["X"]);
        MemoryHandle second = pin(sample["X"]);
        sample.Dispose();
        first.Dispose();

        Assert.False(_pool.TryRent(out _), way);
        second.Dispose();
        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Fact]
    public void Pin_UnpinnedBeforeDispose_ReturnsAtDispose()
    {
        Sample sample = Rent();
        sample["X"].Pin().Dispose();
        Assert.Equal(0, _pool.Counters.Returned);
        sample.Dispose();

        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Fact]
    public void Unpin_OnAnotherThread_ReturnsTheSlab()
    {
        Sample sample = Rent();
        MemoryHandle handle = sample["X"].Pin();
        sample.Dispose();
        Elsewhere.Run(() => handle.Dispose());

        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Fact]
    public void Pin_OfStaleHandle_LeavesNoHold()
    {
        Sample stale = Rent();
        TensorView view = stale["X"];
        stale.Dispose();
        Sample successor = Rent();
        Assert.Throws<ObjectDisposedException>(() => view.Pin());
        successor.Dispose();

        Assert.Equal(2, _pool.Counters.Returned);
    }

    [Fact]
    public void MemoryPin_OfStaleMemory_HoldsTheSuccessor()
    {
        Sample sample = Rent();
        Memory<float> memory = sample["X"].Memory;
        sample.Dispose();
        MemoryHandle handle = memory.Pin();
        Rent().Dispose();

        Assert.False(_pool.TryRent(out _));
        handle.Dispose();
        Assert.Equal(2, _pool.Counters.Returned);
    }

    [Fact]
    public void Unpin_ThroughTwoCopies_SaysSoAndHarmsNothing()
    {
        Sample sample = Rent();
        MemoryHandle handle = sample["X"].Pin();
        MemoryHandle copy = handle;
        handle.Dispose();

        Assert.Contains("unpinned more often", Assert.Throws<InvalidOperationException>(() => copy.Dispose()).Message, StringComparison.Ordinal);
        sample.Dispose();
        Assert.Equal(1, _pool.Counters.Returned);
    }

    [Fact]
    public void Unpin_AfterPoolIsDisposed_ReleasesTheSlab()
    {
        Sample sample = Rent();
        MemoryHandle handle = sample["X"].Pin();
        sample.Dispose();
        _pool.Dispose();
        Assert.Equal(1, _pool.Counters.Created);
        handle.Dispose();

        Assert.Equal(0, _pool.Counters.Created);
    }

    [Fact]
    public void Pin_AgainstUnpinOfOthers_BalancesInTheEnd()
    {
        for (int round = 1; round <= 200; round++)
        {
            Sample sample = Rent();
            MemoryHandle[] handles = [sample["X"].Pin(), sample["X"].Pin(), sample["X"].Pin()];
            Elsewhere.AtOnce(
                () =>
                {
                    sample.Dispose();
                    handles[2].Dispose();
                },
                () =>
                {
                    handles[0].Dispose();
                    handles[1].Dispose();
                });
            Assert.Equal(round, _pool.Counters.Returned);
        }
    }

    [Fact]
    public void MemoryPin_ElementOutside_IsRefused()
    {
        using Sample sample = Rent();
        using var manager = new TensorMemory<float>(0, 4, new Slab(new SlabLayout([])), new SampleCore(sample.Spec, []));

        Assert.Throws<ArgumentOutOfRangeException>(() => manager.Pin(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => manager.Pin(-1));
    }

    private Sample Rent()
    {
        Assert.True(_pool.TryRent(out Sample sample));
        return sample;
    }
}
