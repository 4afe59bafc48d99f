namespace Pescador.Fast;

/// <summary>Makes the streamer that a description asks for, in the way of the command.</summary>
internal static class DescribedStream
{
    private const int UsuallyActive = 100;

    /// <exception cref="DataException">A file is not there.</exception>
    /// <exception cref="PescadorException">Files, weights and mode do not go together.</exception>
    internal static PrefetchStreamer<Sample> Make(StreamDescription described, MemoryBudget budget, WorkingSet workingSet, PoolWatch watch)
    {
        IReadOnlyList<Source> sources = Source.OpenAll(FilePatterns.Expand(described.Files), described.Csv);
        Streamer<Sample> rows = Mix([.. sources.Select(source => PartOf(source, described).Rows(described.Order))], described);
        if (described.Epochs != 1)
        {
            rows = new CycleStreamer<Sample>(rows, maxIterations: null, described.Epochs == 0 ? null : described.Epochs);
        }

        if (described.SkipBad > 0)
        {
            rows = rows.SkipBad(described.SkipBad);
        }

        if (described.Float32.Length > 0)
        {
            // Samples, not batches: so the batches come from the pool alone, and what a consumer keeps is bounded in the same way whatever is converted.
            rows = rows.ToFloat32(described.Float32);
        }

        Streamer<Sample> batches = new WatchedStreamer(rows.Buffer(described.Batch, described.Partial), watch)
            .With(budget: budget, poolTimeout: described.Timeout, workingSet: workingSet)
            .WithEpoch(described.Epoch);

        // Outermost, so that its readiness can be asked for.
        return batches.Prefetch(described.Prefetch);
    }

    private static Source PartOf(Source source, StreamDescription described) => described switch
    {
        { HeldOut: { } share, Part: SplitPart.Training } => source.Split(share, described.SplitSeed).Training,
        { HeldOut: { } share, Part: SplitPart.HeldOut } => source.Split(share, described.SplitSeed).HeldOut,
        _ => source,
    };

    private static Streamer<Sample> Mix(Streamer<Sample>[] streamers, StreamDescription described)
    {
        MuxDescription mux = described.Mux;
        MuxWeights? weights = mux.Weights;
        long seed = described.Seed;
        return mux.Kind switch
        {
            MuxKind.Stochastic => new StochasticMux<Sample>(
                streamers,
                mux.Active ?? Math.Min(UsuallyActive, mux.Weights?.Count(static weight => weight > 0) ?? streamers.Length),
                mux.Rate ?? (mux.Mode == StochasticMode.Exhaustive ? null : MuxDescription.UsualRate),
                weights,
                mux.Mode,
                seed: seed),
            MuxKind.Shuffled => new ShuffledMux<Sample>(streamers, weights, seed),
            MuxKind.RoundRobin => new RoundRobinMux<Sample>(streamers, mux.RoundRobin, seed),
            _ => new ChainMux<Sample>(streamers, mux.Chain, seed),
        };
    }
}
