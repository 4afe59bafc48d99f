namespace Pescador.Fast.OnnxTests;

public sealed class SessionTests
{
    private static readonly SampleSpec In = new(TensorSpec.Of<float>("X", 3, 4), TensorSpec.Of<long>("Y", 3));
    private static readonly SampleSpec Out = new(TensorSpec.Of<float>("Z", 3, 4));

    [Fact]
    public void Open_OfAGraph_TellsWhatItTakesAndGives()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(extra: "Y"), "twice");
        Assert.Equal(["X float32[n,4]", "Y int64[n]"], session.Inputs.ToArray().Select(info => info.ToString()));
        Assert.Equal(["Z float32[n,4]", "Y.negated int64[n]"], session.Outputs.ToArray().Select(info => info.ToString()));
        Assert.Equal(ElementType.Float32, session.Inputs[0].ElementType);
        Assert.Equal(new OnnxDimension(null, "n"), session.Inputs[0].Dimensions[0]);
        Assert.Equal(new OnnxDimension(4, null), session.Inputs[0].Dimensions[1]);
        Assert.True(session.Initializers.IsEmpty);
    }

    [Fact]
    public void Open_OfAGraphWithInitializersThatAreInputs_TellsThem()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Foreign(), "foreign");
        Assert.Equal(["X float32[n,2]"], session.Inputs.ToArray().Select(info => info.ToString()));
        Assert.Equal(["w float32[2]"], session.Initializers.ToArray().Select(info => info.ToString()));
    }

    [Fact]
    public unsafe void Run_OnSamples_WritesWhereTheOutputsLie()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1, Optimisation = OnnxOptimisation.Basic });
        using var inputs = new SlabPool(In, slabCount: 1);
        using var outputs = new SlabPool(Out, slabCount: 1);
        using (Sample batch = inputs.Rent())
        using (Sample result = outputs.Rent())
        {
            Fill(batch);
            result["Z"].Span<float>().Clear();
            session.Run(batch, result);
            Assert.Equal(Enumerable.Range(0, 12).Select(i => 2f * i), result["Z"].Span<float>().ToArray());
            Assert.Equal(Enumerable.Range(0, 12).Select(i => (float)i), batch["X"].Span<float>().ToArray());
        }

        Assert.Equal(1, inputs.Counters.Returned);
        Assert.Equal(1, outputs.Counters.Returned);
    }

    [Fact]
    public void Run_OnValues_IsTheSame()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2, 3, 4 } }));
        using Sample result = Sample.Of(("Z", new float[1, 4]));
        using (OnnxValue x = OnnxValue.Over(batch["X"]))
        using (OnnxValue z = OnnxValue.Over(result["Z"]))
        {
            nint before = z.Address;
            session.Run([x], [z]);
            Assert.Equal(before, z.Address); // written where it lay, into no memory of ONNX Runtime's own
            Assert.Throws<ArgumentException>(() => session.Run([x, x], [z]));
            Assert.Throws<KeyNotFoundException>(() => session.Run([z], [x]));
            Assert.Throws<KeyNotFoundException>(() => session.Run([], [z]));
        }

        Assert.Equal([2, 4, 6, 8], result["Z"].Span<float>().ToArray());
    }

    [Fact]
    public void Run_OfDisposedValues_Throws()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using Sample batch = Sample.Of(("X", new float[1, 4]));
        OnnxValue x = OnnxValue.Over(batch["X"]);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run([x], []));
    }

    [Fact]
    public void Run_OfAnotherShape_NamesBoth()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(64), "train.onnx");
        using Sample batch = Sample.Of(("X", new float[128, 32]));
        using Sample result = Sample.Of(("Z", new float[128, 64]));
        Assert.Equal(
            "Tensor 'X': the graph 'train.onnx' takes float32[n,64], got float32[128,32].",
            Assert.Throws<DataException>(() => session.Run(batch, result)).Message);
    }

    [Fact]
    public void Run_OfAnotherElementType_NamesBoth()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using Sample batch = Sample.Of(("X", new double[3, 4]));
        using Sample result = Sample.Of(("Z", new float[3, 4]));
        Assert.Equal("Tensor 'X': the graph 'twice' takes float32[n,4], got float64[3,4].", Assert.Throws<DataException>(() => session.Run(batch, result)).Message);
    }

    [Fact]
    public void Run_OfAnotherLengthUnderOneSymbol_NamesBothAndWhoseTheFirstIs()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(extra: "Y"), "twice");
        using Sample batch = Sample.Of(("X", new float[3, 4]), ("Y", new long[2]));
        using Sample result = Sample.Of(("Z", new float[3, 4]));
        Assert.Equal(
            "Tensor 'Y': the graph 'twice' takes int64[n] with n = 3, as 'X' has it, got int64[2].",
            Assert.Throws<DataException>(() => session.Run(batch, result)).Message);
    }

    [Fact]
    public void Run_IntoAnotherShape_NamesBoth()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using Sample batch = Sample.Of(("X", new float[3, 4]));
        using Sample result = Sample.Of(("Z", new float[2, 4]));
        Assert.Equal(
            "Tensor 'Z': the graph 'twice' gives float32[n,4] with n = 3, as 'X' has it, got float32[2,4].",
            Assert.Throws<DataException>(() => session.Run(batch, result)).Message);
    }

    [Fact]
    public void Run_WithoutATensor_NamesItAndThoseThereAre()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using Sample batch = Sample.Of(("W", new float[3, 4]));
        using Sample result = Sample.Of(("Z", new float[3, 4]));
        Assert.Equal(
            "Tensor 'X' is missing: the graph 'twice' takes X float32[n,4], there are [W].",
            Assert.Throws<KeyNotFoundException>(() => session.Run(batch, result)).Message);
        using Sample other = Sample.Of(("X", new float[3, 4]));
        Assert.Contains("gives [Z float32[n,4]]", Assert.Throws<KeyNotFoundException>(() => session.Run(other, batch)).Message);
    }

    [Fact]
    public void Run_AfterAFailure_GivesBackWhatItHeld()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(extra: "Y"), "twice");
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 3, 4), TensorSpec.Of<float>("Y", 3)), slabCount: 1);
        using Sample result = Sample.Of(("Z", new float[3, 4]));
        for (int i = 0; i < 3; i++)
        {
            using Sample batch = pool.Rent();
            Assert.Throws<DataException>(() => session.Run(batch, result)); // Y is of another type; X is held by then
        }

        Assert.Equal(0, pool.Counters.Rented - pool.Counters.Returned);
    }

    [Fact]
    public void Run_OnThreads_GivesEachItsOwn()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1 });
        Parallel.For(0, 200, i =>
        {
            using Sample batch = Sample.Of(("X", new float[,] { { i, 0, 0, 0 } }));
            using Sample result = Sample.Of(("Z", new float[1, 4]));
            session.Run(batch, result);
            Assert.Equal(2f * i, result["Z"].Span<float>()[0]);
        });
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        Onnx.Need();
        OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        session.Dispose();
        session.Dispose();
        using Sample batch = Sample.Of(("X", new float[3, 4]));
        Assert.Throws<ObjectDisposedException>(() => session.Run(batch, batch));
    }

    [Fact]
    public async Task Dispose_WhileAnotherThreadRuns_EndsBetweenTwoRuns()
    {
        Onnx.Need();
        OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1 });
        var hasRun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task runs = Task.Run(
            () =>
            {
                using Sample batch = Sample.Of(("X", new float[256, 4]));
                using Sample result = Sample.Of(("Z", new float[256, 4]));
                while (true)
                {
                    session.Run(batch, result);
                    hasRun.TrySetResult();
                }
            },
            TestContext.Current.CancellationToken);
        await hasRun.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        session.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => runs.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_ManyTimes_AllocatesNothing()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice", new OnnxSessionOptions { Threads = 1 });
        using var inputs = new SlabPool(In, slabCount: 1);
        using var outputs = new SlabPool(Out, slabCount: 1);
        using Sample batch = inputs.Rent();
        using Sample result = outputs.Rent();
        Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                session.Run(batch, result);
            }
        }
    }

    [Fact]
    public void Open_OfNoFile_NamesThePath()
    {
        Onnx.Need();
        var error = Assert.Throws<FileNotFoundException>(() => OnnxSession.Open("/nowhere/model.onnx"));
        Assert.Contains("'/nowhere/model.onnx'", error.Message);
    }

    [Fact]
    public void Open_OfAFileThatIsNoGraph_NamesThePathAndGivesTheLibrarysWords()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.onnx"], "this is no graph");
        var error = Assert.Throws<PescadorException>(() => OnnxSession.Open(folder["text.onnx"]));
        Assert.Contains(folder["text.onnx"], error.Message);
        Assert.Contains("rotobuf", error.Message); // "Protobuf parsing failed."
        Assert.Throws<PescadorException>(() => OnnxSession.Open([], "empty"));
    }

    [Fact]
    public void Open_OfAFile_CallsItByItsName()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["zwei Ä.onnx"], Onnx.Twice());
        using OnnxSession session = OnnxSession.Open(folder["zwei Ä.onnx"]);
        Assert.Equal("zwei Ä.onnx", session.Name);
    }

    [Fact]
    public void Open_AndDispose_ManyTimes_Ends()
    {
        Onnx.Need();
        byte[] model = Onnx.Twice();
        for (int i = 0; i < 300; i++)
        {
            OnnxSession.Open(model, "twice", new OnnxSessionOptions { Threads = 1 }).Dispose();
        }
    }

    private static void Fill(Sample batch)
    {
        Span<float> x = batch["X"].Span<float>();
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i;
        }
    }
}
