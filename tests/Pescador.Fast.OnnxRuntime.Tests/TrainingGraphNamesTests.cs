namespace Pescador.Fast.OnnxTests;

/// <summary>What tensors of a batch may be called.</summary>
public sealed class TrainingGraphNamesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("scores")]
    [InlineData("loss")]
    [InlineData("learning_rate")]
    [InlineData("hidden.bias")]
    [InlineData("pescador.means")]
    public void Names_ThatTheGraphHasItself_AreRefused(string name)
    {
        Assert.Equal("FeaturesName", Assert.Throws<ArgumentException>(() => new OnnxTrainingGraph(2, 2) { FeaturesName = name }).ParamName);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new OnnxTrainingGraph(2, 2) { LabelsName = name });
        Assert.Equal("LabelsName", error.ParamName);
        Assert.True(name.Length == 0 || error.Message.Contains($"'{name}'", StringComparison.Ordinal), error.Message);
        Assert.Null(OnnxTrainingGraph.TryRead($"1 5 3 6 1 1 Float32 {name}"));
    }

    [Theory]
    [InlineData("means", "factors")]
    [InlineData("scale", "zero")]
    [InlineData("momentum", "n")]
    [InlineData("größe der Tiere", "Sub_0")]
    [InlineData("Gemm_1", "rows_axis")]
    public void WriteInference_OfAnyNames_MakesAGraphThatRuns(string features, string labels)
    {
        Onnx.Need();
        using Sample batch = Sample.Of((features, new float[,] { { 1, 0 }, { 0, 1 }, { 3, 0 } }), (labels, new long[] { 0, 1, 0 }));
        var standardiser = new Standardiser { FeaturesName = features };
        standardiser.PartialFit(batch);
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2, 3) { FeaturesName = features, LabelsName = labels, Scale = 0.5f });
        learner.PartialFit(batch);
        using var folder = new TemporaryFolder();
        learner.SaveInference(folder["model.onnx"], standardiser);
        using OnnxSession model = OnnxSession.Open(folder["model.onnx"]);
        Assert.Equal($"{features} float32[n,2]", model.Inputs[0].ToString());
    }
}
