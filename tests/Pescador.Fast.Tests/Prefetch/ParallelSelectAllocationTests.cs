using System.Collections.Concurrent;
using Pescador.Fast.Tests.Contract;

namespace Pescador.Fast.Tests.Prefetch;

/// <summary>In the steady state nothing is allocated per item: not by the consumer, the workers or the source's thread.</summary>
public sealed class ParallelSelectAllocationTests
{
    private const int ItemsPerPart = 1_000;

    [Theory]
    [InlineData(1, true, null)]
    [InlineData(3, true, 10)]
    [InlineData(3, false, 1)]
    [InlineData(3, false, null)]
    public void MoveNext_InTheSteadyState_AllocatesNothingOnAnyThread(int workers, bool inOrder, int? checkpointInterval)
    {
        var meters = new ConcurrentBag<Meter>();
        using var worker = new ThreadLocal<Meter>(() =>
        {
            var own = new Meter();
            meters.Add(own);
            return own;
        });
        var source = new Meter();
        Streamer<Sample> samples = new StochasticMux<Sample>([Trees.Endless(1), Trees.Rows(RowOrder.Random), Trees.Endless(2)], 2, 5, seed: 1)
            .Tap(_ => source.Note());
        var streamer = new ParallelSelectStreamer<Sample, Sample>(
            samples,
            sample =>
            {
                worker.Value!.Note(); // its factory makes one
                return sample;
            },
            workers,
            inOrder,
            2 * workers)
        {
            CheckpointInterval = checkpointInterval,
        };
        using (ActiveStream<Sample> stream = streamer.Open(TestContext.Current.CancellationToken))
        {
            var consumer = new Meter();
            for (int i = 0; i < 30 * ItemsPerPart; i++)
            {
                Assert.True(stream.MoveNext());
                stream.Current.Dispose();
                consumer.Note();
            }

            Assert.Equal(0, consumer.Least);
        }

        Assert.Equal(0, source.Least);
        Assert.InRange(meters.Count, 1, workers);
        Assert.Equal(0, meters.MaxBy(static meter => meter.Parts)?.Least);
    }

    // A thread's own count, read by it. The least counts: another thread's collection books a buffer's rest now and then.
    private sealed class Meter
    {
        private int _items;
        private long _last;

        internal int Parts { get; private set; }

        internal long Least { get; private set; } = long.MaxValue;

        internal void Note()
        {
            if (_items++ % ItemsPerPart == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                Least = Parts++ < 3 ? Least : Math.Min(Least, now - _last);
                _last = now;
            }
        }
    }
}
