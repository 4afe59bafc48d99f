namespace Pescador.Fast.Tests;

public sealed class SamplePoolTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4));

    [Fact]
    public void Rent_ReturnedByOwner_LendsTheSameAgain()
    {
        SamplePool pool = Create();
        SampleCore first = pool.Rent();
        new Sample(first).Dispose();

        Assert.Same(first, pool.Rent());
        Assert.Equal((1, 2, 1), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Rent_ManyOut_Grows()
    {
        SamplePool pool = Create();
        Sample[] samples = Rent(pool, 100);
        DisposeAll(samples);

        Assert.Equal((100, 0), (pool.Counters.Created, pool.Outstanding));
        Assert.Equal(6400, pool.Counters.LengthInBytes);
    }

    [Fact]
    public void Dispose_OnAnotherThread_ComesHomeForTheNextRent()
    {
        SamplePool pool = Create();
        Sample[] samples = Rent(pool, 3);
        Elsewhere.Run(() => DisposeAll(samples));
        Assert.Equal(0, pool.Outstanding);
        DisposeAll(Rent(pool, 3));

        Assert.Equal((3, 6, 6), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Unpin_OnAnotherThread_BringsItHome()
    {
        SamplePool pool = Create();
        var sample = new Sample(pool.Rent());
        System.Buffers.MemoryHandle handle = sample["X"].Pin();
        sample.Dispose();
        Assert.Equal(1, pool.Outstanding);
        Elsewhere.Run(() => handle.Dispose());

        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void TakeOver_AllHome_MakesTheThreadTheOwner()
    {
        SamplePool pool = Create();
        DisposeAll(Rent(pool, 3));
        Elsewhere.Run(() =>
        {
            pool.TakeOver();
            Assert.True(pool.IsOwnedByCurrentThread);
            DisposeAll(Rent(pool, 3));
        });

        Assert.False(pool.IsOwnedByCurrentThread);
        Assert.Equal((3, 0), (pool.Counters.Created, pool.Outstanding));
    }

    [Fact]
    public void TakeOver_SomeReturnedElsewhere_CountsThoseAsHome()
    {
        SamplePool pool = Create();
        Sample[] samples = Rent(pool, 3);
        Elsewhere.Run(() =>
        {
            DisposeAll(samples);
            pool.TakeOver();
            Assert.True(pool.IsOwnedByCurrentThread);
            DisposeAll(Rent(pool, 3));
        });

        Assert.Equal((3, 0), (pool.Counters.Created, pool.Outstanding));
    }

    [Fact]
    public void TakeOver_OneOut_LeavesTheOwner()
    {
        SamplePool pool = Create();
        Sample[] samples = Rent(pool, 3);
        samples[0].Dispose();
        Elsewhere.Run(() =>
        {
            pool.TakeOver();
            Assert.False(pool.IsOwnedByCurrentThread);
            DisposeAll(Rent(pool, 2));
        });

        Assert.True(pool.IsOwnedByCurrentThread);
        DisposeAll(samples);
        Assert.Equal((5, 0), (pool.Counters.Created, pool.Outstanding));
        DisposeAll(Rent(pool, 5));
        Assert.Equal((5, 10, 10), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void TakeOver_BackAndForth_KeepsEverySample()
    {
        SamplePool pool = Create();
        for (int round = 0; round < 20; round++)
        {
            pool.TakeOver();
            Assert.True(pool.IsOwnedByCurrentThread);
            DisposeAll(Rent(pool, 2));
            Elsewhere.Run(() =>
            {
                pool.TakeOver();
                Assert.True(pool.IsOwnedByCurrentThread);
                DisposeAll(Rent(pool, 3));
            });
        }

        Assert.Equal((3, 100, 0), (pool.Counters.Created, pool.Counters.Rented, pool.Outstanding));
    }

    [Fact]
    public void Rent_ByANewThreadWithoutTakingOver_WorksBesideTheOwner()
    {
        SamplePool pool = Create();
        Sample[] kept = Rent(pool, 2);
        Elsewhere.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                DisposeAll(Rent(pool, 2));
            }
        });
        DisposeAll(kept);

        Assert.Equal((4, 22, 22), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Rent_BudgetUsedUp_NamesConsumerAndBothNumbers()
    {
        var budget = new MemoryBudget(150);
        var pool = new SamplePool(Spec, SlabAllocator.Native, budget);
        Sample[] samples = Rent(pool, 2);

        PescadorException error = Assert.Throws<PescadorException>(() => pool.Rent());

        Assert.StartsWith(
            "A loose sample {X float32[4]} needs 64 bytes, but the memory budget has 22 of 150 bytes left.", error.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2, 0), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
        DisposeAll(samples);
        DisposeAll(Rent(pool, 2));
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Rent_BudgetUsedUpOnAnotherThread_LeavesTheCountersBalanced()
    {
        var pool = new SamplePool(Spec, SlabAllocator.Native, new MemoryBudget(64));
        Sample[] samples = Rent(pool, 1);
        Elsewhere.Run(() => Assert.Throws<PescadorException>(() => pool.Rent()));

        Assert.Equal((1, 1, 0), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
        DisposeAll(samples);
    }

    [Fact]
    public void Trim_SomeOut_ReleasesWhatIsHome()
    {
        var budget = new MemoryBudget(1_000);
        var pool = new SamplePool(Spec, SlabAllocator.Native, budget);
        Sample[] samples = Rent(pool, 4);
        samples[0].Dispose();
        Elsewhere.Run(samples[1].Dispose);
        pool.Trim();

        Assert.Equal((2, 2, 128), (pool.Counters.Created, pool.Outstanding, budget.UsedInBytes));
        Assert.Equal(4, samples[2]["X"].Memory.Length);
        DisposeAll(samples);
        pool.Trim();
        Assert.Equal((0, 0, 0), (pool.Counters.Created, pool.Outstanding, budget.UsedInBytes));
    }

    [Fact]
    public void Trim_Twice_ThenRent_Grows()
    {
        SamplePool pool = Create();
        DisposeAll(Rent(pool, 3));
        pool.Trim();
        pool.Trim();
        DisposeAll(Rent(pool, 2));

        Assert.Equal((2, 5, 5), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Views_Rented_HoldNoMemory()
    {
        var budget = new MemoryBudget(1);
        var pool = new SamplePool(null, SlabAllocator.Native, budget);
        DisposeAll(Rent(pool, 10));

        Assert.Equal((10, 0, 0), (pool.Counters.Created, pool.Counters.LengthInBytes, budget.UsedInBytes));
    }

    [Fact]
    public void ReturnsFromManyThreads_WhileOneRents_LendNoneTwice()
    {
        const int Count = 60_000;
        SamplePool pool = new(new SampleSpec(TensorSpec.Of<long>("X")), SlabAllocator.Native, null);
        var queues = new System.Collections.Concurrent.BlockingCollection<(Sample Sample, long Value)>[3];
        var threads = new Task[3];
        for (int i = 0; i < threads.Length; i++)
        {
            var queue = queues[i] = new(boundedCapacity: 64);
            threads[i] = Elsewhere.Start(() =>
            {
                foreach ((Sample sample, long value) in queue.GetConsumingEnumerable())
                {
                    Assert.Equal(value, sample["X"].Item<long>());
                    sample.Dispose();
                    Assert.True(sample.IsDisposed);
                    sample.Dispose();
                }
            });
        }

        for (long value = 0; value < Count; value++)
        {
            var sample = new Sample(pool.Rent());
            sample["X"].Span<long>()[0] = value;
            if (value % 4 == 3)
            {
                Assert.Equal(value, sample["X"].Item<long>());
                sample.Dispose();
                continue;
            }

            queues[value % 4].Add((sample, value), TestContext.Current.CancellationToken);
        }

        for (int i = 0; i < threads.Length; i++)
        {
            queues[i].CompleteAdding();
            threads[i].End();
            queues[i].Dispose();
        }

        Assert.Equal((Count, Count, 0, 0), (pool.Counters.Rented, pool.Counters.Returned, pool.Outstanding, pool.Counters.Forgotten));
        Assert.InRange(pool.Counters.Created, 1, 3 * 66 + 2);
    }

    private static SamplePool Create() => new(Spec, SlabAllocator.Native, null);

    private static Sample[] Rent(SamplePool pool, int count) => [.. Enumerable.Range(0, count).Select(_ => new Sample(pool.Rent()))];

    private static void DisposeAll(Sample[] samples) => Array.ForEach(samples, sample => sample.Dispose());
}
