namespace Pescador.Fast.Tests;

/// <summary>What is kept, and within which bounds.</summary>
public sealed class WorkingSetTests
{
    private const int Files = 24;
    private const int RowsPerFile = 1000;
    private const long FileLength = RowsPerFile * ((4 * sizeof(float)) + sizeof(long));

    [Fact]
    public void Budget_WithDeflatedFiles_HoldsWhileStreamsAreReplaced()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        var budget = new MemoryBudget(9 * FileLength);
        using var workingSet = new WorkingSet();
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 6, 1, mode: StochasticMode.SingleActive, seed: 3);
        Streamer<Sample> batches = mux.Buffer(8).With(workingSet: workingSet, budget: budget);
        foreach (Sample batch in batches.Iterate(300))
        {
            batch.Dispose();
        }

        Assert.True(budget.PeakInBytes <= budget.LimitInBytes, $"{budget.PeakInBytes} of {budget.LimitInBytes}");
        Assert.True(workingSet.Counters.Closed > 100, $"{workingSet.Counters}");
        workingSet.Dispose();
        batches.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void Budget_TooSmallForTheActiveFiles_IsAnErrorWithBothNumbers()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        var budget = new MemoryBudget(3 * FileLength);
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 6, 64, mode: StochasticMode.SingleActive, seed: 3);
        PescadorException error = Assert.Throws<PescadorException>(() => mux.With(budget: budget).Iterate(100).ToList());
        Assert.Contains($"of {budget.LimitInBytes} bytes left", error.Message, StringComparison.Ordinal);
        Assert.Contains("inflated", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer active streams", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slabs_ThatNeedRoom_EvictWhatIsOnlyKept()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        var budget = new MemoryBudget(4 * FileLength);
        using var workingSet = new WorkingSet(openers: 0);
        foreach (Source source in sources.Take(3))
        {
            source.Rows().With(budget: budget, workingSet: workingSet).Iterate(1).Single().Dispose();
        }

        Assert.Equal(3, workingSet.Counters.Idle);
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<byte>("X", (nint)FileLength)), 3, budget: budget);
        Assert.True(workingSet.Counters.Idle <= 1, $"{workingSet.Counters}");
    }

    [Fact]
    public void MaxMappings_WithMoreFiles_ClosesTheLeastRecentlyUsed()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: false);
        using var workingSet = new WorkingSet(maxMappings: 8, openers: 0); // two for each pair of files
        foreach (Source source in sources[..6])
        {
            source.Rows().With(workingSet: workingSet).Iterate(1).Single().Dispose();
            Assert.True(workingSet.Counters.Mappings <= 8);
        }

        sources[5].Rows().With(workingSet: workingSet).Iterate(1).Single().Dispose();
        Assert.Equal(1, workingSet.Counters.Hits);
        sources[0].Rows().With(workingSet: workingSet).Iterate(1).Single().Dispose();
        Assert.Equal((1, 7), (workingSet.Counters.Hits, workingSet.Counters.Misses));
    }

    [Fact]
    public void MaxMappings_TooFewForTheActiveFiles_IsAnErrorWithBothNumbers()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: false);
        using var workingSet = new WorkingSet(maxMappings: 8);
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 6, 64, mode: StochasticMode.SingleActive, seed: 3);
        PescadorException error = Assert.Throws<PescadorException>(() => mux.With(workingSet: workingSet).Iterate(100).ToList());
        Assert.Contains("8 of the 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("activeCount", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFiles_WithManyActive_AreNone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "open files are listed on Linux");
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: false);
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), Files, 64, mode: StochasticMode.SingleActive, seed: 3);
        using var workingSet = new WorkingSet(openers: 0);
        using ActiveStream<Sample> stream = mux.With(workingSet: workingSet).Open();
        for (int i = 0; i < 2000; i++)
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
        }

        Assert.Equal(Files, workingSet.Counters.Open - workingSet.Counters.Idle);
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), link => TargetOf(link)?.StartsWith(folder.Path, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void WorkingSet_UsedByManyThreads_GivesEachItsRows()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = Make(folder, isDeflated: true);
        using var workingSet = new WorkingSet();
        var budget = new MemoryBudget(20 * FileLength);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, thread =>
        {
            var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows()), 3, 4, mode: StochasticMode.SingleActive, seed: thread);
            foreach (Sample sample in mux.With(workingSet: workingSet, budget: budget).Iterate(2000))
            {
                using (sample)
                {
                    Assert.Equal(sample["Y"].Item<long>(), sample["X"].Span<float>()[0]);
                }
            }
        });
        Assert.True(budget.PeakInBytes <= budget.LimitInBytes);
        Assert.Equal(workingSet.Counters.Open, workingSet.Counters.Idle);
    }

    [Fact]
    public async Task Prefetch_WithManyWorkersAndATightBudget_GivesAllOrAnError()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = [.. Enumerable.Range(0, 12).Select(file => folder.Npz($"{file:00}", 500, isDeflated: true, first: file * 500))];
        const long Length = 500 * 24;
        await Task.Factory.StartNew(() =>
        {
            for (int i = 0; i < 40; i++)
            {
                var budget = new MemoryBudget((9 * Length) + (40 * 8 * 24) + (i % 4 * Length));
                using var workingSet = new WorkingSet(openers: i % 4);
                IEnumerable<Streamer<Sample>> rows = sources.Concat(sources.Take(3)).Select(static source => source.Rows());
                Streamer<Sample> tree = new StochasticMux<Sample>(rows, 3, 4, seed: i).Buffer(8).Prefetch(2, 3).With(workingSet: workingSet, budget: budget);
                using (ActiveStream<Sample> stream = tree.Open())
                {
                    for (int item = 0; item < 200; item++)
                    {
                        Assert.True(stream.MoveNext());
                        stream.Current.Dispose();
                        if (item % 50 == 7)
                        {
                            stream.Save();
                        }
                    }
                }

                tree.Trim();
                workingSet.Dispose();
                Assert.Equal((0, 0), (workingSet.Counters.Open, workingSet.Counters.Mappings));
                Assert.True(budget.UsedInBytes == 0, $"{i}: {budget.UsedInBytes}");
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    // Other tests open and close files meanwhile.
    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Source[] Make(TemporaryFolder folder, bool isDeflated) => [.. Enumerable.Range(0, Files).Select(file => isDeflated
        ? folder.Npz($"{file:00}", RowsPerFile, isDeflated: true, first: file * RowsPerFile)
        : folder.Npy($"{file:00}", RowsPerFile, first: file * RowsPerFile))];
}
