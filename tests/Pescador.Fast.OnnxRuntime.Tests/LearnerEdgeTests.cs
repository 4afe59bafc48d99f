namespace Pescador.Fast.OnnxTests;

public sealed class LearnerEdgeTests
{
    [Theory]
    [InlineData("Float32 X", "Float32 Q")]
    [InlineData(" Float32 X", " Float64 X")]
    [InlineData(" 1 Float32 X", " 0 Float32 X")]
    public void Constructor_OfAGraphWhoseMetadataIsDamaged_LearnsAndPredictsAsOfAnothersMaking(string said, string damaged)
    {
        Onnx.Need();
        byte[] model = new OnnxTrainingGraph(2, 2).TrainingModel();
        int at = model.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(said));
        System.Text.Encoding.UTF8.GetBytes(damaged, model.AsSpan(at));

        using var learner = new OnnxLearner(model, "damaged");
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 0 } }), ("Y", new long[1]));
        learner.PartialFit(batch);
        int[] classes = [-1];
        learner.Predict(batch, classes);
        Assert.InRange(classes[0], 0, 1);
    }

    [Fact]
    public void Predict_OfNoRows_PredictsNothing()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        using Sample batch = Sample.Of(("X", new float[0, 2]), ("Y", Array.Empty<long>()));
        learner.Predict(batch, []);
        Assert.Equal(double.NaN, learner.Score(batch));
    }
}
