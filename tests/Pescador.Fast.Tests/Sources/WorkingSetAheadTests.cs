namespace Pescador.Fast.Tests;

/// <summary>What is opened ahead, and how that ends.</summary>
public sealed class WorkingSetAheadTests
{
    private const int Files = 24;
    private const int RowsPerFile = 1000;
    private const long FileLength = RowsPerFile * ((4 * sizeof(float)) + sizeof(long));

    [Theory]
    [InlineData(StochasticMode.WithReplacement, true)]
    [InlineData(StochasticMode.SingleActive, true)]
    [InlineData(StochasticMode.Exhaustive, true)]
    [InlineData(StochasticMode.SingleActive, false)]
    public void Samples_WithAndWithoutOpeningAhead_AreTheSame(StochasticMode mode, bool isDeflated)
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated);
        long[] Draw(int openers, long? budget)
        {
            using var workingSet = new WorkingSet(openers: openers);
            var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 6, 8, mode: mode, seed: 3);
            Streamer<Sample> batches = mux.Buffer(16, partial: true)
                .With(workingSet: workingSet, budget: budget is { } bytes ? new MemoryBudget(bytes) : null);
            long[] labels = [.. batches.Iterate(100).SelectMany(Labels)];
            Assert.Equal(0, workingSet.Counters.Open - workingSet.Counters.Idle);
            return labels;
        }

        long[] expected = Draw(0, null);
        Assert.Equal(expected, Draw(2, null));
        Assert.Equal(expected, Draw(1, 8 * FileLength));
        Assert.Equal(expected, Draw(3, 12 * FileLength));
    }

    [Fact]
    public void Foresee_ASource_OpensItOnAnotherThread()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npz("a", RowsPerFile, isDeflated: true);
        using var workingSet = new WorkingSet(openers: 1);
        Streamer<Sample> rows = source.Rows();
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout, workingSet);
        rows.Foresee(scope, isWanted: true);
        Assert.True(SpinWait.SpinUntil(() => workingSet.Counters.OpenedAhead == 1, TimeSpan.FromSeconds(30)));
        rows.With(workingSet: workingSet).Iterate(1).Single().Dispose();
        Assert.Equal((1, 0), (workingSet.Counters.Hits, workingSet.Counters.Misses));
    }

    [Fact]
    public void Foresee_ADamagedSource_ChangesNothingUntilItIsWanted()
    {
        using var folder = new TemporaryFolder();
        Source good = folder.Npy("a", 10);
        File.WriteAllBytes(folder["bad.npy"], [1, 2, 3]);
        Source bad = Source.Npy(folder["bad.npy"]);
        using var workingSet = new WorkingSet(openers: 1);
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout, workingSet);
        bad.Rows().Foresee(scope, isWanted: true);
        good.Rows().Foresee(scope, isWanted: true);
        Assert.True(SpinWait.SpinUntil(() => workingSet.Counters.OpenedAhead == 1, TimeSpan.FromSeconds(30)));
        Assert.Throws<DataException>(() => bad.Rows().With(workingSet: workingSet).Iterate(1).ToList());
    }

    [Fact]
    public void Dispose_OfAStreamThatHasBegun_OpensNothingMore()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        using var workingSet = new WorkingSet(openers: 1);
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), Files, 8, mode: StochasticMode.SingleActive, seed: 3);
        mux.With(workingSet: workingSet).Iterate(1).Single().Dispose();
        long atTheEnd = workingSet.Counters.OpenedAhead;
        Assert.True(SpinWait.SpinUntil(() => workingSet.IsQuiet, TimeSpan.FromSeconds(30)));
        Assert.True(workingSet.Counters.OpenedAhead <= atTheEnd + 1, "more than the one that was being opened");
    }

    [Fact]
    public void Dispose_WhileOpening_WaitsAndLeavesNothingOpen()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        var workingSet = new WorkingSet();
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout, workingSet);
        foreach (Source source in sources)
        {
            source.Rows().Foresee(scope, isWanted: true);
        }

        workingSet.Dispose();
        Assert.Equal((0, 0, 0), (workingSet.Counters.Open, workingSet.Counters.Idle, workingSet.Counters.Mappings));
        Assert.Throws<ObjectDisposedException>(() => sources[0].Rows().With(workingSet: workingSet).Iterate(1).ToList());
    }

    [Fact]
    public void Foresee_WhileAnOpenerEnds_OpensIt()
    {
        using var folder = new TemporaryFolder();
        folder.Npy("a", 3);
        using var workingSet = new WorkingSet(openers: 1);
        var scope = new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout, workingSet);
        for (int i = 1; i <= 2000; i++)
        {
            Source.Npy(folder["a.X.npy"]).Rows().Foresee(scope, isWanted: true);
            long begun = Environment.TickCount64;
            while (workingSet.Counters.OpenedAhead < i) // without a pause: at once when it was opened
            {
                Assert.True(Environment.TickCount64 - begun < 10_000, $"{i}: {workingSet.Counters}");
            }
        }
    }

    [Fact]
    public void Foresee_WhileAnOpenerIsBusy_OpensOnTheOtherThread()
    {
        using var folder = new TemporaryFolder();
        Source slow = folder.Npz("a", RowsPerFile, isDeflated: true);
        Source quick = folder.Npy("b", 10);
        using var workingSet = new WorkingSet(openers: 2);
        var budget = new MemoryBudget(2 * FileLength);
        var waiting = new Waiting();
        Assert.True(budget.TryReserve(budget.LimitInBytes));
        budget.Register(waiting);
        var scope = new StreamScope(SlabAllocator.Native, budget, SlabPool.DefaultTimeout, workingSet);
        slow.Rows().Foresee(scope, isWanted: true);
        Assert.True(waiting.HasBegun.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        quick.Rows().Foresee(scope, isWanted: true);
        bool isOpened = SpinWait.SpinUntil(() => workingSet.Counters.OpenedAhead == 1, TimeSpan.FromSeconds(10));
        waiting.MayEnd.Set();
        Assert.True(isOpened);
    }

    [Fact]
    public void Dispose_WhereNoThreadIsFree_DoesNotWaitForOne()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 3);
        using var end = new ManualResetEventSlim();
        using var ended = new CountdownEvent(200);
        for (int i = 0; i < 200; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    end.Wait(TimeSpan.FromSeconds(30));
                    ended.Signal();
                },
                null);
        }

        var workingSet = new WorkingSet(openers: 1);
        source.Rows().Foresee(new StreamScope(SlabAllocator.Native, null, SlabPool.DefaultTimeout, workingSet), isWanted: true);
        var disposing = new Thread(workingSet.Dispose) { IsBackground = true };
        disposing.Start();
        bool isDisposed = disposing.Join(TimeSpan.FromSeconds(4));
        end.Set();
        ended.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(isDisposed);
    }

    [Fact]
    public async Task Cancel_WhileAnOpenerHoldsTheSource_EndsTheWait()
    {
        CancellationToken test = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        Source source = folder.Npz("a", RowsPerFile, isDeflated: true);
        using var workingSet = new WorkingSet(openers: 1);
        var budget = new MemoryBudget(2 * FileLength);
        Assert.True(budget.TryReserve(budget.LimitInBytes));
        var waiting = new Waiting();
        budget.Register(waiting);
        source.Rows().Foresee(new StreamScope(SlabAllocator.Native, budget, SlabPool.DefaultTimeout, workingSet), isWanted: true);
        Assert.True(waiting.HasBegun.Wait(TimeSpan.FromSeconds(30), test));
        using var cancel = new CancellationTokenSource();
        Streamer<Sample> rows = source.Rows().With(workingSet: workingSet, budget: budget);
        Task direct = Task.Run(() => rows.Iterate(1, cancel.Token).ToList(), test);
        Task ahead = Task.Run(() => rows.Prefetch(2, 2).Iterate(1, cancel.Token).ToList(), test);
        Assert.True(SpinWait.SpinUntil(() => workingSet.Counters.Waited == 3, TimeSpan.FromSeconds(30)));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => direct.WaitAsync(TimeSpan.FromSeconds(30), test));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ahead.WaitAsync(TimeSpan.FromSeconds(30), test));
        var disposing = Task.Run(workingSet.Dispose, test);
        waiting.MayEnd.Set();
        await disposing.WaitAsync(TimeSpan.FromSeconds(30), test);
        Assert.Equal((0, 0), (workingSet.Counters.Open, workingSet.Counters.Mappings));
        Assert.Equal(budget.LimitInBytes, budget.UsedInBytes);
    }

    [Fact]
    public void Dispose_BelowARunningPrefetch_EndsItAndItsStateGoesOnWithAnotherSet()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        Streamer<Sample> Tree(WorkingSet workingSet, MemoryBudget? budget) =>
            new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 3, 4, seed: 3).Buffer(8).With(workingSet: workingSet, budget: budget).Prefetch(2, 2);
        var early = new WorkingSet();
        StreamState state;
        long[] next;
        using (ActiveStream<Sample> stream = Tree(early, null).Open())
        {
            for (int i = 0; i < 31; i++)
            {
                Assert.True(stream.MoveNext());
                stream.Current.Dispose();
            }

            state = stream.Save();
            Assert.Equal(state.ToArray(), stream.Save().ToArray());
            Assert.True(stream.MoveNext());
            next = Labels(stream.Current);
            early.Dispose();
            Assert.Throws<ObjectDisposedException>(() =>
            {
                for (int i = 0; i < 100 && stream.MoveNext(); i++)
                {
                    stream.Current.Dispose();
                }
            });
        }

        Assert.Equal((0, 0, 0), (early.Counters.Open, early.Counters.Idle, early.Counters.Mappings));
        using var other = new WorkingSet(maxMappings: 9, openers: 0);
        using ActiveStream<Sample> restored = Tree(other, new MemoryBudget(20 * FileLength)).Restore(state);
        Assert.True(restored.MoveNext());
        Assert.Equal(next, Labels(restored.Current));
    }

    private static Source[] Make(TemporaryFolder folder, bool isDeflated) => [.. Enumerable.Range(0, Files).Select(file => isDeflated
        ? folder.Npz($"{file:00}", RowsPerFile, isDeflated: true, first: file * RowsPerFile)
        : folder.Npy($"{file:00}", RowsPerFile, first: file * RowsPerFile))];

    private static long[] Labels(Sample batch)
    {
        using (batch)
        {
            return batch["Y"].Span<long>().ToArray();
        }
    }

    /// <summary>Keeps who needs room waiting.</summary>
    private sealed class Waiting : IEvictor
    {
        internal ManualResetEventSlim HasBegun { get; } = new();

        internal ManualResetEventSlim MayEnd { get; } = new();

        public bool TryEvict(MemoryBudget budget)
        {
            HasBegun.Set();
            MayEnd.Wait(TimeSpan.FromSeconds(30));
            return false;
        }
    }
}
