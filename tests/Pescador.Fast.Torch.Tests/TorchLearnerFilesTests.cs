namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchLearnerFilesTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"learner-{Guid.NewGuid():N}.pt");

    public TorchLearnerFilesTests() => Libtorch.Require();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restore_InANewLearner_GoesOnBitForBit(bool isAdam)
    {
        TorchOptimizer optimizer = Optimizer(isAdam);
        using TorchModel model = TorchModel.Perceptron(4, 8, 4, seed: 1);
        using var learner = new TorchLearner(model, optimizer);
        Learn(learner, 0, 20);
        learner.Save(_path);
        Learn(learner, 20, 40);

        using TorchModel other = TorchModel.Perceptron(4, 8, 4, seed: 2);
        using var restored = new TorchLearner(other, optimizer);
        Learn(restored, 100, 103); // has a state of its own, which goes
        restored.Restore(_path);
        Assert.Equal(20, restored.Steps);
        Learn(restored, 20, 40);
        Assert.Equal(40, restored.Steps);
        Assert.Equal(ParametersOf(model), ParametersOf(other));
        Assert.Equal(learner.LastLoss, restored.LastLoss);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_OfTheWeightsAlone_GoesOnOtherwise(bool isAdam)
    {
        // The twin of the test above: the optimiser's state matters, and is not found in the weights.
        using TorchModel model = TorchModel.Perceptron(4, 8, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam));
        Learn(learner, 0, 20);
        learner.Save(_path);
        Learn(learner, 20, 21);

        using TorchModel other = TorchModel.Perceptron(4, 8, 4, seed: 2);
        using var fresh = new TorchLearner(other, Optimizer(isAdam));
        other.Load(_path);
        Learn(fresh, 20, 21);
        Assert.NotEqual(ParametersOf(model), ParametersOf(other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restore_WithAnotherLearningRate_KeepsItsOwn(bool isAdam)
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam));
        Learn(learner, 0, 5);
        learner.Save(_path);

        using var slow = new TorchLearner(model, isAdam ? TorchOptimizer.Adam(1e-30) : TorchOptimizer.Sgd(1e-30, momentum: 0.9));
        slow.Restore(_path);
        float[] before = ParametersOf(model);
        Learn(slow, 5, 6);
        Assert.Equal(before, ParametersOf(model));
        learner.Restore(_path);
        Learn(learner, 5, 6);
        Assert.NotEqual(before, ParametersOf(model)); // what the slow one kept is not in the file's state
    }

    [Fact]
    public void Restore_BeforeAnyStep_IsAStart()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam: true));
        learner.Save(_path);
        float[] first = ParametersOf(model);
        Learn(learner, 0, 3);
        learner.Restore(_path);
        Assert.Equal(0, learner.Steps);
        Assert.Equal(first, ParametersOf(model));
        Learn(learner, 0, 1);
        Assert.Equal(1, learner.Steps);
    }

    [Fact]
    public void Restore_OfSomethingElse_SaysWhatAndChangesNothing()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam: true));
        Learn(learner, 0, 3);
        float[] before = ParametersOf(model);

        model.Save(_path);
        Assert.Contains("got parameters alone", Refusal(), StringComparison.Ordinal);

        using TorchModel same = TorchModel.Linear(4, 4, seed: 2);
        using (var descent = new TorchLearner(same, Optimizer(isAdam: false)))
        {
            Learn(descent, 0, 3);
            descent.Save(_path);
            Assert.EndsWith("expected what Adam keeps, got what SGD keeps", Refusal().TrimEnd(), StringComparison.Ordinal);
            learner.Save(_path);
            DataException error = Assert.Throws<DataException>(() => descent.Restore(_path));
            Assert.EndsWith("expected what SGD keeps, got what Adam keeps", error.Message.TrimEnd(), StringComparison.Ordinal);
        }

        using TorchModel deep = TorchModel.Perceptron(4, 8, 4, seed: 2);
        using (var another = new TorchLearner(deep, Optimizer(isAdam: true)))
        {
            another.Save(_path);
            Assert.Contains("expected Float[4, 4], got Float[8, 4]", Refusal(), StringComparison.Ordinal);
        }

        learner.Save(_path);
        byte[] whole = File.ReadAllBytes(_path);
        File.WriteAllBytes(_path, whole[..(whole.Length / 2)]);
        Refusal("it is damaged, or no archive of libtorch: ");
        File.WriteAllBytes(_path, [1, 2, 3]);
        Refusal("it is damaged, or no archive of libtorch: ");
        File.Delete(_path);
        Assert.Throws<FileNotFoundException>(() => learner.Restore(_path));
        Assert.Equal(before, ParametersOf(model));
        Assert.Equal(3, learner.Steps);
        Learn(learner, 3, 4);

        string Refusal(string start = "libtorch: ")
        {
            string message = Assert.Throws<DataException>(() => learner.Restore(_path)).Message;
            Assert.StartsWith($"'{_path}' has no training state for this learner: {start}", message, StringComparison.Ordinal);
            Assert.Equal(before, ParametersOf(model));
            return message;
        }
    }

    [Fact]
    public void Restore_OfAFileWithADamagedByte_IsRefusedOrTheSame()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam: true));
        Learn(learner, 0, 3);
        learner.Save(_path);
        float[] before = ParametersOf(model);
        byte[] whole = File.ReadAllBytes(_path);
        int refused = 0;
        for (int i = 0; i < whole.Length; i += 7) // libtorch by itself takes other weights, or writes beyond its memory
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(_path, damaged);
            try
            {
                learner.Restore(_path);
            }
            catch (DataException)
            {
                refused++;
            }

            Assert.Equal(before, ParametersOf(model));
            Assert.Equal(3, learner.Steps);
        }

        Assert.InRange(refused, whole.Length / 7 / 2, whole.Length / 7); // the others fill gaps
        File.WriteAllBytes(_path, whole);
        learner.Restore(_path);
        Learn(learner, 3, 5);
    }

    [Fact]
    public void Save_ToAFolderThatIsNot_LeavesNothing()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        using var learner = new TorchLearner(model, Optimizer(isAdam: true));
        string path = Path.Combine(_path, "state.pt");
        Assert.Contains(path, Assert.Throws<PescadorException>(() => learner.Save(path)).Message, StringComparison.Ordinal);

        Directory.CreateDirectory(_path);
        try
        {
            Assert.ThrowsAny<IOException>(() => learner.Save(_path)); // a folder has this name
            Assert.False(File.Exists(_path + ".part"));
        }
        finally
        {
            Directory.Delete(_path);
        }
    }

    [Fact]
    public void Save_ToAPathWithAZero_LeavesTheFileBeforeIt()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        File.WriteAllText(_path, "somebody's");
        Assert.Throws<ArgumentException>(() => model.Save(_path + "\0.pt"));
        Assert.Equal("somebody's", File.ReadAllText(_path));
    }

    [Fact]
    public void Save_OverADevice_LeavesItThere()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        File.CreateSymbolicLink(_path, "/dev/null"); // a link, so that the device itself is safe from this test
        Assert.Contains("is a folder, a device or a pipe", Assert.Throws<IOException>(() => model.Save(_path)).Message, StringComparison.Ordinal);
        Assert.Equal("/dev/null", new FileInfo(_path).LinkTarget);
        Assert.False(File.Exists(_path + ".part"));
    }

    [Fact]
    public void Files_OfADisposedLearner_SaySo()
    {
        using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
        var learner = new TorchLearner(model, Optimizer(isAdam: true));
        learner.Save(_path);
        learner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => learner.Save(_path));
        Assert.Throws<ObjectDisposedException>(() => learner.Restore(_path));
    }

    [Fact]
    public void CopyParameters_OfALinearModel_AreItsFormula()
    {
        using TorchModel model = TorchModel.Linear(2, 3, seed: 4);
        using var learner = new TorchLearner(model, Optimizer(isAdam: false));
        using Sample row = Sample.Of(("X", new float[,] { { 3, -2 } }));
        float[] w = ParametersOf(model);
        float[] scores = new float[3];
        learner.Scores<float>(row, scores);
        for (int output = 0; output < 3; output++)
        {
            Assert.Equal((3 * w[2 * output]) - (2 * w[(2 * output) + 1]) + w[6 + output], scores[output], 1e-6);
        }
    }

    [Fact]
    public void CopyParameters_ToRoomThatDoesNotFit_NamesBoth()
    {
        using TorchModel model = TorchModel.Linear(2, 3, seed: 4, ElementType.Float64);
        model.CopyParameters<double>(new double[9]);
        Assert.Contains("9 numbers of float64, got 8 of float64", Assert.Throws<ArgumentException>(() => model.CopyParameters<double>(new double[8])).Message, StringComparison.Ordinal);
        Assert.Contains("9 numbers of float64, got 9 of float32", Assert.Throws<ArgumentException>(() => model.CopyParameters<float>(new float[9])).Message, StringComparison.Ordinal);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.CopyParameters<double>(new double[9]));
    }

    private static TorchOptimizer Optimizer(bool isAdam) => isAdam ? TorchOptimizer.Adam(1e-2) : TorchOptimizer.Sgd(0.1, momentum: 0.9);

    private static void Learn(TorchLearner learner, int first, int end)
    {
        for (int seed = first; seed < end; seed++)
        {
            using Sample batch = Libtorch.Greatest(16, seed);
            learner.PartialFit(batch);
        }
    }

    private static float[] ParametersOf(TorchModel model)
    {
        var parameters = new float[model.ParameterCount];
        model.CopyParameters<float>(parameters);
        return parameters;
    }
}
