namespace Pescador.Fast.OnnxTests;

public sealed class InferTests
{
    [Fact]
    public void Infer_OfAStream_GivesTheOutputsAndWhatIsKeptOfEachBatch()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        var forms = new List<string>();
        foreach (Sample result in Onnx.Batches(4, 2, rows: 64, count: 100).Infer(session, "Y"))
        {
            forms.Add(result.ToString());
            result.Dispose();
        }

        Assert.Equal(["{Z float32[64,4], Y int64[64]}", "{Z float32[36,4], Y int64[36]}"], forms); // a short last batch
    }

    [Fact]
    public void Infer_OfRows_WritesTwiceOfEach()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        float[,] rows = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 } };
        Streamer<Sample> batches = Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = rows, ["Y"] = new long[] { 3, 1, 2 } }, RowOrder.InOrder).Buffer(2, partial: true);
        var results = new List<float>();
        var labels = new List<long>();
        foreach (Sample result in batches.Infer(session, "Y"))
        {
            using (result)
            {
                results.AddRange(result["Z"].Span<float>());
                labels.AddRange(result["Y"].Span<long>());
            }
        }

        Assert.Equal(Enumerable.Range(1, 12).Select(i => 2f * i), results);
        Assert.Equal([3, 1, 2], labels);
    }

    [Fact]
    public void Infer_StoppedEarly_ReturnsEverything()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        Streamer<Sample> results = Onnx.Batches(4, 2, rows: 16, count: 1000).Infer(session);
        ActiveStream<Sample> stream = results.Open();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(stream.MoveNext());
            stream.Current.Dispose();
        }

        Assert.Equal(5, stream.Batches.Rented);
        Assert.Equal(0, stream.Batches.Outstanding);
        Assert.Equal(0, stream.LooseSamples.Outstanding);
        stream.Dispose();
        Assert.Equal(0, results.ActivationCount);
    }

    [Fact]
    public void Infer_SavedAndRestored_GoesOn()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        Streamer<Sample> results = Onnx.Batches(4, 2, rows: 16, count: 160).Infer(session, "Y");
        using ActiveStream<Sample> first = results.Open();
        Next(first);
        Next(first);
        StreamState state = first.Save();
        float[] third = Next(first);
        using ActiveStream<Sample> second = results.Restore(state);
        Assert.Equal(third, Next(second));

        static float[] Next(ActiveStream<Sample> stream)
        {
            Assert.True(stream.MoveNext());
            using Sample batch = stream.Current;
            return batch["Z"].Span<float>().ToArray();
        }
    }

    [Fact]
    public void Infer_OfABatchThatDoesNotFit_RaisesItAndReturnsTheBatch()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(width: 5), "five");
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 16, 4), TensorSpec.Of<long>("Y", 16)));
        using ActiveStream<Sample> stream = Onnx.Batches(4, 2, rows: 16, count: 160, pool: pool).Infer(session).Open();
        Assert.Contains("takes float32[n,5], got float32[16,4]", Assert.Throws<DataException>(() => stream.MoveNext()).Message);
        Assert.Equal((1, 1), (pool.Counters.Rented, pool.Counters.Returned));
    }

    [Fact]
    public void Infer_KeepingWhatIsNotThere_NamesIt()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using ActiveStream<Sample> stream = Onnx.Batches(4, 2, rows: 16, count: 160).Infer(session, "labels").Open();
        Assert.Contains("'labels'", Assert.Throws<KeyNotFoundException>(() => stream.MoveNext()).Message);
        Assert.Equal(0, stream.Batches.Outstanding + stream.LooseSamples.Outstanding);
    }

    [Fact]
    public void Infer_KeepingAnOutputsName_IsRefusedAtOnce()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        Assert.Contains("'Z' cannot be kept", Assert.Throws<ArgumentException>(() => Onnx.Batches(4, 2, 16, 16).Infer(session, "Z")).Message);
    }

    [Fact]
    public void Infer_ByAGraphWhoseOutputsFormIsOpen_IsRefusedAtOnce()
    {
        Onnx.Need();
        var graph = new OnnxGraphBuilder("open");
        graph.AddInput("X", ElementType.Float32, 4);
        graph.Add("NonZero", ["X"], "Z");
        graph.AddOutput("Z", ElementType.Int64, 1, -1);
        using OnnxSession session = OnnxSession.Open(graph.Model("test", "open"), "open");
        Assert.Contains("does not follow", Assert.Throws<ArgumentException>(() => Onnx.Batches(4, 2, 16, 16).Infer(session)).Message);
    }

    [Fact]
    public void Infer_OfAnotherRunsDisposedSession_Throws()
    {
        Onnx.Need();
        OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using ActiveStream<Sample> stream = Onnx.Batches(4, 2, rows: 16, count: 160).Infer(session).Open();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.MoveNext());
        Assert.Equal(0, stream.Batches.Outstanding + stream.LooseSamples.Outstanding);
    }

    [Fact]
    public void Infer_ManyBatches_AllocatesNothing()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1 });
        using ActiveStream<Sample> stream = Onnx.Batches(4, 2, rows: 16, count: 1_000_000).Infer(session, "Y").Open();
        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                stream.MoveNext();
                stream.Current.Dispose();
            }
        }
    }
}
