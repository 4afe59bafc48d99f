namespace Pescador.Fast.Tests.Prefetch;

/// <summary>The ring between one producer and one consumer.</summary>
public sealed class HandOffRingTests
{
    [Theory]
    [InlineData(1, 20_000)]
    [InlineData(2, 50_000)]
    [InlineData(3, 100_000)]
    [InlineData(16, 500_000)]
    [InlineData(1000, 500_000)]
    public void Publish_FromAnotherThread_LosesAndRepeatsNothing(int depth, int count)
    {
        var ring = new HandOffRing<int>(depth);
        Task producer = Elsewhere.Start(() =>
        {
            for (int i = 0; i < count; i++)
            {
                while (!ring.HasRoom)
                {
                    ring.Producer.Wait();
                }

                Assert.InRange(ring.Count, 0, depth - 1);
                ring.Back.Item = i;
                ring.Publish();
            }

            ring.Complete();
        });
        Task consumer = Elsewhere.Start(() =>
        {
            for (int expected = 0; ; expected++)
            {
                while (!ring.IsDecided)
                {
                    ring.Consumer.Wait();
                }

                if (!ring.HasItem)
                {
                    Assert.Equal(count, expected);
                    return;
                }

                Assert.Equal(expected, ring.Front.Item);
                ring.Release();
            }
        });
        consumer.End();
        producer.End();
        Assert.Equal((count, 0), (ring.Taken, ring.Count));
    }

    [Fact]
    public void Release_BelowAFullRing_WakesTheProducerAtHalf()
    {
        var ring = new HandOffRing<int>(8);
        for (int i = 0; i < 8; i++)
        {
            Assert.True(ring.HasRoom);
            ring.Publish();
        }

        Assert.False(ring.HasRoom);
        Task producer = Elsewhere.Start(ring.Producer.Wait);
        Elsewhere.Until(() => ring.Producer.IsTaken);
        for (int left = 7; left > 4; left--)
        {
            Assert.True(ring.HasItem);
            ring.Release();
            Assert.True(ring.Producer.IsTaken);
        }

        Assert.True(ring.HasItem);
        ring.Release();
        Assert.False(ring.Producer.IsTaken);
        producer.End();
        Assert.True(ring.Producer.Waited > TimeSpan.Zero);
    }

    [Fact]
    public void WakeBoth_AfterACancellation_EndsTheWaits()
    {
        using var cancellation = new CancellationTokenSource();
        var empty = new HandOffRing<int>(1) { Cancellation = cancellation.Token };
        var full = new HandOffRing<int>(1) { Cancellation = cancellation.Token };
        full.Publish();
        Task consumer = Elsewhere.Start(empty.Consumer.Wait);
        Task producer = Elsewhere.Start(full.Producer.Wait);
        Elsewhere.Until(() => empty.Consumer.IsTaken && full.Producer.IsTaken);
        cancellation.Cancel();
        empty.WakeBoth();
        full.WakeBoth();
        consumer.End();
        producer.End();
    }

    [Fact]
    public void Wait_WhereTheConditionHolds_IsNoWait()
    {
        var ring = new HandOffRing<int>(2);
        ring.Publish();
        ring.Consumer.Wait();
        ring.Producer.Wait();
        Assert.True(ring.Consumer.WaitAsync().IsCompletedSuccessfully);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (ring.Consumer.Waited, ring.Producer.Waited));
    }
}
