namespace Pescador.Fast.Tests.Contract;

/// <summary>What every kind of streamer promises.</summary>
public sealed class StreamerContractTests
{
    private const int Samples = 1200;

    public static TheoryData<TreeCase> EveryTree => [.. Trees.All.Concat(Trees.Batches)];

    public static TheoryData<TreeCase> EverySampleTree => [.. Trees.All];

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Open_BeforeTheFirstSample_NothingIsActive(TreeCase tree)
    {
        Streamer<Sample> streamer = tree.Build();
        using ActiveStream<Sample> stream = streamer.Open();
        Assert.Equal(0, TotalActive(streamer));
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Iterate_TwiceWithEqualSeeds_GivesEqualSamples(TreeCase tree)
    {
        Streamer<Sample> streamer = tree.Build().WithSeed(21);
        Streamer<Sample> again = tree.Build().WithSeed(21);
        Assert.Equal(21, streamer.Seed);
        Assert.Equal(Read(streamer, Samples), Read(again, Samples));
        Assert.Equal(Read(streamer, Samples), Read(again, Samples));
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Iterate_ToTheEndOrALimit_LeavesNothingActiveAndNothingRented(TreeCase tree)
    {
        Streamer<Sample> streamer = tree.Build();
        ActiveStream<Sample> stream = streamer.Open();
        StreamScope scope = stream.Scope;
        int given = 0;
        PoolCounters batches = default;
        while (given < Samples && stream.MoveNext())
        {
            given++;
            stream.Current.Dispose();
            batches = stream.Batches;
        }

        Assert.Equal(tree.IsEndless, given == Samples);
        stream.Dispose();
        Assert.Equal(0, TotalActive(streamer));
        AssertNothingRented(scope);
        if (!tree.IsPrefetched)
        {
            Assert.Equal(0, batches.Outstanding); // what threads have made ahead was still out then; PrefetchDisposeTests counts it
        }
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Dispose_AfterAFewSamples_ClosesEverythingBelow(TreeCase tree)
    {
        for (int taken = 0; taken < 6; taken++)
        {
            Streamer<Sample> streamer = tree.Build();
            ActiveStream<Sample> stream = streamer.Open();
            StreamScope scope = stream.Scope;
            for (int i = 0; i < taken && stream.MoveNext(); i++)
            {
                stream.Current.Dispose();
            }

            stream.Dispose();
            stream.Dispose();
            Assert.Equal(0, TotalActive(streamer));
            AssertNothingRented(scope);
            Assert.Throws<ObjectDisposedException>(() => stream.MoveNext());
        }
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Iterate_WithALimit_GivesExactlyThatManyAndTakesNoMore(TreeCase tree)
    {
        List<string> all = Read(tree.Build().WithSeed(5), 40);
        Streamer<Sample> streamer = tree.Build().WithSeed(5);
        var some = new List<string>();
        foreach (Sample sample in streamer.Iterate(7))
        {
            some.Add(Trees.Content(sample));
            sample.Dispose();
        }

        Assert.Equal(all.Take(7), some);
        Assert.Equal(0, TotalActive(streamer));
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Open_TwiceAtOnce_TheActivationsShareNothing(TreeCase tree)
    {
        Streamer<Sample> streamer = tree.Build().WithSeed(3);
        List<string> first = Read(streamer, 30);
        List<string> second = Read(streamer, 30);

        Streamer<Sample> interleaved = tree.Build().WithSeed(3);
        using ActiveStream<Sample> left = interleaved.Open();
        using ActiveStream<Sample> right = interleaved.Open();
        var lefts = new List<string>();
        var rights = new List<string>();
        for (int i = 0; i < 30; i++)
        {
            Take(left, lefts);
            Take(right, rights);
        }

        Assert.Equal(first, lefts);
        Assert.Equal(second, rights);
    }

    [Theory]
    [MemberData(nameof(EverySampleTree))]
    public void Fill_IntoRows_GivesTheSameSamplesAsPulledLoose(TreeCase tree)
    {
        List<string> loose = Read(tree.Build().WithSeed(11), 300);
        Streamer<Sample> streamer = tree.Build().WithSeed(11);
        var rows = new List<string>();

        // The same activation, pulled into the rows of a batch by sevens.
        Run<Sample> run = streamer.TakeRun();
        long ticket = run.OpenRoot(long.MaxValue, TestContext.Current.CancellationToken);
        Activation<Sample> activation = streamer.Activate(run.Scope, run.Seed, isMixed: true);
        using var pool = new SlabPool(Trees.RowSpec.Stack(7));
        var writer = new RowWriter(Trees.RowSpec);
        int filled = 7;
        while (rows.Count < 300 && filled == 7)
        {
            using Sample batch = pool.Rent();
            writer.Begin(batch.Core);
            filled = activation.Fill(writer, 7);
            for (int row = 0; row < filled; row++)
            {
                float[] x = batch["X"].Span<float>().Slice(row * 4, 4).ToArray();
                using Sample view = Sample.Of(("X", x), ("id", TensorData.Scalar(batch["id"].Span<int>()[row])));
                rows.Add(Trees.Content(view));
            }
        }

        activation.Close();
        StreamScope scope = run.Scope;
        run.CloseIf(ticket);
        Assert.Equal(loose, rows.Take(300));
        Assert.Equal(0, TotalActive(streamer));
        AssertNothingRented(scope);
    }

    [Theory]
    [MemberData(nameof(EveryTree))]
    public void Trim_AfterUse_ReleasesWhatWasKept(TreeCase tree)
    {
        var budget = new MemoryBudget(1 << 30);
        Streamer<Sample> streamer = tree.Build().With(budget: budget);
        Read(streamer, 50);
        streamer.Trim();
        Assert.Equal(0, budget.UsedInBytes);
    }

    internal static List<string> Read(Streamer<Sample> streamer, int count)
    {
        var samples = new List<string>();
        using ActiveStream<Sample> stream = streamer.Open();
        for (int i = 0; i < count; i++)
        {
            Take(stream, samples);
        }

        return samples;
    }

    internal static int TotalActive(IStreamerNode node)
    {
        int below = node.Inputs.Sum(TotalActive);
        return below + (node is Streamer<Sample> streamer ? streamer.ActivationCount : 0);
    }

    internal static void AssertNothingRented(StreamScope scope)
    {
        Assert.Equal(0, scope.Views.Outstanding);
        Assert.Equal(0, scope.LooseCounters.Outstanding);
    }

    private static void Take(ActiveStream<Sample> stream, List<string> samples)
    {
        if (stream.MoveNext())
        {
            samples.Add(Trees.Content(stream.Current));
            stream.Current.Dispose();
        }
    }
}
