namespace Pescador.Fast.Throughput;

/// <summary>Samples per second through the muxes; the consumer reads X[0] and disposes.</summary>
internal static class MuxWorkloads
{
    private const double Rate = 8;
    private const long Seed = 1;
    private const int SamplesPerPiece = 1 << 16;
    private const int SamplesToVerifyShares = 1 << 20;

    // Runs of 1 + binomial(.., mean 7) samples: their mean square over their mean is at most rate + 1; and the ends of 100 cut ones.
    private const double DispersionOfRuns = Rate + 2;

    internal static IEnumerable<Workload> All =>
    [
        Of("mux-stochastic", "StochasticMux, 1,000 streams of own rows as views, 100 active, rate 8", StochasticOf1000, 30e6, bytes: 0),
        Of(
            "mux-stochastic-iterator",
            "the same over C# iterators that rent a sample and mark it",
            StochasticOf1000 with { IsIterator = static _ => true },
            20e6,
            bytes: 1),
        Of(
            "mux-stochastic-iterator-rows",
            "the same, the iterators copying cold rows of 256 bytes",
            StochasticOf1000 with { IsIterator = static _ => true, CopiesRows = true }),
        Of("mux-stochastic-mixed", "half of each", StochasticOf1000 with { IsIterator = static stream => stream % 2 == 1 }, 15e6, bytes: 0),
        Of("mux-stochastic-weighted", "the first with weights 1/(i + 1)", Stochastic(ShareCheck.Harmonic(1000)), 20e6),
        Of(
            "mux-single-active-weighted",
            "the same, none active twice",
            Stochastic(ShareCheck.Harmonic(1000), StochasticMode.SingleActive),
            20e6),
        Of("mux-shuffled-10", "ShuffledMux, 10 streams, weights 1/(i + 1)", Shuffled(ShareCheck.Harmonic(10)), 25e6),
        Of("mux-shuffled-100000", "ShuffledMux, 100,000 streams, weights 1/(i + 1)", Shuffled(ShareCheck.Harmonic(100_000)), 4e6),
        Of("mux-shuffled-100000-equal", "ShuffledMux, 100,000 streams, equal weights", Shuffled(ShareCheck.Equal(100_000)), 3e6),
        Of("mux-roundrobin-10000", "RoundRobinMux, 10,000 streams", RoundRobin(10_000), 25e6),
        Of("mux-nested", "ShuffledMux of 10 StochasticMux of 100 streams, 10 active, rate 8", Nested(), 20e6),
    ];

    internal static MuxRecipe Stochastic(double[] shares, StochasticMode mode = StochasticMode.WithReplacement, int active = 100) => new(
        streams => new StochasticMux<Sample>(streams, active, Rate, Weights(shares), mode, seed: Seed), shares)
    {
        HasOwnTables = true,
        Dispersion = DispersionOfRuns,
    };

    internal static MuxRecipe Shuffled(double[] shares) => new(
        streams => new ShuffledMux<Sample>(streams, Weights(shares), Seed), shares);

    internal static MuxRecipe RoundRobin(int count) => new(
        static streams => new RoundRobinMux<Sample>(streams, seed: Seed), ShareCheck.Equal(count))
    {
        Dispersion = 0,
    };

    internal static MuxRecipe Chain(int count) => new(
        static streams => new ChainMux<Sample>(streams, ChainMode.Cycle, Seed), ShareCheck.Equal(count))
    {
        Order = RowOrder.InOrder,
        Dispersion = 0,
    };

    /// <summary>Measures and verifies a mux.</summary>
    internal static Rounds Run(MuxRecipe recipe, Measure measure)
    {
        if (!recipe.HasOwnTables)
        {
            recipe.VerifyShares(SamplesToVerifyShares);
        }

        using MuxContestant contestant = recipe.Open(SamplesPerPiece);
        Rounds rounds = measure.Of(contestant);
        contestant.CheckAll();
        return rounds;
    }

    private static MuxWeights? Weights(double[] shares) => shares.AsSpan().ContainsAnyExcept(shares[0]) ? new MuxWeights(shares) : null;

    private static MuxRecipe StochasticOf1000 => Stochastic(ShareCheck.Equal(1000));

    private static MuxRecipe Nested() => new(
        static streams => new ShuffledMux<Sample>(
            streams.Chunk(100).Select(static part => new StochasticMux<Sample>(part, 10, Rate)), seed: Seed),
        ShareCheck.Equal(1000))
    {
        Dispersion = DispersionOfRuns,
    };

    private static Workload Of(string name, string what, MuxRecipe recipe, double? samplesPerSecond = null, double? bytes = null) =>
        new(name, what, "samples_per_second", measure =>
        {
            Rounds rounds = Run(recipe, measure);
            return new Outcome()
                .Add("samples_per_second", rounds.Of(static rate => rate))
                .Add("allocated_bytes_per_sample", rounds.AllocatedBytesPerUnit)
                .AddConduct(rounds);
        })
        {
            Targets =
            [
                .. samplesPerSecond is { } least ? [Target.AtLeast("samples_per_second", least)] : Array.Empty<Target>(),
                .. bytes is { } most ? [Target.AtMost("allocated_bytes_per_sample", most)] : Array.Empty<Target>(),
            ],
        };
}
