namespace Pescador.Fast.OnnxTests;

/// <summary>What every map promises, of <see cref="OnnxInference.Infer"/>: it repeats, goes on from a saved state, ends clean wherever it is left, and lets
/// errors through.</summary>
public sealed class InferContractTests
{
    private const int Count = 10; // batches, the last one short

    [Fact]
    public void Iterate_WithOneSeed_Repeats()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        Streamer<Sample> results = Results(session);
        Assert.Equal(All(results.WithSeed(3).Open()), All(results.WithSeed(3).Open()));
        Assert.NotEqual(All(results.WithSeed(3).Open()), All(results.WithSeed(4).Open()));
    }

    [Fact]
    public void Restore_AtEachPosition_GoesOnAsTheWholeRunDid()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        Streamer<Sample> results = Results(session);
        List<string> whole = All(results.WithSeed(3).Open());
        Assert.Equal(Count, whole.Count);
        for (int position = 0; position <= Count; position++)
        {
            using ActiveStream<Sample> run = results.WithSeed(3).Open();
            for (int i = 0; i < position; i++)
            {
                Assert.True(run.MoveNext());
                run.Current.Dispose();
            }

            StreamState state = StreamState.FromArray(run.Save().ToArray());
            Assert.Equal(whole.Skip(position), All(results.WithSeed(3).Restore(state)));
        }
    }

    [Fact]
    public void Dispose_AtEachPosition_LeavesNothingOut()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        Streamer<Sample> results = Results(session);
        for (int position = 0; position <= Count; position++)
        {
            ActiveStream<Sample> run = results.Open();
            for (int i = 0; i < position && run.MoveNext(); i++)
            {
                run.Current.Dispose();
            }

            Assert.Equal(0, run.LooseSamples.Outstanding + run.Batches.Outstanding);
            run.Dispose();
            Assert.Equal(0, results.ActivationCount);
        }
    }

    [Fact]
    public void Iterate_UnderPrefetchAndAMux_GivesTheSame()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        List<string> plain = All(Mixed().Tap(static _ => { }).Open()); // as deep a tree: seeds are derived down it
        Assert.Equal(3 * Count, plain.Count);
        Assert.Equal(plain, All(Mixed().Prefetch(3).Open()));

        Streamer<Sample> Mixed() => new ShuffledMux<Sample>([Results(session), Results(session)], seed: 3).Take(3 * Count);
    }

    [Fact]
    public void MoveNext_WhereTheSourceThrows_LetsItThrough()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        Streamer<Sample> results = Streamer.Create(Breaks).Buffer(2).Infer(session);
        using ActiveStream<Sample> run = results.Open();
        Assert.True(run.MoveNext());
        run.Current.Dispose();
        Assert.Equal("broken", Assert.Throws<FormatException>(() => run.MoveNext()).Message);
        Assert.Equal(0, results.ActivationCount);
    }

    [Fact]
    public void Iterate_UnderABudget_CountsWhatItRents()
    {
        Onnx.Need();
        using OnnxSession session = Twice();
        var budget = new MemoryBudget(1 << 20);
        Assert.Equal(Count, All(Results(session).With(budget: budget).Open()).Count);
        Assert.True(budget.PeakInBytes > 0);
        var small = new MemoryBudget(2000); // four slabs of 16 rows are more
        Assert.Throws<PescadorException>(() => All(Results(session).With(budget: small).Open()));
    }

    private static OnnxSession Twice() => OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1 });

    private static Streamer<Sample> Results(OnnxSession session) => Onnx.Batches(4, 2, rows: 16, count: (16 * Count) - 5).Infer(session, "Y");

    private static IEnumerable<Sample> Breaks(StreamContext context)
    {
        var spec = new SampleSpec(TensorSpec.Of<float>("X", 4));
        for (int i = 0; i < 3; i++)
        {
            yield return context.Rent(spec);
        }

        throw new FormatException("broken");
    }

    private static List<string> All(ActiveStream<Sample> run)
    {
        List<string> all = [];
        using (run)
        {
            while (run.MoveNext())
            {
                using Sample result = run.Current;
                all.Add($"{result}: {string.Join(' ', result["Z"].Span<float>().ToArray())} {string.Join(' ', result["Y"].Span<long>().ToArray())}");
            }
        }

        return all;
    }
}
