using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>The same stream for who awaits.</summary>
public sealed class PrefetchAsyncTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 3)]
    public async Task IterateAsync_ToTheEnd_GivesWhatIterateGives(int depth, int workers)
    {
        PrefetchStreamer<long> streamer = Streamer.Create<long>(Finite).Prefetch(depth, workers);
        List<long> expected = [.. streamer.WithEpoch(0)]; // run 0, counted apart from the streamer's own
        var given = new List<long>();
        await foreach (long item in streamer.IterateAsync(cancellationToken: Token).WithCancellation(Token))
        {
            given.Add(item);
        }

        Assert.Equal(expected, given);
        Assert.Equal(90 * workers, given.Count);
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task IterateAsync_WithALimit_GivesThatMany(int limit)
    {
        PrefetchStreamer<long> streamer = Streamer.Create<long>(Finite).Prefetch(2);
        int given = 0;
        await foreach (long item in streamer.IterateAsync(limit, Token))
        {
            given++;
        }

        Assert.Equal(limit, given);
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Fact]
    public void IterateAsync_WithANegativeLimit_IsRefusedAtOnce() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Streamer.Create<long>(Finite).Prefetch(2).IterateAsync(-1));

    [Fact]
    public async Task MoveNextAsync_WhileNothingIsReady_BlocksNoThread()
    {
        using var gate = new SemaphoreSlim(0);
        PrefetchStreamer<long> streamer = Streamer.Create<long>(Finite).Tap(_ => Assert.True(gate.Wait(Elsewhere.Limit))).Prefetch(1);
        await using IAsyncEnumerator<long> items = streamer.IterateAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        for (int i = 0; i < 20; i++)
        {
            ValueTask<bool> next = items.MoveNextAsync();
            Assert.False(next.IsCompleted); // and here we are
            gate.Release();
            Assert.True(await next.AsTask().WaitAsync(Elsewhere.Limit, Token));
        }

        gate.Release(1000);
    }

    [Fact]
    public async Task MoveNextAsync_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        PrefetchStreamer<long> streamer = Streamer.Create<long>(Waiting).Prefetch(1);
        await using IAsyncEnumerator<long> items = streamer.IterateAsync().GetAsyncEnumerator(cancellation.Token);
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Elsewhere.Limit, Token));
        Task<bool> next = items.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Elsewhere.Limit, Token));
        Assert.Equal(0, streamer.ActivationCount);
    }

    [Fact]
    public async Task IterateAsync_LeftEarly_ReturnsEverything()
    {
        using var pool = new SlabPool(Trees.RowSpec.Stack(4), slabCount: 6);
        PrefetchStreamer<Sample> streamer = Trees.Endless(1).Buffer(4, pool: pool).Prefetch(3);
        int given = 0;
        await foreach (Sample batch in streamer.IterateAsync(cancellationToken: Token))
        {
            batch.Dispose();
            if (++given == 10)
            {
                break;
            }
        }

        Assert.Equal(0, StreamerContractTests.TotalActive(streamer));
        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public async Task IterateAsync_WhenTheStreamThrows_PassesItOn()
    {
        var error = new InvalidTimeZoneException("the stream's own");
        PrefetchStreamer<int> streamer = Streamer.From(Enumerable.Range(0, 9).Select(i => i < 5 ? i : throw error)).Prefetch(2);
        int given = 0;
        Exception thrown = await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await foreach (int item in streamer.IterateAsync(cancellationToken: Token))
            {
                Assert.Equal(given++, item);
            }
        });
        Assert.Same(error, thrown);
        Assert.Equal(5, given);
        Assert.Equal(0, streamer.ActivationCount);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IEnumerable<long> Finite(StreamContext context)
    {
        for (int i = 0; i < 90; i++)
        {
            yield return context.Random.NextInt64();
        }
    }

    private static IEnumerable<long> Waiting(StreamContext context)
    {
        yield return 0;
        Assert.False(context.Cancellation.WaitHandle.WaitOne(Elsewhere.Limit) is false, "the cancellation did not come");
        context.Cancellation.ThrowIfCancellationRequested();
    }
}
