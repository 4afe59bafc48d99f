namespace Pescador.Fast.OnnxTests;

public sealed class LearnerTests
{
    private const int Features = 8;
    private const int Classes = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void Fit_OfAStream_LearnsIt(int hidden)
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, hidden));
        Assert.True(float.IsNaN(learner.LastLoss));
        LearningProgress done = new StreamLearner(learner).Fit(Onnx.Batches(Features, Classes, rows: 64, count: 20_000));
        Assert.Equal(313, done.Batches); // the last of 32 rows
        Assert.Equal(done.Batches, learner.Steps);
        Assert.True(learner.LastLoss < 0.5, $"{learner.LastLoss}");
        foreach (Sample batch in Onnx.Batches(Features, Classes, rows: 1000, count: 1000, seed: 2))
        {
            using (batch)
            {
                double score = learner.Score(batch);
                Assert.True(score > 0.9, $"{score}");
            }
        }
    }

    [Fact]
    public void Fit_OfAStream_ReturnsEveryBatch()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes));
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 64, Features), TensorSpec.Of<long>("Y", 64)), slabCount: 5);
        new StreamLearner(learner).Fit(Onnx.Batches(Features, Classes, rows: 64, count: 1000, pool: pool).Prefetch(2));
        Assert.Equal(16, learner.Steps);
        Assert.True(pool.Counters.Rented >= 16);
        Assert.Equal((0, 0), (pool.Counters.Outstanding, pool.Counters.Forgotten));
    }

    [Fact]
    public void PartialFit_ManyTimes_AllocatesNothing()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 16), new OnnxSessionOptions { Threads = 1 });
        using Sample batch = OneBatch(64);
        for (int i = 0; i < 100; i++)
        {
            learner.PartialFit(batch);
            learner.Score(batch);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            learner.PartialFit(batch);
            learner.Score(batch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void PartialFit_OfOneSeed_RepeatsBitForBit()
    {
        Onnx.Need();
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));

        float[] Weights(long seed)
        {
            using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 16) { Seed = seed }, new OnnxSessionOptions { Threads = 1 });
            new StreamLearner(learner).Fit(Onnx.Batches(Features, Classes, rows: 64, count: 1000));
            using Sample parameters = learner.CopyParameters();
            return parameters["hidden.weights"].Span<float>().ToArray();
        }
    }

    [Fact]
    public void Score_AndPredict_ChangeNoParameter()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 16));
        using Sample batch = OneBatch(64);
        learner.PartialFit(batch);
        float[][] before = Values(learner);
        var classes = new int[64];
        learner.Predict(batch, classes);
        double score = learner.Score(batch);
        Assert.Equal(before, Values(learner));
        Assert.Equal(1, learner.Steps);
        Assert.Equal(score, classes.Zip(batch["Y"].Span<long>().ToArray(), (a, b) => a == b ? 1.0 : 0.0).Average());
    }

    [Fact]
    public void Predict_OfFeaturesAlone_NeedsNoLabels()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 0 }, { 0, 1 }, { 1, 0 } }));
        var classes = new int[3];
        learner.Predict(batch, classes);
        Assert.Equal(classes[0], classes[2]);
        Assert.Contains("3 rows", Assert.Throws<ArgumentException>(() => learner.Predict(batch, new int[2])).Message);
    }

    [Fact]
    public void Save_AndRestore_GoOnWhereTheyWere()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        var graph = new OnnxTrainingGraph(Features, Classes, 16);
        using Sample batch = OneBatch(64);
        using var first = new OnnxLearner(graph, new OnnxSessionOptions { Threads = 1 });
        first.PartialFit(batch);
        first.Save(folder["p.safetensors"]);
        first.PartialFit(batch);

        using var second = new OnnxLearner(graph, new OnnxSessionOptions { Threads = 1 });
        second.Restore(folder["p.safetensors"]);
        second.PartialFit(batch);
        Assert.Equal(first.LastLoss, second.LastLoss);
        Assert.Equal(Values(first), Values(second));
    }

    [Fact]
    public void Restore_OfAnotherModelsFile_SaysWhatDiffersAndKeepsWhatWas()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        using var other = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 8));
        other.Save(folder["p.safetensors"]);
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 16));
        float[][] before = Values(learner);
        var error = Assert.Throws<DataException>(() => learner.Restore(folder["p.safetensors"]));
        Assert.Contains("expected float32[8,16], got float32[8,8]", error.Message);
        using var linear = new OnnxLearner(new OnnxTrainingGraph(Features, Classes));
        Assert.Contains("expected only [scores.weights, ", Assert.Throws<DataException>(() => linear.Restore(folder["p.safetensors"])).Message);
        File.WriteAllText(folder["p.safetensors"], "no such file");
        Assert.Throws<DataException>(() => learner.Restore(folder["p.safetensors"]));
        Assert.Equal(before, Values(learner));
    }

    [Fact]
    public void Constructor_OfAGraphWhoseWeightsAnotherProgramChanged_StartsFromThose()
    {
        Onnx.Need();
        var graph = new OnnxTrainingGraph(2, 2) { Momentum = 0, LearningRate = 1e-6f };
        byte[] model = graph.TrainingModel();
        float[] weights = graph.FirstValues(graph.Weights[0]);
        int at = model.AsSpan().IndexOf(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights));
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(model.AsSpan(at), 100);

        using var learner = new OnnxLearner(model, "changed");
        Assert.Equal([100f, .. weights[1..]], Values(learner)[0]);
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 0 } }), ("Y", new long[1]));
        Assert.Equal(1, learner.Score(batch)); // class 0 by far
        learner.PartialFit(batch);
        Assert.Equal(100, Values(learner)[0][0]);
        Assert.Equal(0, learner.LastLoss);
    }

    [Fact]
    public void Constructor_OfAGraphOfOurs_KnowsItsFirstValues()
    {
        Onnx.Need();
        var graph = new OnnxTrainingGraph(Features, Classes, 16) { Seed = 5, Optimiser = OnnxOptimiser.Adam };
        using var learner = new OnnxLearner(graph);
        Assert.Equal(Enumerable.Range(0, learner.Parameters.Count).Select(i => graph.FirstValues(learner.Parameters[i])), Values(learner));
        Assert.Equal(0, learner.Steps);
    }

    [Fact]
    public void PartialFit_OfABatchWithALearningRate_UsesIt()
    {
        Onnx.Need();
        var graph = new OnnxTrainingGraph(2, 2) { Momentum = 0, LearningRate = 0.25f };
        using var learner = new OnnxLearner(graph);
        using Sample still = Sample.Of(("X", new float[,] { { 1, 0 } }), ("Y", new long[1]), ("learning_rate", TensorData.Scalar(0f)));
        float[][] before = Values(learner);
        learner.PartialFit(still);
        Assert.Equal(before, Values(learner));
    }

    [Fact]
    public void PartialFit_OfNoRows_DoesNothing()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        using Sample batch = Sample.Of(("X", new float[0, 2]), ("Y", Array.Empty<long>()));
        learner.PartialFit(batch);
        Assert.Equal(0, learner.Steps);
    }

    [Fact]
    public void PartialFit_OfAGraphOfAnothersMaking_TakesItsFirstValuesFromTheGraph()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(Onnx.Foreign(), "foreign");
        Assert.Equal("{w float32[2]}", learner.Parameters.ToString());
        Assert.Throws<InvalidOperationException>(() => learner.CopyParameters());
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2 }, { 3, 4 } }));
        learner.PartialFit(batch);
        Assert.Equal(30, learner.LastLoss);
        Assert.Equal([8f, 17f], Values(learner)[0]);
        learner.PartialFit(batch);
        Assert.Equal(25, learner.LastLoss);
        Assert.Equal([6f, 14f], Values(learner)[0]);
        Assert.Contains("'scores'", Assert.Throws<InvalidOperationException>(() => learner.Predict(batch, new int[2])).Message);
        Assert.Contains("not written by", Assert.Throws<InvalidOperationException>(() => learner.SaveInference("model.onnx")).Message);
    }

    [Fact]
    public void Constructor_OfAGraphThatIsNoTrainingStep_SaysWhatItLacks()
    {
        Onnx.Need();
        Refuse(Onnx.Twice(), "has no parameter");
        Refuse(Onnx.Foreign(hasTwin: false), "has no parameter");
        Refuse(Onnx.Foreign(hasInput: false), "gives 'w.next' but takes no 'w'");
        Refuse(Onnx.Foreign(hasLoss: false), "gives no 'loss'");

        void Refuse(byte[] model, string words) =>
            Assert.Contains(words, Assert.Throws<PescadorException>(() => new OnnxLearner(model, "graph")).Message);
    }

    [Fact]
    public void Anything_AfterDispose_Throws()
    {
        Onnx.Need();
        var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        using Sample batch = Sample.Of(("X", new float[1, 2]), ("Y", new long[1]));
        learner.Dispose();
        learner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => learner.PartialFit(batch));
        Assert.Throws<ObjectDisposedException>(() => learner.Score(batch));
        Assert.Throws<ObjectDisposedException>(() => learner.Predict(batch, new int[1]));
        Assert.Throws<ObjectDisposedException>(() => learner.CopyParameters());
        Assert.Throws<ObjectDisposedException>(() => learner.SaveInference("model.onnx"));
    }

    internal static float[][] Values(OnnxLearner learner)
    {
        using Sample parameters = learner.CopyParameters();
        return [.. Enumerable.Range(0, parameters.Count).Select(i => parameters[i].Span<float>().ToArray())];
    }

    private static Sample OneBatch(int rows) => Onnx.OneBatch(Features, Classes, rows);
}
