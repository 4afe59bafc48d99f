using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void TryReserve_ToTheLimit_SucceedsAndNoByteMore()
    {
        var budget = new MemoryBudget(100);

        Assert.True(budget.TryReserve(60));
        Assert.False(budget.TryReserve(41));
        Assert.True(budget.TryReserve(40));
        Assert.True(budget.TryReserve(0));
        Assert.False(budget.TryReserve(1));
        Assert.False(budget.TryReserve(long.MaxValue));
        Assert.Equal((100, 100, 100), (budget.UsedInBytes, budget.PeakInBytes, budget.LimitInBytes));
    }

    [Fact]
    public void Release_AfterAPeak_KeepsThePeak()
    {
        var budget = new MemoryBudget(100);
        budget.TryReserve(70);
        budget.Release(60);
        budget.TryReserve(5);

        Assert.Equal((15, 70), (budget.UsedInBytes, budget.PeakInBytes));
    }

    [Fact]
    public void Release_MoreThanInUse_SaysBothAndChangesNothing()
    {
        var budget = new MemoryBudget(100);
        budget.TryReserve(10);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => budget.Release(11));

        Assert.Equal("11 bytes were given back, but only 10 are in use.", error.Message);
        Assert.Equal(10, budget.UsedInBytes);
    }

    [Fact]
    public void Methods_NegativeLength_AreRefused()
    {
        var budget = new MemoryBudget(100);

        Assert.Throws<ArgumentOutOfRangeException>(() => budget.TryReserve(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => budget.Release(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MemoryBudget(0));
    }

    [Fact]
    public void Charge_TooMuch_NamesConsumerAndBothNumbers()
    {
        var budget = new MemoryBudget(100);
        budget.TryReserve(30);

        PescadorException error = Assert.Throws<PescadorException>(() => budget.Charge(71, "The cache"));

        Assert.StartsWith("The cache needs 71 bytes, but the memory budget has 70 of 100 bytes left.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Charge_DisposedTwice_ReleasesOnce()
    {
        var budget = new MemoryBudget(100);
        BudgetCharge charge = budget.Charge(40, "A test");
        charge.Dispose();
        charge.Dispose();

        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void Charge_Forgotten_IsReleasedByItsFinalizer()
    {
        var budget = new MemoryBudget(100);
        Forget(budget);
        Elsewhere.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return budget.UsedInBytes == 0;
        });
    }

    [Fact]
    public void Charge_ForgottenAfterOthersReleasedTooMuch_DoesNotEndTheProcess()
    {
        var budget = new MemoryBudget(100);
        Forget(budget);
        budget.Release(1);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.InRange(budget.UsedInBytes, 0, 39);
    }

    [Fact]
    public void TryReserve_ManyThreadsAndReleases_NeverPassesTheLimit()
    {
        const long Limit = 1_000;
        var budget = new MemoryBudget(Limit);
        long held = 0;
        Task[] threads = [.. Enumerable.Range(0, 4).Select(thread => Elsewhere.Start(() =>
        {
            var random = new System.Random(thread);
            for (int i = 0; i < 20_000; i++)
            {
                long length = random.Next(1, 500);
                if (budget.TryReserve(length))
                {
                    Assert.InRange(Interlocked.Add(ref held, length), 1, Limit); // counted inside the reservation: never more than it
                    Interlocked.Add(ref held, -length);
                    budget.Release(length);
                }
                else if (i % 16 == 0)
                {
                    Assert.Throws<InvalidOperationException>(() => budget.Release(Limit + 1));
                }
            }
        }))];
        foreach (Task thread in threads)
        {
            thread.End();
        }

        Assert.Equal(0, budget.UsedInBytes);
        Assert.InRange(budget.PeakInBytes, 1, Limit);
    }

    [Fact]
    public void Charge_WhileBytesComeBackThatNobodyEvicted_TakesThem()
    {
        var budget = new MemoryBudget(100);
        Assert.True(budget.TryReserve(60));
        var evictor = new LateEvictor();
        budget.Register(evictor);
        using BudgetCharge charge = budget.Charge(50, "A test");
        Assert.Equal(50, budget.UsedInBytes);
        GC.KeepAlive(evictor);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(MemoryBudget budget) => budget.Charge(40, "A test");

    /// <summary>Has nothing to evict, but another thread gives bytes back while it is asked.</summary>
    private sealed class LateEvictor : IEvictor
    {
        public bool TryEvict(MemoryBudget budget)
        {
            budget.Release(60);
            return false;
        }
    }
}
