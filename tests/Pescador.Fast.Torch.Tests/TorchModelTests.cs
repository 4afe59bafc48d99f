namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchModelTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public TorchModelTests() => Libtorch.Require();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void ParameterCount_OfEachModel_IsThatOfItsLayers()
    {
        using TorchModel linear = TorchModel.Linear(4, 3, seed: 1);
        using TorchModel perceptron = TorchModel.Perceptron(4, 5, 3, seed: 1);
        using TorchModel convolutional = TorchModel.Convolutional(1, 8, 8, 10, seed: 1);

        Assert.Equal((4 * 3) + 3, linear.ParameterCount);
        Assert.Equal((4 * 5) + 5 + (5 * 3) + 3, perceptron.ParameterCount);
        Assert.Equal((9 * 16) + 16 + (16 * 9 * 32) + 32 + (32 * 4 * 4 * 10) + 10, convolutional.ParameterCount);
        Assert.Equal(64, convolutional.Features);
    }

    [Fact]
    public void Make_OfTheSameSeed_GivesTheSameWeights()
    {
        using TorchModel first = TorchModel.Perceptron(4, 5, 3, seed: 1);
        using TorchModel again = TorchModel.Perceptron(4, 5, 3, seed: 1);
        using TorchModel other = TorchModel.Perceptron(4, 5, 3, seed: 2);
        Assert.Equal(ScoresOf(first), ScoresOf(again));
        Assert.NotEqual(ScoresOf(first), ScoresOf(other));
    }

    [Fact]
    public void Load_OfWhatWasSaved_GivesTheSameOutputs()
    {
        using TorchModel saved = TorchModel.Convolutional(1, 2, 2, 3, seed: 1);
        using TorchModel loaded = TorchModel.Convolutional(1, 2, 2, 3, seed: 2);
        saved.Save(_path);
        loaded.Load(_path);
        Assert.Equal(ScoresOf(saved), ScoresOf(loaded));
    }

    [Fact]
    public void Load_WhileALearnerHoldsTheModel_IsWhatItGoesOnFrom()
    {
        using TorchModel saved = TorchModel.Linear(4, 3, seed: 1);
        using TorchModel loaded = TorchModel.Linear(4, 3, seed: 2);
        using var learner = new TorchLearner(loaded, TorchOptimizer.Sgd(1e-9));
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2, 3, 4 } }), ("Y", new[] { 0 }));
        saved.Save(_path);
        loaded.Load(_path);
        learner.PartialFit(batch);
        using var other = new TorchLearner(saved, TorchOptimizer.Sgd(1e-9));
        Assert.Equal(other.MeanLoss(batch), learner.LastLoss, 1e-6);
    }

    [Fact]
    public void Load_OfAFileThatIsNoArchive_SaysSoAndChangesNothing()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        float[] before = ScoresOf(model);
        File.WriteAllText(_path, "no weights");
        DataException error = Assert.Throws<DataException>(() => model.Load(_path));
        Assert.Contains($"'{_path}' has no weights for this model", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, ScoresOf(model));
    }

    [Fact]
    public void Load_OfAFileCutShort_SaysSoAndChangesNothing()
    {
        using TorchModel saved = TorchModel.Linear(4, 3, seed: 2);
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        float[] before = ScoresOf(model);
        saved.Save(_path);
        byte[] bytes = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, bytes.AsSpan(0, bytes.Length / 2));
        Assert.Throws<DataException>(() => model.Load(_path));
        Assert.Equal(before, ScoresOf(model));
    }

    [Fact]
    public void Load_OfAnotherModel_NamesBothShapesAndChangesNothing()
    {
        using TorchModel saved = TorchModel.Linear(4, 2, seed: 2);
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        float[] before = ScoresOf(model);
        saved.Save(_path);
        DataException error = Assert.Throws<DataException>(() => model.Load(_path));
        Assert.Contains("parameter 0: expected Float[3, 4], got Float[2, 4]", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, ScoresOf(model));
    }

    [Fact]
    public void Load_OfAModelWithMoreOrFewerLayers_SaysSo()
    {
        using TorchModel deep = TorchModel.Perceptron(4, 3, 3, seed: 2);
        using TorchModel flat = TorchModel.Linear(4, 3, seed: 1);
        deep.Save(_path);
        Assert.Contains("expected 2 parameters, got more", Assert.Throws<DataException>(() => flat.Load(_path)).Message, StringComparison.Ordinal);
        flat.Save(_path);
        Assert.Contains("expected 4 parameters, got 2", Assert.Throws<DataException>(() => deep.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithoutAFile_SaysSo()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        Assert.Throws<FileNotFoundException>(() => model.Load(_path + ".none"));
    }

    [Fact]
    public void Save_ToAFolderThatIsNot_NamesThePath()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        string path = Path.Combine(_path, "weights.pt");
        Assert.Contains(path, Assert.Throws<PescadorException>(() => model.Save(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OfSizesOutOfRange_NamesTheArgument()
    {
        Assert.Throws<ArgumentOutOfRangeException>("features", () => TorchModel.Linear(0, 3, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>("outputs", () => TorchModel.Linear(4, -1, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>("hidden", () => TorchModel.Perceptron(4, 0, 3, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>("height", () => TorchModel.Convolutional(1, 1, 8, 3, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>("elementType", () => TorchModel.Linear(4, 3, seed: 1, ElementType.Int32));
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => TorchModel.Convolutional(1L << 40, 1L << 40, 1L << 40, 3, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => TorchModel.Convolutional(1, 1L << 31, 1L << 31, 3, seed: 1));
        Assert.Throws<PescadorException>(() => TorchModel.Linear(1L << 40, 1L << 20, seed: 1));
    }

    [Fact]
    public void Members_OfADisposedModel_SaySo()
    {
        TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.ParameterCount);
        Assert.Throws<ObjectDisposedException>(() => model.Save(_path));
        Assert.Throws<ObjectDisposedException>(() => model.Load(_path));
        Assert.Throws<ObjectDisposedException>(() => new TorchLearner(model, TorchOptimizer.Sgd(0.1)));
    }

    private static float[] ScoresOf(TorchModel model)
    {
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(1));
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 2, 3, 4 }, { -1, 0.5f, 0, 2 } }));
        float[] scores = new float[2 * model.Outputs];
        learner.Scores<float>(batch, scores);
        return scores;
    }
}
