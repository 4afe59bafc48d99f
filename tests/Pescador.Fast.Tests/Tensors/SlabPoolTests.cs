namespace Pescador.Fast.Tests;

public sealed class SlabPoolTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4), TensorSpec.Of<byte>("Y", 3));

    [Fact]
    public void TryRent_SeveralReturned_LendsTheLastReturnedFirst()
    {
        using var pool = new SlabPool(Spec, 3);
        Sample[] samples = [Take(pool), Take(pool), Take(pool)];
        Slab[] slabs = [.. samples.Select(sample => sample.Core.Slab!)]; // non-null: rented
        samples[1].Dispose();
        samples[0].Dispose();
        samples[2].Dispose();
        Sample[] again = [Take(pool), Take(pool), Take(pool)];

        Assert.Equal([slabs[2], slabs[0], slabs[1]], again.Select(sample => sample.Core.Slab));
        DisposeAll(pool, again);
    }

    [Fact]
    public void TryRent_Empty_IsFalseAndCountsNoWait()
    {
        using var pool = new SlabPool(Spec, 1);
        Sample sample = Take(pool);

        Assert.False(pool.TryRent(out Sample none));
        Assert.True(none.IsDefault);
        Assert.Equal(0, pool.Counters.Waited);
        DisposeAll(pool, sample);
    }

    [Fact]
    public void Counters_AfterRents_TellThem()
    {
        using var pool = new SlabPool(Spec, 2);
        Sample first = Take(pool);
        Sample second = Take(pool);
        first.Dispose();

        Assert.Equal(new PoolCounters(Created: 2, Rented: 2, Returned: 1, Waited: 0, Forgotten: 0, LengthInBytes: 256), pool.Counters);
        Assert.Equal(1, pool.Counters.Outstanding);
        DisposeAll(pool, second);
    }

    [Fact]
    public void Counters_Added_AreSums()
    {
        var one = new PoolCounters(1, 2, 3, 4, 5, 6);

        Assert.Equal(new PoolCounters(2, 4, 6, 8, 10, 12), one + one);
        Assert.Equal(one + one, PoolCounters.Add(one, one));
    }

    [Fact]
    public void Rent_ManyTimes_NeverLendsOneSlabTwiceAtOnce()
    {
        using var pool = new SlabPool(Spec, 4);
        Sample[] samples = [Take(pool), Take(pool), Take(pool), Take(pool)];

        Assert.Equal(4, samples.Select(sample => sample.Core.Slab).Distinct().Count());
        DisposeAll(pool, samples);
    }

    [Fact]
    public void Rent_OwnSpecSetByBorrower_IsRestoredOnReturn()
    {
        using var pool = new SlabPool(Spec, 1);
        Sample sample = Take(pool);
        sample.Core.Spec = new SampleSpec(TensorSpec.Of<float>("X", 2), TensorSpec.Of<byte>("Y", 1));
        Assert.Equal(2, sample["X"].Memory.Length);
        sample.Dispose();
        using Sample again = Take(pool);

        Assert.Same(Spec, again.Spec);
    }

    [Fact]
    public void Dispose_WithSlabsOut_ReleasesEachWhenItComesBack()
    {
        var pool = new SlabPool(Spec, 2);
        Sample sample = Take(pool);
        pool.Dispose();
        sample["X"].Span<float>()[0] = 1;
        Slab slab = sample.Core.Slab!; // non-null: rented
        Assert.False(slab.IsDisposed);
        Assert.Equal(1, pool.Counters.Created);
        sample.Dispose();

        Assert.True(slab.IsDisposed);
        Assert.Equal((0, 0), (pool.Counters.Created, pool.Counters.LengthInBytes));
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Dispose_Twice_DoesNothing()
    {
        var budget = new MemoryBudget(10_000);
        var pool = new SlabPool(Spec, 2, budget: budget);
        pool.Dispose();
        pool.Dispose();

        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void Rent_Disposed_Throws()
    {
        var pool = new SlabPool(Spec, 1);
        pool.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pool.Rent(TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => pool.TryRent(out _));
    }

    [Fact]
    public void Constructor_BudgetTooSmall_NamesConsumerAndBothNumbersAndTakesNothing()
    {
        var budget = new MemoryBudget(300);

        PescadorException error = Assert.Throws<PescadorException>(() => new SlabPool(Spec, 3, budget: budget));

        Assert.Contains("A pool of 3 slabs for {X float32[4], Y uint8[3]} needs 128 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("44 of 300 bytes left", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, budget.UsedInBytes);
        Assert.Equal(256, budget.PeakInBytes);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(-1, 1000)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    public void Constructor_NoSlabOrNoTime_IsRefused(int slabs, int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlabPool(Spec, slabs, timeout: TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Constructor_NoSpec_IsRefused() => Assert.Throws<ArgumentNullException>(() => new SlabPool(null!));

    [Fact]
    public void Length_OfOneSlab_IsPaddedTo64()
    {
        using var pool = new SlabPool(Spec, 1);

        Assert.Equal(128, pool.Counters.LengthInBytes);
    }

    private static Sample Take(SlabPool pool)
    {
        Assert.True(pool.TryRent(out Sample sample));
        return sample;
    }

    private static void DisposeAll(SlabPool pool, params Sample[] samples)
    {
        foreach (Sample sample in samples)
        {
            sample.Dispose();
        }

        Assert.Equal(0, pool.Counters.Outstanding);
    }
}
