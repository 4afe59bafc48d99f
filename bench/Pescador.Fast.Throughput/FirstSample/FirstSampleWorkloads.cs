namespace Pescador.Fast.Throughput;

/// <summary>How long a mux of many streamers takes until its first sample, construction apart, the code warm.</summary>
internal static class FirstSampleWorkloads
{
    private const int Streams = 30_000;

    internal static IEnumerable<Workload> All =>
    [
        Of(
            "first-sample-stochastic-30000",
            "StochasticMux, 100 active, rate 8",
            2,
            static streams => new StochasticMux<Sample>(streams, 100, 8)),
        Of("first-sample-shuffled-30000", "ShuffledMux", 10, static streams => new ShuffledMux<Sample>(streams)),
    ];

    private static Workload Of(string name, string what, double milliseconds, Func<Streamer<Sample>[], Streamer<Sample>> mux) =>
        new(name, $"first sample of 30,000 streams: {what}", "milliseconds", measure =>
        {
            using var contestant = new FirstSampleContestant(Streams, mux);
            Rounds rounds = measure.Of(contestant);
            return new Outcome().Add("milliseconds", rounds.Of(static rate => 1e3 / rate)).AddConduct(rounds);
        })
        {
            Targets = [Target.AtMost("milliseconds", milliseconds)],
        };
}
