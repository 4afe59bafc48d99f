using static Pescador.Fast.StochasticMode;

namespace Pescador.Fast.Tests;

/// <summary>In the steady state nothing is allocated, neither for a sample nor for an activation.</summary>
public sealed class MuxAllocationTests
{
    private static readonly double[] Weights = [40, 9, 8, 4, 3, 2, 1, 1];

    public static TheoryData<string> Muxes =>
    [
        "with replacement", "with replacement, equal", "single active", "single active, equal", "active set draw", "single, active set draw",
        "exhaustive", "nested single active", "nested, pruned", "not pruned", "shuffled", "round robin", "permuted", "chain",
    ];

    [Theory]
    [MemberData(nameof(Muxes))]
    public void MoveNext_InTheSteadyState_AllocatesNothing(string name)
    {
        Streamer<int> mux = Build(name);
        using ActiveStream<int> stream = Streams.Open(mux);
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 20 && allocated > 0; attempt++) // the runtime's own tiering may fall into one
        {
            Warm(stream);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Warm(stream);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    /// <summary>Twin: the check sees a single small object.</summary>
    [Fact]
    public void GetAllocatedBytes_OfAStreamThatAllocates_IsSeen()
    {
        using ActiveStream<int> stream = Streams.Open(new ChainMux<int>([Enumerable.Range(0, 50).Where(i => i >= 0)], ChainMode.Cycle));
        Warm(stream);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Warm(stream);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() > before);
    }

    /// <summary>Also across runs: what one run made serves the next.</summary>
    [Theory]
    [MemberData(nameof(Muxes))]
    public void Open_AgainAndAgain_AllocatesNothing(string name)
    {
        Streamer<int> mux = Build(name);
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 20 && allocated > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int run = 0; run < 50; run++)
            {
                using ActiveStream<int> stream = Streams.Open(mux);
                for (int i = 0; i < 300 && stream.MoveNext(); i++)
                {
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static void Warm(ActiveStream<int> stream)
    {
        for (int i = 0; i < 20_000 && stream.MoveNext(); i++)
        {
        }
    }

    private static Streamer<int> Build(string name)
    {
        Repeated[] endless = Repeated.Endless(8);
        Repeated[] ending = Repeated.Of(3, 9, 1, 30, 2, 5, 5, 100);
        Repeated[] withEmpty = Repeated.Of(3, 0, 1, 30, 2, 5, 0, 100);
        return name switch
        {
            "with replacement" => new StochasticMux<int>(ending, 3, 5.5, Weights, seed: 1),
            "with replacement, equal" => new StochasticMux<int>(endless, 3, 5.5, seed: 1),
            "single active" => new StochasticMux<int>(ending, 3, 5.5, Weights, SingleActive, seed: 1),
            "single active, equal" => new StochasticMux<int>(ending, 3, 5.5, mode: SingleActive, seed: 1),
            "active set draw" => new StochasticMux<int>(ending, 3, 5.5, Weights, weighting: MuxWeighting.ActiveSetDraw, seed: 1),
            "single, active set draw" => new StochasticMux<int>(endless, 3, 5.5, Weights, SingleActive, weighting: MuxWeighting.ActiveSetDraw, seed: 1),
            "exhaustive" => new StochasticMux<int>([Inner(Exhaustive, ending), Inner(Exhaustive, withEmpty)], 1, 20, seed: 1),
            "nested single active" => new StochasticMux<int>([Inner(SingleActive, endless), Inner(SingleActive, ending)], 1, 20, [2, 1], seed: 1),
            "nested, pruned" => new StochasticMux<int>([Inner(SingleActive, Repeated.Of(9, 9, 9, 9, 9, 9, 0, 9)), endless[0]], 1, 200, seed: 1),
            "not pruned" => new StochasticMux<int>(withEmpty, 3, 5.5, Weights, SingleActive, pruneEmpty: false, seed: 1),
            "shuffled" => new ShuffledMux<int>(withEmpty, Weights, seed: 1),
            "round robin" => new RoundRobinMux<int>(withEmpty, RoundRobinMode.Cycle, seed: 1),
            "permuted" => new RoundRobinMux<int>(withEmpty, RoundRobinMode.PermutedCycle, seed: 1),
            "chain" => new ChainMux<int>(withEmpty, ChainMode.Cycle, seed: 1),
            _ => throw new ArgumentException(name),
        };
    }

    private static StochasticMux<int> Inner(StochasticMode mode, Repeated[] streams) => new(streams, 3, 5.5, Weights, mode);
}
