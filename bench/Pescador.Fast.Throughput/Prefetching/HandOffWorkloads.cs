namespace Pescador.Fast.Throughput;

/// <summary>Batches per second through Prefetch where making one costs next to nothing: what handing over costs.</summary>
internal static class HandOffWorkloads
{
    private const int Depth = 64;
    private const int Numbers = 1 << 20;
    private const int RowElements = 64;

    private static readonly SampleSpec BatchSpec = new(TensorSpec.Of<int>("X", 128, RowElements));

    internal static IEnumerable<Workload> All =>
    [
        Of("handoff", "views, which cost next to nothing to make", [Target.AtLeast("batches_per_second", 1e6), NoBytes], static measure =>
        {
            const int Rows = 1024;
            var numbers = new int[Rows * RowElements];
            for (int row = 0; row < Rows; row++)
            {
                numbers[row * RowElements] = row;
            }

            var rows = new TensorRows([new("X", new TensorData(numbers, Rows, RowElements))]);
            return Run(measure, Streamer.FromRows(rows, RowOrder.InOrder).Cycle(), Rows);
        }),
        Of("handoff-slabs", "slabs, rented by the worker and returned by the consumer", [NoBytes], static measure =>
        {
            using var pool = new SlabPool(BatchSpec, Depth + 3);
            Outcome outcome = Run(measure, Streamer.Create(Numbered, pool), Numbers);
            return pool.Counters.Outstanding == 0
                ? outcome
                : throw new VerificationException($"{pool.Counters.Outstanding} slabs are out; none was to be.");
        }),
    ];

    private static Target NoBytes => Target.AtMost("allocated_bytes_per_batch", 0);

    private static Outcome Run(Measure measure, Streamer<Sample> batches, int numbers)
    {
        using var contestant = new HandOffContestant(batches.Prefetch(Depth), numbers);
        Rounds rounds = measure.Of(contestant);
        PrefetchCounters counters = contestant.Counters;
        return new Outcome()
            .Add("batches_per_second", rounds.Of(static rate => rate))
            .Add("allocated_bytes_per_batch", rounds.AllocatedBytesPerUnit)
            .Add("consumer_wait_share", counters.ConsumerWait / counters.Elapsed)
            .Add("producer_wait_share", counters.ProducerWait / counters.Elapsed)
            .AddConduct(rounds);
    }

    private static IEnumerable<Sample> Numbered(StreamContext context, SlabPool pool)
    {
        int number = 0;
        while (true)
        {
            Sample batch = pool.Rent(context.Cancellation);
            batch[0].Span<int>()[0] = number;
            number = number + 1 < Numbers ? number + 1 : 0;
            yield return batch;
        }
    }

    private static Workload Of(string name, string what, Target[] targets, Func<Measure, Outcome> run) =>
        new(name, $"through Prefetch({Depth}): {what}", "batches_per_second", run) { Targets = targets };
}
