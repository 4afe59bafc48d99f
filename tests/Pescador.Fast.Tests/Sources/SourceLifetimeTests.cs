using System.Runtime.CompilerServices;

namespace Pescador.Fast.Tests;

/// <summary>Files that change while they are used, views that outlive their streams, states that open nothing.</summary>
public sealed class SourceLifetimeTests
{
    [Fact]
    public void Rows_OfAFileThatShrinks_FailsAndNamesBothLengths()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a mapping is guarded on Linux");
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 4096, width: 16);
        using ActiveStream<Sample> stream = source.Rows().Buffer(64).WithSeed(1).Open();
        Next(stream);
        Truncate(folder["a.X.npy"], 10_000);
        DataException error = Assert.Throws<DataException>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Next(stream);
            }
        });
        Assert.Equal("a.X.npy", error.SourceName);
        Assert.Contains("from 262400 to 10000 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_OfAFileThatLosesLessThanAPage_FailsSoon()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 100);
        using ActiveStream<Sample> stream = source.Rows().Buffer(64).WithSeed(1).Open();
        Next(stream);
        Truncate(folder["a.X.npy"], 1500);
        Assert.Throws<DataException>(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Next(stream);
            }
        });
    }

    [Fact]
    public void Rows_OfAFileThatDisappears_FailsSoonAndWhenItIsOpenedAgain()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 100);
        using var workingSet = new WorkingSet(recheckAfter: TimeSpan.Zero);
        Streamer<Sample> rows = source.Rows().With(workingSet: workingSet).WithSeed(1);
        using ActiveStream<Sample> stream = rows.Open();
        Next(stream);
        File.Delete(folder["a.Y.npy"]);
        DataException error = Assert.Throws<DataException>(() =>
        {
            for (int i = 0; i < 5000; i++)
            {
                Next(stream);
            }
        });
        Assert.Contains("disappeared", error.Message, StringComparison.Ordinal);
        using ActiveStream<Sample> again = rows.Open();
        Assert.Equal("a.Y.npy", Assert.Throws<DataException>(() => again.MoveNext()).SourceName);
        Assert.Equal(0, workingSet.Counters.Mappings);
    }

    [Fact]
    public void Rows_OfAFileThatWasReplaced_AreTheNewOnes()
    {
        using var folder = new TemporaryFolder();
        Source source = folder.Npy("a", 10);
        using var workingSet = new WorkingSet(recheckAfter: TimeSpan.Zero);
        Streamer<Sample> rows = source.Rows(RowOrder.InOrder).With(workingSet: workingSet);
        Assert.Equal(10, Count(rows));
        File.Delete(folder["a.X.npy"]);
        folder.Npy("a", 12, first: 50);
        Assert.Equal(12, Count(rows));
        Assert.Equal(2, workingSet.Counters.Misses);
    }

    [Fact]
    public void SkipBad_OverFilesOfWhichOneIsDamaged_GivesTheOthers()
    {
        using var folder = new TemporaryFolder();
        Source[] sources = [folder.Npy("a", 10), folder.Npy("b", 10, first: 10), folder.Npy("c", 10, first: 20)];
        File.WriteAllBytes(folder["b.X.npy"], [1, 2, 3]);
        var mux = new StochasticMux<Sample>(sources.Select(static source => source.Rows(RowOrder.InOrder)), 2, null, mode: StochasticMode.Exhaustive);
        using ActiveStream<Sample> stream = mux.SkipBad(5).WithSeed(1).Open();
        var labels = new List<long>();
        while (stream.MoveNext())
        {
            using Sample sample = stream.Current;
            labels.Add(sample["Y"].Item<long>());
        }

        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(20, 10)], labels.Order().Select(static label => (int)label));
        BadSample bad = Assert.Single(stream.Skipped);
        Assert.Equal(("b.X.npy", null), (bad.Source, bad.Row));
    }

    [Fact]
    public void View_KeptAfterItsStreamIsClosed_HoldsTheMapping()
    {
        using var folder = new TemporaryFolder();
        Streamer<Sample> rows = folder.Npy("a", 10).Rows(RowOrder.InOrder);
        Sample kept;
        using (var workingSet = new WorkingSet())
        {
            using ActiveStream<Sample> stream = rows.With(workingSet: workingSet).Open();
            Assert.True(stream.MoveNext());
            kept = stream.Current;
        }

        Assert.Equal([0, 1 / 1024f, 2 / 1024f, 3 / 1024f], kept["X"].Span<float>().ToArray());
        Memory<long> label = kept["Y"].As<long>();
        Assert.Equal(0, label.Span[0]);
        Assert.True(IsMapped(folder.Path));
        kept.Dispose();
        Assert.False(IsMapped(folder.Path));
    }

    [Fact]
    public void View_ForgottenByItsConsumer_IsUnmappedByAFinalizer()
    {
        using var folder = new TemporaryFolder();
        Forget(folder);
        for (int i = 0; i < 10 && IsMapped(folder.Path); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(IsMapped(folder.Path));
    }

    [Fact]
    public void Trim_AfterTheStream_UnmapsWhatWasKept()
    {
        using var folder = new TemporaryFolder();
        Streamer<Sample> batches = folder.Npy("a", 10).Rows(RowOrder.InOrder).Buffer(5);
        Assert.Equal(2, Count(batches));
        Assert.True(IsMapped(folder.Path));
        batches.Trim();
        Assert.False(IsMapped(folder.Path));
    }

    [Theory]
    [InlineData(RowOrder.Random)]
    [InlineData(RowOrder.InOrder)]
    [InlineData(RowOrder.Permuted)]
    public void Restore_OpensNothing(RowOrder order)
    {
        using var folder = new TemporaryFolder();
        Streamer<Sample> rows = folder.Npy("a", 50).Rows(order).WithSeed(4);
        StreamState state;
        long next;
        using (ActiveStream<Sample> stream = rows.Open())
        {
            for (int i = 0; i < 20; i++)
            {
                Next(stream);
            }

            state = stream.Save();
            next = Next(stream);
        }

        rows.Trim();
        byte[] file = File.ReadAllBytes(folder["a.X.npy"]);
        File.Delete(folder["a.X.npy"]);
        using ActiveStream<Sample> restored = rows.Restore(state);
        Assert.Equal(state.ToArray(), restored.Save().ToArray());
        File.WriteAllBytes(folder["a.X.npy"], file);
        Assert.Equal(next, Next(restored));
    }

    [Fact]
    public void Restore_WithOtherRows_SaysSoAtTheFirstPull()
    {
        using var folder = new TemporaryFolder();
        Streamer<Sample> rows = folder.Npy("a", 50).Rows(RowOrder.InOrder).WithSeed(4);
        StreamState state;
        using (ActiveStream<Sample> stream = rows.Open())
        {
            Next(stream);
            state = stream.Save();
        }

        rows.Trim();
        folder.Npy("a", 49);
        using ActiveStream<Sample> restored = rows.Restore(state);
        DataException error = Assert.Throws<DataException>(() => restored.MoveNext());
        Assert.Contains("50", error.Message, StringComparison.Ordinal);
        Assert.Contains("49", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SkipBad_OfAStateThatDoesNotFit_GivesNothing()
    {
        using var folder = new TemporaryFolder();
        Streamer<Sample> rows = folder.Npy("a", 50).Rows(RowOrder.InOrder).SkipBad(5).WithSeed(4);
        StreamState state;
        using (ActiveStream<Sample> stream = rows.Open())
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
            state = stream.Save();
        }

        rows.Trim();
        folder.Npy("a", 49);
        using ActiveStream<Sample> restored = rows.Restore(state);
        Assert.False(restored.MoveNext());
        Assert.Equal(1, restored.SkippedCount);
    }

    [Fact]
    public void Source_MovedElsewhere_TakesASavedState()
    {
        using var here = new TemporaryFolder();
        using var there = new TemporaryFolder();
        StreamState state;
        using (ActiveStream<Sample> stream = here.Npy("a", 9).Rows(RowOrder.InOrder).WithSeed(1).Open())
        {
            Next(stream);
            Next(stream);
            state = stream.Save();
        }

        using ActiveStream<Sample> restored = there.Npy("a", 9).Rows(RowOrder.InOrder).WithSeed(1).Restore(state);
        Assert.Equal(2, Next(restored));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(TemporaryFolder folder)
    {
        Streamer<Sample> rows = folder.Npy("a", 10).Rows(RowOrder.InOrder);
        using ActiveStream<Sample> stream = rows.Open();
        Assert.True(stream.MoveNext());
        _ = stream.Current;
        Assert.True(IsMapped(folder.Path));
    }

    private static bool IsMapped(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mappings are listed on Linux");
        return File.ReadLines("/proc/self/maps").Any(line => line.Contains(folder, StringComparison.Ordinal));
    }

    private static long Next(ActiveStream<Sample> stream)
    {
        Assert.True(stream.MoveNext());
        using Sample sample = stream.Current;
        return sample["Y"].Span<long>()[0];
    }

    private static int Count(Streamer<Sample> streamer)
    {
        int count = 0;
        foreach (Sample sample in streamer)
        {
            sample.Dispose();
            count++;
        }

        return count;
    }

    private static void Truncate(string path, long length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }
}
