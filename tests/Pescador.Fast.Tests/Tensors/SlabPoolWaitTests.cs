namespace Pescador.Fast.Tests;

public sealed class SlabPoolWaitTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<long>("X", 1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Rent_Empty_WaitsForAReturnByAnotherThread()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        Sample sample = pool.Rent(Token);
        Task other = Elsewhere.Start(() =>
        {
            Elsewhere.Until(() => pool.Counters.Waited == 1);
            sample.Dispose();
        });
        pool.Rent(Token).Dispose();
        other.End();

        Assert.Equal((2, 2, 1, 0), (pool.Counters.Rented, pool.Counters.Returned, pool.Counters.Waited, pool.Counters.Forgotten));
    }

    [Fact]
    public void Rent_NothingComesBack_SaysHowManyAreOut()
    {
        using var pool = new SlabPool(Spec, 2, timeout: TimeSpan.FromMilliseconds(100));
        using Sample first = pool.Rent(Token);
        using Sample second = pool.Rent(Token);

        PescadorException error = Assert.Throws<PescadorException>(() => pool.Rent(Token));

        Assert.Contains("No slab came back within 0.1 s: all 2 of {X int64[1]} are out.", error.Message, StringComparison.Ordinal);
        Assert.Contains("probably not disposed", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, pool.Counters.Outstanding);
    }

    [Fact]
    public void Rent_AfterATimeout_WorksAgain()
    {
        using var pool = new SlabPool(Spec, 1, timeout: TimeSpan.FromMilliseconds(5));
        Sample sample = pool.Rent(Token);
        Assert.Throws<PescadorException>(() => pool.Rent(Token));
        sample.Dispose();
        pool.Rent(Token).Dispose();

        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Rent_TimeoutOfAges_WaitsAllTheSame()
    {
        using var pool = new SlabPool(Spec, 1, timeout: TimeSpan.MaxValue);
        Sample sample = pool.Rent(Token);
        int collections = GC.CollectionCount(2);
        Task other = Elsewhere.Start(() =>
        {
            Elsewhere.Until(() => pool.Counters.Waited == 1 && GC.CollectionCount(2) > collections); // past its first, short wait
            sample.Dispose();
        });
        pool.Rent(Token).Dispose();
        other.End();

        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void Rent_CancelledBefore_ThrowsAndLendsNothing()
    {
        using var pool = new SlabPool(Spec, 1);

        Assert.Throws<OperationCanceledException>(() => pool.Rent(new CancellationToken(canceled: true)));
        Assert.Equal(0, pool.Counters.Rented);
    }

    [Fact]
    public void Rent_CancelledWhileWaiting_Throws()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        using Sample sample = pool.Rent(Token);
        using var source = new CancellationTokenSource();
        Task other = Elsewhere.Start(() =>
        {
            Elsewhere.Until(() => pool.Counters.Waited == 1);
            source.Cancel();
        });

        OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => pool.Rent(source.Token));

        other.End();
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.Equal(1, pool.Counters.Outstanding);
    }

    [Fact]
    public void Rent_PoolDisposedWhileWaiting_Throws()
    {
        var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        using Sample sample = pool.Rent(Token);
        Task other = Elsewhere.Start(() =>
        {
            Elsewhere.Until(() => pool.Counters.Waited == 1);
            pool.Dispose();
        });

        Assert.Throws<ObjectDisposedException>(() => pool.Rent(Token));
        other.End();
    }

    [Fact]
    public void Return_OneWaiterCancelledAtThatMoment_WakesTheOther()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        for (int round = 0; round < 50; round++)
        {
            Sample sample = pool.Rent(Token);
            long waited = pool.Counters.Waited;
            using var source = new CancellationTokenSource();
            Task cancelled = Elsewhere.Start(() =>
            {
                try
                {
                    pool.Rent(source.Token).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // or it was faster
                }
            });
            Task patient = Elsewhere.Start(() => pool.Rent(CancellationToken.None).Dispose());
            Elsewhere.Until(() => pool.Counters.Waited == waited + 2);
            Elsewhere.AtOnce(source.Cancel, sample.Dispose);
            cancelled.End();
            patient.End();
            Assert.Equal(0, pool.Counters.Outstanding);
        }
    }

    [Fact]
    public void Return_WaiterInterruptedAtThatMoment_WakesTheOther()
    {
        using var pool = new SlabPool(Spec, 1, timeout: Elsewhere.Limit);
        for (int round = 0; round < 50; round++)
        {
            Sample sample = pool.Rent(Token);
            long waited = pool.Counters.Waited;
            var interrupted = new Thread(() =>
            {
                try
                {
                    pool.Rent(CancellationToken.None).Dispose();
                }
                catch (ThreadInterruptedException)
                {
                    // or it was faster
                }
            });
            interrupted.Start();
            Elsewhere.Until(() => pool.Counters.Waited == waited + 1);
            Task patient = Elsewhere.Start(() => pool.Rent(CancellationToken.None).Dispose());
            Elsewhere.Until(() => pool.Counters.Waited == waited + 2);
            Elsewhere.AtOnce(interrupted.Interrupt, sample.Dispose);
            Assert.True(interrupted.Join(Elsewhere.Limit));
            patient.End();
            Assert.Equal(0, pool.Counters.Outstanding);
        }
    }

    [Fact]
    public void Rent_FourThreadsTwoSlabs_NeverShareOne()
    {
        const int Rounds = 5_000;
        using var pool = new SlabPool(Spec, 2, timeout: Elsewhere.Limit);
        Task[] threads = [.. Enumerable.Range(1, 4).Select(thread => Elsewhere.Start(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                using Sample sample = pool.Rent(CancellationToken.None);
                Span<long> value = sample["X"].Span<long>();
                value[0] = ((long)thread << 32) + i;
                Thread.SpinWait(5);
                Assert.Equal(((long)thread << 32) + i, Volatile.Read(ref value[0]));
            }
        }))];
        foreach (Task thread in threads)
        {
            thread.End();
        }

        Assert.Equal((4 * Rounds, 4 * Rounds, 0), (pool.Counters.Rented, pool.Counters.Returned, pool.Counters.Forgotten));
    }
}
