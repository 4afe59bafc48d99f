namespace Pescador.Fast.Tests.Contract;

/// <summary>One kind of mux or map around a streamer that misbehaves.</summary>
public sealed record Wrapper(string Name, Func<Streamer<Sample>, Streamer<Sample>> Around)
{
    public override string ToString() => Name;

    internal static IEnumerable<Wrapper> All =>
    [
        new("itself", static streamer => streamer),
        new("Buffer", static streamer => streamer.Buffer(4)),
        new("Buffer partial", static streamer => streamer.Buffer(5, partial: true)),
        new("Buffer of Buffer", static streamer => streamer.Buffer(2).Buffer(3, axis: 0)),
        new("Rebatch", static streamer => streamer.Buffer(3).Rebatch(4)),
        new("Select", static streamer => streamer.Select(static sample => sample)),
        new("Where", static streamer => streamer.Where(static _ => true)),
        new("Where, buffered", static streamer => streamer.Where(static _ => true).Buffer(4)),
        new("Tap", static streamer => streamer.Tap(static _ => { })),
        new("Tally", static streamer => streamer.Tally(new StreamTally())),
        new("Tally, buffered", static streamer => streamer.Tally(new StreamTally()).Buffer(4)),
        new("ToFloat32", static streamer => streamer.ToFloat32("id")),
        new("SkipBad", static streamer => streamer.SkipBad(3)),
        new("SkipBad, buffered", static streamer => streamer.SkipBad(3).Buffer(4)),
        new("Take", static streamer => streamer.Take(1000).Buffer(3)),
        new("Cycle", static streamer => streamer.Cycle().Buffer(3)),
        new("Shuffle", static streamer => streamer.Shuffle(6)),
        new("Shuffle, buffered", static streamer => streamer.Shuffle(6).Buffer(4)),
        new("Cache", static streamer => streamer.Cache(5)),
        new("Cache, buffered", static streamer => streamer.Cache(5).Buffer(4)),
        new("With", static streamer => streamer.With(SlabAllocator.Managed).Buffer(4)),
        new("WithSeed", static streamer => streamer.WithSeed(4).Buffer(4)),
        new("ShuffledMux", static streamer => new ShuffledMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)])),
        new("ShuffledMux, buffered", static streamer => new ShuffledMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)]).Buffer(3)),
        new("RoundRobinMux", static streamer => new RoundRobinMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)]).Buffer(3)),
        new("ChainMux", static streamer => new ChainMux<Sample>([Trees.Finite(4), streamer]).Buffer(3)),
        new("StochasticMux", static streamer => new StochasticMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)], 3, 40, mode: StochasticMode.SingleActive)),
        new("StochasticMux, buffered", static streamer => new StochasticMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)], 3, 40, mode: StochasticMode.SingleActive).Buffer(3)),
        new("StochasticMux, one of many", static streamer => new StochasticMux<Sample>([streamer, streamer], 4, 40, mode: StochasticMode.WithReplacement).Buffer(3)),
        new("StochasticMux weighted", static streamer => new StochasticMux<Sample>(
            [Trees.Endless(1), streamer, Trees.Finite(4)], 2, 40, [3, 2, 1], StochasticMode.SingleActive).Buffer(3)),
        new("Prefetch", static streamer => streamer.Prefetch(2)),
        new("Prefetch, three workers", static streamer => streamer.Buffer(3).Prefetch(2, workers: 3)),
        new("Prefetch of a buffered mux", static streamer => new ShuffledMux<Sample>([Trees.Endless(1), streamer, Trees.Finite(4)]).Buffer(3).Prefetch(3)),
        new("Prefetch inside a mux", static streamer => new ShuffledMux<Sample>([Trees.Endless(1), streamer.Prefetch(2)]).Buffer(3)),
        new("ParallelSelect", static streamer => streamer.ParallelSelect(static sample => sample, 3)),
        new("ParallelSelect unordered", static streamer => streamer.ParallelSelect(static sample => sample, 3, inOrder: false, depth: 1)),
        new("ParallelSelect, buffered", static streamer => streamer.ParallelSelect(static sample => sample, 2).Buffer(4)),
        new("ParallelSelect inside a mux", static streamer => new ShuffledMux<Sample>([Trees.Endless(1), streamer.ParallelSelect(static sample => sample, 2)]).Buffer(3)),
        new("inside an iterator", static streamer => Streamer.Create(PassOn, streamer)),
        new("inside an iterator, buffered", static streamer => Streamer.Create(PassOn, streamer).Buffer(4)),
        new("mux of mux", static streamer => new ShuffledMux<Sample>([new StochasticMux<Sample>([streamer], 2, 40), Trees.Endless(2)]).Buffer(2)),
    ];

    private static IEnumerable<Sample> PassOn(StreamContext context, Streamer<Sample> source)
    {
        foreach (Sample sample in context.Open(source))
        {
            yield return sample;
        }
    }
}
