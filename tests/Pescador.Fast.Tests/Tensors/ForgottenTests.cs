using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

public sealed class ForgottenTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Rent_BatchForgotten_ComesHomeAndIsCounted()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        Forget(pool);
        pool.Rent(Token).Dispose();

        Assert.Equal((2, 2, 1, 1), (pool.Counters.Rented, pool.Counters.Returned, pool.Counters.Waited, pool.Counters.Forgotten));
    }

    [Fact]
    public void Rent_BatchForgottenAndTimeoutShort_ComesHomeAllTheSame()
    {
        // Shorter than the usual time before a collection, and than many a collection.
        using var pool = new SlabPool(Spec, 1, timeout: TimeSpan.FromMilliseconds(40));
        Forget(pool);
        Elsewhere.Until(() =>
        {
            try
            {
                pool.Rent(Token).Dispose();
                return true;
            }
            catch (PescadorException)
            {
                return false; // the finalizer's thread got no processor in time
            }
        });

        Assert.Equal(1, pool.Counters.Forgotten);
    }

    [Fact]
    public void Loop_DisposesNothing_StillEnds()
    {
        using var pool = new SlabPool(Spec, 4, timeout: Elsewhere.Limit);
        for (int i = 0; i < 20; i++)
        {
            Forget(pool);
        }

        Collect();
        Assert.Equal(20, pool.Counters.Rented);
        Elsewhere.Until(() => pool.Counters is { Outstanding: 0, Forgotten: 20 });
    }

    [Fact]
    public void Forgotten_PinnedAndThenDisposedOnly_ComesHome()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        ForgetPin(pool);
        pool.Rent(Token).Dispose();

        Assert.Equal((1, 0), (pool.Counters.Forgotten, pool.Counters.Outstanding));
    }

    [Fact]
    public void Forgotten_MemoryKept_IsNotLentAnew()
    {
        using var pool = new SlabPool(Spec, 1, timeout: TimeSpan.FromMilliseconds(100));
        Memory<float> memory = ForgetButMemory(pool);
        Assert.Throws<PescadorException>(() => pool.Rent(Token));

        Assert.Equal(7, memory.Span[0]);
    }

    [Fact]
    public void Forgotten_PoolDisposed_ReleasesTheSlab()
    {
        var budget = new MemoryBudget(1_000);
        var pool = new SlabPool(Spec, 1, budget: budget);
        Forget(pool);
        pool.Dispose();
        Elsewhere.Until(() =>
        {
            Collect();
            return budget.UsedInBytes == 0;
        });

        Assert.Equal((1, 0), (pool.Counters.Forgotten, pool.Counters.Outstanding));
    }

    [Fact]
    public void Forgotten_PoolToo_GivesTheBudgetBack()
    {
        var budget = new MemoryBudget(1_000);
        ForgetPool(budget);
        Elsewhere.Until(() =>
        {
            Collect();
            return budget.UsedInBytes == 0;
        });
    }

    [Fact]
    public void Loose_Forgotten_ComesHomeAndIsCounted()
    {
        var pool = new SamplePool(Spec, SlabAllocator.Native, null);
        ForgetLoose(pool);
        Elsewhere.Until(() =>
        {
            Collect();
            return pool.Counters.Forgotten == 1;
        });
        Elsewhere.Until(() => pool.Outstanding == 0);
        new Sample(pool.Rent()).Dispose();

        Assert.Equal((1, 2, 2), (pool.Counters.Created, pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Loose_BudgetHeldByForgottenOnes_IsRecovered()
    {
        var budget = new MemoryBudget(64 * 3);
        var pool = new SamplePool(Spec, SlabAllocator.Native, budget);
        for (int i = 0; i < 20; i++)
        {
            ForgetLoose(pool);
        }

        Assert.Equal(3, pool.Counters.Created);
        Assert.InRange(pool.Counters.Forgotten, 17, 20);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(SlabPool pool) => pool.Rent(Token)["X"].Span<float>()[0] = 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetLoose(SamplePool pool) => new Sample(pool.Rent())["X"].Span<float>()[0] = 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetPin(SlabPool pool)
    {
        Sample sample = pool.Rent(Token);
        _ = sample["X"].Pin();
        sample.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Memory<float> ForgetButMemory(SlabPool pool)
    {
        Memory<float> memory = pool.Rent(Token)["X"].Memory;
        memory.Span[0] = 7;
        return memory;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ForgetPool(MemoryBudget budget)
    {
        var pool = new SlabPool(Spec, 2, budget: budget);
        Forget(pool);
        Assert.Equal(128, budget.UsedInBytes);
    }
}
