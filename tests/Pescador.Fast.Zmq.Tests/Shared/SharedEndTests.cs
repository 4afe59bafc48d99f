namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class SharedEndTests
{
    private static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 32_768));

    private static Sample Loose(float value) => Sample.Of(("X", new[] { value }));

    private static void Fill(Sample sample, float value) => sample["X"].Memory.Span.Fill(value);

    [Fact]
    public async Task Send_ConsumerTakesNothing_StopsAtDepth()
    {
        using var pair = new SharedPair(ZmqOptions.Default with { Depth = 3 });
        int sent = 0;
        using var reached = new SemaphoreSlim(0);
        Task sending = Task.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                pair.Send(Loose(i));
                Interlocked.Increment(ref sent);
                reached.Release();
            }
        });
        for (int i = 0; i < 3; i++)
        {
            Assert.True(await reached.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.False(await reached.WaitAsync(TimeSpan.FromMilliseconds(200)));
        for (int i = 0; i < 10; i++)
        {
            using Sample sample = pair.TakeSample();
            Assert.Equal(i, sample["X"].Item<float>());
        }

        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(pair.Outlet.Waited > TimeSpan.Zero);
    }

    [Fact]
    public async Task Send_Cancelled_EndsItsWait()
    {
        using var pair = new SharedPair(ZmqOptions.Default with { Depth = 1 });
        pair.Send(Loose(1));
        using var cancelling = new CancellationTokenSource();
        Task sending = Task.Run(() => pair.Outlet.Send(Loose(2), null, null, cancelling.Token));
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Dispose_OfOutlet_EndsAWaitForAConsumer()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var outlet = new SharedOutlet(path, true, ZmqOptions.Default);
        Task sending = Task.Run(() => outlet.Send(Loose(1), null, null, SharedPair.Limit));
        outlet.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Inlet_DisposedWithSamplesOut_RentGoesOnAndHeldSampleStays(bool bySocket)
    {
        using var pair = new SharedPair(null, bySocket ? SharedWaking.Socket : SharedWaking.Futex);
        using var pool = new SlabPool(Spec, 2, pair.Outlet.Allocator, timeout: TimeSpan.FromSeconds(30));
        for (int i = 0; i < 2; i++)
        {
            Sample batch = pool.Rent();
            Fill(batch, i);
            pair.Send(batch);
        }

        Sample held = pair.TakeSample();
        Task<Sample> renting = Task.Run(() => pool.Rent(SharedPair.Limit));
        pair.Inlet.Dispose();
        Sample again = await renting.WaitAsync(TimeSpan.FromSeconds(30));
        Sample other = pool.Rent(SharedPair.Limit);
        Fill(again, 100);
        Fill(other, 100);
        Assert.Equal(0f, held["X"].Memory.Span[0]); // it is the consumer's still
        Assert.Equal(0f, held["X"].Memory.Span[^1]);
        held.Dispose();
        other.Dispose();
        LinkLostException error = Assert.Throws<LinkLostException>(() => pair.Send(again));
        Assert.Contains("after 2 samples", error.Message, StringComparison.Ordinal);
        PoolCounters counters = pool.Counters;
        Assert.Equal(counters.Rented, counters.Returned);
    }

    [Fact]
    public void Outlet_DisposedWithSamplesOut_AllAnnouncedArriveThenFailure()
    {
        using var pair = new SharedPair();
        var pool = new SlabPool(Spec, 3, pair.Outlet.Allocator);
        for (int i = 0; i < 3; i++)
        {
            Sample batch = pool.Rent();
            Fill(batch, i);
            pair.Send(batch);
        }

        Sample first = pair.TakeSample();
        pair.Outlet.Dispose();
        for (int i = 0; i < 3; i++)
        {
            using Sample reused = pool.Rent();
            Fill(reused, -1);
        }

        pool.Dispose();
        Sample second = pair.TakeSample();
        Sample third = pair.TakeSample();
        Assert.Equal([0f, 1f, 2f], new[] { first, second, third }.Select(sample => sample["X"].Memory.Span[^1]));
        Arrival end = pair.Take();
        Assert.Equal(ArrivalKind.Failure, end.Kind);
        Assert.IsType<LinkLostException>(end.Failure);
        pair.Inlet.Dispose();
        Assert.Equal(2f, third["X"].Memory.Span[7]); // also after the inlet
        first.Dispose();
        second.Dispose();
        third.Dispose();
    }

    [Fact]
    public void Complete_ConsumerNeverTakes_ReturnsAfterTheTimeOutAndLosesNothing()
    {
        using var pair = new SharedPair(ZmqOptions.Default with { Timeout = TimeSpan.FromMilliseconds(100) });
        pair.Send(Loose(4));
        pair.Outlet.Complete(SharedPair.Limit);
        pair.Outlet.Dispose();
        using (Sample sample = pair.TakeSample())
        {
            Assert.Equal(4f, sample["X"].Item<float>());
        }

        Assert.Equal(ArrivalKind.End, pair.Take().Kind);
    }

    [Fact]
    public void AfterDispose_CountersStayAndRingingIsHarmless()
    {
        var pair = new SharedPair();
        pair.Send(Loose(1));
        pair.TakeSample().Dispose();
        pair.Dispose();
        var counters = new List<ZmqWorkerCounters>();
        pair.Inlet.AddCounters(counters);
        Assert.Equal(1, Assert.Single(counters).Samples);
        pair.Doorbell.Ring();
        Assert.Throws<ObjectDisposedException>(() => pair.Send(Loose(2)));
        Assert.False(pair.Inlet.TryTake(out _));
        Assert.True(pair.Outlet.Waited >= TimeSpan.Zero);
    }

    [Fact]
    public async Task Dispose_OfSamples_FromAnyThread()
    {
        using var pair = new SharedPair();
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<int>("X", 16)), 7, pair.Outlet.Allocator, timeout: TimeSpan.FromSeconds(30));
        const int Count = 20_000;
        Task sending = Task.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                Sample batch = pool.Rent(SharedPair.Limit);
                batch["X"].Span<int>().Fill(i);
                pair.Send(batch);
            }
        });
        var ends = System.Threading.Channels.Channel.CreateUnbounded<Sample>();
        Task[] disposing = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            await foreach (Sample sample in ends.Reader.ReadAllAsync())
            {
                sample.Dispose();
            }
        }))];
        for (int i = 0; i < Count; i++)
        {
            Sample sample = pair.TakeSample();
            Assert.Equal(i, sample["X"].Span<int>()[15]);
            Assert.True(ends.Writer.TryWrite(sample));
        }

        ends.Writer.Complete();
        await Task.WhenAll([.. disposing, sending]).WaitAsync(TimeSpan.FromSeconds(30));
        pair.Outlet.Complete(SharedPair.Limit);
        pair.Outlet.Dispose();
        Assert.Equal(Count, pool.Counters.Returned);
    }

    [Fact]
    public async Task Forgotten_Sample_ComesHome()
    {
        using var pair = new SharedPair();
        using var pool = new SlabPool(Spec, 1, pair.Outlet.Allocator, timeout: TimeSpan.FromSeconds(30));
        pair.Send(pool.Rent());
        Forget(pair);
        Task collecting = Task.Run(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        });
        using Sample again = pool.Rent(SharedPair.Limit);
        await collecting.WaitAsync(TimeSpan.FromSeconds(30));

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(SharedPair pair) => _ = pair.TakeSample();
    }

    [Fact]
    public void Pools_ThatComeAndGo_AreUnmappedOnBothSides()
    {
        using var pair = new SharedPair();
        for (int i = 0; i < 50; i++)
        {
            using var pool = new SlabPool(Spec, 2, pair.Outlet.Allocator);
            pair.Send(pool.Rent());
            pair.TakeSample().Dispose();
            using Sample back = pool.Rent(SharedPair.Limit);
            using Sample both = pool.Rent(SharedPair.Limit);
        }

        Assert.InRange(MemoryFiles.Mapped, 1, 16);
    }

    [Fact]
    public void Dispose_LeavesNoFileNoMappingNoPath()
    {
        int before = Directory.Exists("/dev/shm") ? Directory.GetFileSystemEntries("/dev/shm").Length : 0;

        // What tests before this one forgot goes with finalizers, the sample's and then the mapping's.
        for (int i = 0; i < 10 && MemoryFiles.Mapped + MemoryFiles.Open > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        (int mapped, int open) = (MemoryFiles.Mapped, MemoryFiles.Open);
        for (int i = 0; i < 5; i++)
        {
            var pair = new SharedPair(null, i % 2 == 0 ? SharedWaking.Futex : SharedWaking.Socket, i < 3);
            var pool = new SlabPool(Spec, 2, pair.Outlet.Allocator);
            pair.Send(pool.Rent());
            pair.Send(Loose(1));
            Sample kept = pair.TakeSample();
            string path = pair.Path;
            pair.Dispose();
            Assert.False(File.Exists(path));
            Assert.DoesNotContain(File.ReadLines("/proc/net/unix"), line => line.EndsWith(path, StringComparison.Ordinal));
            kept.Dispose();
            pool.Dispose();
            Assert.InRange(MemoryFiles.Mapped, 0, mapped);
            Assert.InRange(MemoryFiles.Open, 0, open);
        }

        Assert.Equal(before, Directory.Exists("/dev/shm") ? Directory.GetFileSystemEntries("/dev/shm").Length : 0);
    }
}
