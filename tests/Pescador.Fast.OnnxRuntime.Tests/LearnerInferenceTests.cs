namespace Pescador.Fast.OnnxTests;

public sealed class LearnerInferenceTests
{
    private const int Features = 8;
    private const int Classes = 4;

    [Fact]
    public void SaveInference_OfWhatWasLearned_PredictsTheSame()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        new OnnxTrainingGraph(Features, Classes, 16).WriteTraining(folder["train.onnx"]);
        using var learner = new OnnxLearner(folder["train.onnx"]);
        new StreamLearner(learner).Fit(Onnx.Batches(Features, Classes, rows: 64, count: 1000));
        learner.SaveInference(folder["model.onnx"]);

        using OnnxSession model = OnnxSession.Open(folder["model.onnx"]);
        using Sample batch = OneBatch(64);
        using Sample scores = Sample.Of(("scores", new float[64, Classes]));
        model.Run(batch, scores);
        var classes = new int[64];
        learner.Predict(batch, classes);
        Assert.Equal(classes, Enumerable.Range(0, 64).Select(
            row => System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(scores["scores"].Span<float>().Slice(row * Classes, Classes))));
        Assert.Equal(["X float32[n,8]"], model.Inputs.ToArray().Select(info => info.ToString()));
        Assert.True(model.Initializers.IsEmpty);
    }

    [Fact]
    public void SaveInference_BehindAStandardiser_TakesFeaturesAsTheyWere()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes, 16) { Scale = 0.5f });
        using Sample batch = OneBatch(64);
        foreach (ref float value in batch["X"].Span<float>())
        {
            value = (3 * value) + 1000; // large beside its deviation: what folds the mean into the bias loses its digits
        }

        var standardiser = new Standardiser();
        standardiser.PartialFit(batch);
        using Sample standardised = Sample.Of(("X", batch["X"].AsSpan2D<float>().ToArray()), ("Y", batch["Y"].Span<long>().ToArray()));
        standardiser.Transform(standardised);
        learner.PartialFit(standardised);
        learner.SaveInference(folder["bare.onnx"]);
        learner.SaveInference(folder["model.onnx"], standardiser);

        float[] expected = ScoresOf(folder["bare.onnx"], standardised);
        Assert.All(expected.Zip(ScoresOf(folder["model.onnx"], batch)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.NotEqual(0, expected[0]);
    }

    [Fact]
    public void SaveInference_BehindAStandardiserOfOtherRows_NamesBoth()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(Features, Classes));
        var standardiser = new Standardiser();
        Assert.Contains($"takes {Features} features, the standardiser has learned from rows of 0", Refused());
        using Sample narrow = Sample.Of(("X", new float[3, 2]));
        standardiser.PartialFit(narrow);
        Assert.Contains($"takes {Features} features, the standardiser has learned from rows of 2", Refused());
        Assert.False(File.Exists(folder["model.onnx"]));

        string Refused() => Assert.Throws<ArgumentException>("standardiser", () => learner.SaveInference(folder["model.onnx"], standardiser)).Message;
    }

    private static float[] ScoresOf(string path, Sample batch)
    {
        using OnnxSession model = OnnxSession.Open(path);
        using Sample scores = Sample.Of(("scores", new float[64, Classes]));
        model.Run(batch, scores);
        return scores["scores"].Span<float>().ToArray();
    }

    private static Sample OneBatch(int rows) => Onnx.OneBatch(Features, Classes, rows);
}
