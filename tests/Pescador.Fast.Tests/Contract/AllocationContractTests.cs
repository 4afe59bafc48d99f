namespace Pescador.Fast.Tests.Contract;

/// <summary>In the steady state nothing is allocated: not per sample, not per batch, not per activation.</summary>
public sealed class AllocationContractTests
{
    public static TheoryData<TreeCase> EveryBuiltIn =>
    [
        .. BuiltIn(),
        .. BuiltIn().Select(tree => tree with { Name = $"{tree.Name}, Buffer", Build = () => tree.Build().Buffer(8, partial: true) }),
        .. BuiltIn().Select(tree => tree with { Name = $"{tree.Name}, Tuples", Build = () => tree.Build().Tuples("X", "id").Select(static tuple => tuple.Sample) }),
    ];

    // Cycled, what is prefetched and ends would start threads again and again.
    public static TheoryData<TreeCase> EveryBuiltInWithoutNewThreads =>
        [.. EveryBuiltIn.Where(static row => !row.Data.IsPrefetched || row.Data.IsEndless)];

    // A Prefetch starts threads in each activation, and a thread is an object: it promises 0 bytes per item, not per activation. Of its
    // items only the consumer's side is seen here; PrefetchAllocationTests measures the workers'.
    public static TheoryData<TreeCase> EveryBuiltInThatStartsNoThreads => [.. EveryBuiltIn.Where(static row => !row.Data.IsPrefetched)];

    [Theory]
    [MemberData(nameof(EveryBuiltInWithoutNewThreads))]
    public void MoveNext_InTheSteadyState_AllocatesNothing(TreeCase tree)
    {
        // 10⁵ samples at a rate of at most 4: far more than 10⁴ activations; and the muxes' children end on their own besides.
        Streamer<Sample> streamer = tree.Build().Cycle();
        using ActiveStream<Sample> stream = streamer.Open();
        AssertNone(() => Pull(stream, 20_000));
    }

    [Theory]
    [MemberData(nameof(EveryBuiltInThatStartsNoThreads))]
    public void Foreach_RunAfterRun_AllocatesNothing(TreeCase tree)
    {
        Streamer<Sample> streamer = tree.Build();
        AssertNone(() =>
        {
            for (int run = 0; run < 500; run++)
            {
                foreach (Sample sample in streamer.Iterate(6))
                {
                    sample.Dispose();
                }
            }
        });
    }

    [Fact]
    public void MoveNext_OverAHundredThousandActivations_AllocatesNothing()
    {
        Streamer<Sample> rows = Trees.Rows(RowOrder.Random);
        var mux = new StochasticMux<Sample>([rows, Trees.Rows(RowOrder.InOrder), Trees.Endless(1)], 5, 1, seed: 1);
        using ActiveStream<Sample> stream = mux.Open();
        Pull(stream, 50_000);
        AssertNone(() => Pull(stream, 100_000));
        Assert.True(rows.ActivationCount >= 1); // with replacement, so also several times at once
    }

    // What is allocated is allocated each time; a buffer that another thread's collection ended is booked now and then.
    private static void AssertNone(Action action)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 12 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            least = attempt < 2 ? least : Math.Min(least, allocated);
        }

        Assert.Equal(0, least);
    }

    private static void Pull(ActiveStream<Sample> stream, int count)
    {
        for (int i = 0; i < count && stream.MoveNext(); i++)
        {
            stream.Current.Dispose();
        }
    }

    // Enumerators of lazy sequences are objects, and so are the exceptions of bad samples.
    private static IEnumerable<TreeCase> BuiltIn() => Trees.All.Where(static tree =>
        !tree.Name.Contains("lazy", StringComparison.Ordinal) && !tree.Name.Contains("bad", StringComparison.Ordinal));
}
