using System.Globalization;

namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchLearnerErrorTests : IDisposable
{
    private readonly TorchModel _model;
    private readonly TorchLearner _learner;
    private readonly int _outstanding = NativeLease.Outstanding;

    public TorchLearnerErrorTests()
    {
        Libtorch.Require();
        _model = TorchModel.Linear(4, 3, seed: 1);
        _learner = new TorchLearner(_model, TorchOptimizer.Sgd(0.1));
    }

    public void Dispose()
    {
        Assert.Equal(_outstanding, NativeLease.Outstanding);
        _learner.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void PartialFit_OfRowsOfAnotherLength_NamesBothForms() =>
        Refuses(new float[2, 5], new int[2], "Tensor 'X': the model takes float32[n,4], got float32[2,5]");

    [Fact]
    public void PartialFit_OfRowsWithoutAnAxis_NamesBothForms() =>
        Refuses(new float[4], new int[4], "Tensor 'X': the model takes float32[n,4], got float32[4]");

    [Theory]
    [InlineData(ElementType.Float64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.Bool)]
    public void PartialFit_OfOtherElements_NamesBothForms(ElementType type)
    {
        using var pool = new SlabPool(new SampleSpec(new TensorSpec("X", type, 2, 4), TensorSpec.Of<int>("Y", 2)), slabCount: 1);
        using (Sample batch = pool.Rent())
        {
            DataException error = Assert.Throws<DataException>(() => _learner.PartialFit(batch));
            Assert.Contains($"the model takes float32[n,4], got {type.Name()}[2,4]", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, pool.Counters.Outstanding);
    }

    [Fact]
    public void PartialFit_OfImagesWithChannelsLast_NamesBothForms()
    {
        using TorchModel model = TorchModel.Convolutional(3, 8, 4, 2, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
        using Sample batch = Sample.Of(("X", new float[2, 8, 4, 3]), ("Y", new int[2]));
        DataException error = Assert.Throws<DataException>(() => learner.PartialFit(batch));
        Assert.Contains("the model takes float32[n,96] or float32[n,3,8,4], got float32[2,8,4,3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PartialFit_OfMoreLabelsThanRows_NamesBoth() =>
        Refuses(new float[2, 4], new int[3], "Tensor 'Y': expected [2] or [2,1], a label for each row of 'X', got int32[3]");

    [Fact]
    public void PartialFit_OfLabelsThatLieInARow_NamesBoth() => Refuses(new float[2, 4], new long[1, 2], "expected [2] or [2,1]");

    [Fact]
    public void PartialFit_OfALabelAboveTheClasses_NamesRowAndRange() =>
        Refuses(new float[2, 4], new[] { 2, 3 }, "Tensor 'Y', row 1: expected a class, 0 to 2, got 3");

    [Fact]
    public void PartialFit_OfALabelBeyondInt32_ClaimsNoOther() =>
        Refuses(new float[2, 4], new uint[] { 0, 3_000_000_000 }, "Tensor 'Y', row 1: expected a class, 0 to 2, got 2147483647 or more.");

    [Fact]
    public void PartialFit_OfANegativeInt64Label_NamesRowAndRange() =>
        Refuses(new float[2, 4], new long[] { -1, 0 }, "Tensor 'Y', row 0: expected a class, 0 to 2, got -1");

    [Fact]
    public void PartialFit_OfALabelThatIsNotWhole_NamesRowAndValue() =>
        Refuses(new float[2, 4], new[] { 1, 0.5f }, "Tensor 'Y', row 1: expected a class, got 0.5");

    [Fact]
    public void PartialFit_OfAFeatureThatIsNotFinite_NamesItAndLearnsNothing() =>
        Refuses(new float[,] { { 0, 0, 0, 0 }, { 0, float.NaN, 0, 0 } }, new int[2], "Tensor 'X', row 1, feature 1: expected a finite number, got NaN.");

    [Fact]
    public void PartialFit_ThatDiverges_SaysSoAndLearnsNothing()
    {
        using TorchModel model = TorchModel.Linear(2, 1, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(1e20), TorchLoss.MeanSquaredError);
        using Sample batch = Sample.Of(("X", new float[,] { { 1e3f, -1e3f } }), ("Y", new float[] { 1 }));
        learner.PartialFit(batch);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
        {
            for (int i = 0; i < 9; i++)
            {
                learner.PartialFit(batch);
            }
        });
        Assert.Contains("the weights have diverged", error.Message, StringComparison.Ordinal);
        Assert.Contains($"step {learner.Steps + 1} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PartialFit_OfAValueThatIsNotFinite_NamesItAndLearnsNothing()
    {
        using var learner = new TorchLearner(_model, TorchOptimizer.Sgd(0.1), TorchLoss.MeanSquaredError);
        using Sample batch = Sample.Of(("X", new float[2, 4]), ("Y", new float[,] { { 0, 0, 0 }, { 0, 0, float.NaN } }));
        DataException error = Assert.Throws<DataException>(() => learner.PartialFit(batch));
        Assert.Contains("Tensor 'Y', row 1, value 2: expected a finite number, got ", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, learner.Steps);
    }

    [Fact]
    public void PartialFit_ThatDivergesWhereNumbersAreWrittenWithCommas_WritesThemWithPoints()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            using TorchModel model = TorchModel.Linear(1, 1, seed: 1);
            using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.5), TorchLoss.MeanSquaredError);
            using Sample batch = Sample.Of(("X", new float[,] { { float.MaxValue } }), ("Y", new float[] { 1 }));
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => learner.PartialFit(batch));
            Assert.Contains("learning rate, 0.5.", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task PartialFit_WhileAnotherThreadDisposesIt_GivesTheBatchBack()
    {
        using Sample batch = Libtorch.Greatest(2, seed: 1);
        for (int i = 0; i < 2000; i++)
        {
            using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
            var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
            using var start = new Barrier(2);
            Task disposing = Task.Run(() =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                learner.Dispose();
            }, TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            Assert.Null(Record.Exception(Learn));
            await disposing;

            void Learn()
            {
                try
                {
                    while (true)
                    {
                        learner.PartialFit(batch);
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            }
        }
    }

    [Fact]
    public void PartialFit_OfValuesOfAnotherForm_NamesBoth()
    {
        using var learner = new TorchLearner(_model, TorchOptimizer.Sgd(0.1), TorchLoss.MeanSquaredError);
        using Sample wrongShape = Sample.Of(("X", new float[2, 4]), ("Y", new float[2]));
        using Sample wrongType = Sample.Of(("X", new float[2, 4]), ("Y", new double[2, 3]));
        Assert.Contains("expected float32[2,3]", Assert.Throws<DataException>(() => learner.PartialFit(wrongShape)).Message, StringComparison.Ordinal);
        Assert.Contains("got float64[2,3]", Assert.Throws<DataException>(() => learner.PartialFit(wrongType)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PartialFit_WithoutLabels_NamesThoseThereAre()
    {
        using Sample batch = Sample.Of(("X", new float[2, 4]));
        Assert.Contains("'Y'", Assert.Throws<KeyNotFoundException>(() => _learner.PartialFit(batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_IntoTooFewClasses_NamesBothLengths()
    {
        using Sample batch = Sample.Of(("X", new float[2, 4]));
        ArgumentException error = Assert.Throws<ArgumentException>("classes", () => _learner.Predict(batch, new int[1]));
        Assert.Contains("room for 2, got 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("scores", () => _learner.Scores<float>(batch, new float[5]));
        Assert.Throws<ArgumentException>("scores", () => _learner.Scores<double>(batch, new double[6]));
    }

    [Fact]
    public void Members_AfterDispose_SaySo()
    {
        using Sample batch = Libtorch.Greatest(2, seed: 1);
        TorchLearner learner = new(_model, TorchOptimizer.Sgd(0.1));
        learner.Dispose();
        learner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => learner.PartialFit(batch));
        Assert.Throws<ObjectDisposedException>(() => learner.Score(batch));
        Assert.Throws<ObjectDisposedException>(() => learner.Predict(batch, new int[2]));
    }

    [Fact]
    public void PartialFit_AfterTheModelIsDisposed_SaysSo()
    {
        TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Adam());
        using Sample batch = Libtorch.Greatest(2, seed: 1);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => learner.PartialFit(batch));
        Assert.Throws<ObjectDisposedException>(() => learner.Score(batch));
    }

    [Fact]
    public void Rules_OutOfRange_NameTheArgument()
    {
        Assert.Throws<ArgumentOutOfRangeException>("learningRate", () => TorchOptimizer.Sgd(0));
        Assert.Throws<ArgumentOutOfRangeException>("learningRate", () => TorchOptimizer.Adam(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("momentum", () => TorchOptimizer.Sgd(1, momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>("weightDecay", () => TorchOptimizer.Sgd(1, weightDecay: -1));
        Assert.Throws<ArgumentOutOfRangeException>("secondDecay", () => TorchOptimizer.Adam(1, secondDecay: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>("epsilon", () => TorchOptimizer.Adam(1, epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>("loss", () => new TorchLearner(_model, TorchOptimizer.Sgd(1), (TorchLoss)7));
    }

    private void Refuses(Array features, Array labels, string message)
    {
        using Sample batch = Sample.Of(("X", features), ("Y", labels));
        DataException error = Assert.Throws<DataException>(() => _learner.PartialFit(batch));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _learner.Steps);
    }
}
