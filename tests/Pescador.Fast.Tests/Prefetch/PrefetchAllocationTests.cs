using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>In the steady state nothing is allocated per batch: not by the consumer, and not by the worker, its checkpoints included.</summary>
public sealed class PrefetchAllocationTests
{
    private const int BatchesPerPart = 1_000;

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(10)]
    public void MoveNext_InTheSteadyState_AllocatesNothingOnTheWorkersThread(int? checkpointInterval)
    {
        // The worker's own count, read on its thread at every batch.
        var parts = new List<long>(100);
        long last = 0;
        int made = 0;
        Streamer<Sample> batches = new StochasticMux<Sample>([Trees.Endless(1), Trees.Rows(RowOrder.Random), Trees.Endless(2)], 2, 5, seed: 1)
            .Buffer(4)
            .Tap(_ =>
            {
                if (made++ % BatchesPerPart == 0 && parts.Count < parts.Capacity)
                {
                    long now = GC.GetAllocatedBytesForCurrentThread();
                    parts.Add(now - last);
                    last = now;
                }
            });
        var streamer = new PrefetchStreamer<Sample>(batches, 4, 1) { CheckpointInterval = checkpointInterval };
        using (ActiveStream<Sample> stream = streamer.Open())
        {
            long least = long.MaxValue;
            for (int part = 0; part < 12; part++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < BatchesPerPart; i++)
                {
                    Assert.True(stream.MoveNext());
                    stream.Current.Dispose();
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }

        // As elsewhere the least counts: another thread's collection books a buffer's rest now and then.
        Assert.InRange(parts.Count, 11, 14);
        Assert.Equal(0, parts.Skip(2).Min());
    }
}
