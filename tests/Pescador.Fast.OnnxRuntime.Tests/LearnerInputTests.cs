namespace Pescador.Fast.OnnxTests;

public sealed class LearnerInputTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void PartialFit_OfAFeatureThatIsNotFinite_NamesIt(float value)
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2 }, { 0, value } }), ("Y", new long[2]));
        Assert.Contains("Tensor 'X', row 1, feature 1: expected a finite number", Assert.Throws<DataException>(() => learner.PartialFit(batch)).Message);
        Assert.Equal(0, learner.Steps);
    }

    [Fact]
    public void PartialFit_ThatDiverges_SaysSoAndKeepsTheParameters()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        float[][] before = Values(learner);
        using Sample batch = Sample.Of(("X", new float[,] { { float.MaxValue, float.MaxValue }, { -float.MaxValue, float.MaxValue } }), ("Y", new long[] { 0, 1 }));
        Assert.Contains("The model diverged: step 1 has the loss ", Assert.Throws<InvalidOperationException>(() => learner.PartialFit(batch)).Message);
        Assert.Equal(before, Values(learner));
        Assert.Equal(0, learner.Steps);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void PartialFit_OfALabelThatIsNoClass_NamesTheRowAndKeepsTheParameters(long label)
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        float[][] before = Values(learner);
        using Sample batch = Sample.Of(("X", new float[3, 2]), ("Y", new long[] { 0, 1, label }));
        Assert.Contains("Tensor 'Y', row 2: expected a class from 0 to 1, got ", Assert.Throws<DataException>(() => learner.PartialFit(batch)).Message);
        Assert.Equal(before, Values(learner));
    }

    [Fact]
    public void PartialFit_OfALabelBeyondInt32_ClaimsNoOther()
    {
        Onnx.Need();
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2 } }), ("Y", new[] { 3_000_000_000L }));
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2));
        Assert.Contains("got 2147483647 or more.", Assert.Throws<DataException>(() => learner.PartialFit(batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PartialFit_OfWhatTheGraphDoesNotTake_NamesBoth()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(64, 2));
        Refuse<DataException>("takes float32[n,64], got float32[128,32]", ("X", new float[128, 32]), ("Y", new long[128]));
        Refuse<DataException>("takes float32[n,64], got float64[1,64]", ("X", new double[1, 64]), ("Y", new long[1]));
        Refuse<DataException>("takes int64[n], got int32[1]", ("X", new float[1, 64]), ("Y", new int[1]));
        Refuse<DataException>("takes int64[n] with n = 1, as 'X' has it, got int64[2]", ("X", new float[1, 64]), ("Y", new long[2]));
        Refuse<KeyNotFoundException>("Tensor 'Y' is missing", ("X", new float[1, 64]));

        void Refuse<T>(string words, params (string, TensorData)[] tensors)
            where T : Exception
        {
            using Sample batch = Sample.Of(tensors);
            Assert.Contains(words, Assert.Throws<T>(() => learner.PartialFit(batch)).Message);
        }
    }

    [Fact]
    public void PartialFit_OfRowsOfAnotherShapeAndAColumnOfFloats_LearnsTheSameAsOfFlatOnes()
    {
        Onnx.Need();
        using var flat = new OnnxLearner(new OnnxTrainingGraph(4, 2, 3));
        using var shaped = new OnnxLearner(new OnnxTrainingGraph(4, 2, 3) { LabelsType = ElementType.Float64 });
        using Sample rows = Sample.Of(("X", new float[,] { { 1, 2, 3, 4 }, { 4, 3, 2, 1 } }), ("Y", new long[] { 0, 1 }));
        using Sample images = Sample.Of(("X", new TensorData(new float[] { 1, 2, 3, 4, 4, 3, 2, 1 }, 2, 2, 2)), ("Y", new double[,] { { 0 }, { 1 } }));
        for (int i = 0; i < 3; i++)
        {
            flat.PartialFit(rows);
            shaped.PartialFit(images);
        }

        Assert.Equal(Values(flat), Values(shaped));
        Assert.Equal(flat.Score(rows), shaped.Score(images));
    }

    [Fact]
    public void PartialFit_OfRowsOfAnotherSize_NamesBothAsTheyAre()
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(4, 2));
        using Sample batch = Sample.Of(("X", new TensorData(new float[12], 2, 2, 3)), ("Y", new long[2]));
        Assert.Contains("takes float32[n,4], got float32[2,2,3]", Assert.Throws<DataException>(() => learner.PartialFit(batch)).Message);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    public void PartialFit_OfALabelThatIsNotWhole_RefusesIt(double label)
    {
        Onnx.Need();
        using var learner = new OnnxLearner(new OnnxTrainingGraph(2, 2) { LabelsType = ElementType.Float64 });
        using Sample batch = Sample.Of(("X", new float[2, 2]), ("Y", new double[] { 1, label }));
        Assert.Contains("Tensor 'Y', row 1: expected a class", Assert.Throws<DataException>(() => learner.PartialFit(batch)).Message);
        Assert.Equal(0, learner.Steps);
    }

    private static float[][] Values(OnnxLearner learner) => LearnerTests.Values(learner);
}
