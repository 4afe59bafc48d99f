namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class TorchLearnerTests
{
    public TorchLearnerTests() => Libtorch.Require();

    [Fact]
    public void PartialFit_OneStepOfDescent_IsTheFormula()
    {
        // W = 0 cannot be asked for; so the step is told from two outputs of the same row: f' = f − rate · (|x|² + 1) · (p − y).
        using TorchModel model = TorchModel.Linear(2, 2, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(learningRate: 0.1));
        using Sample batch = Sample.Of(("X", new float[,] { { 3, -2 } }), ("Y", new[] { 1 }));
        float[] before = new float[2];
        float[] after = new float[2];

        learner.Scores<float>(batch, before);
        learner.PartialFit(batch);
        learner.Scores<float>(batch, after);

        double p = Math.Exp(before[0]) / (Math.Exp(before[0]) + Math.Exp(before[1]));
        Assert.Equal(-Math.Log(1 - p), learner.LastLoss, 1e-5);
        Assert.Equal(before[0] - (0.1 * 14 * p), after[0], 1e-4);
        Assert.Equal(before[1] + (0.1 * 14 * p), after[1], 1e-4);
        Assert.Equal(1, learner.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PartialFit_ManyBatches_LearnsWhichFeatureIsGreatest(bool isAdam)
    {
        using TorchModel model = TorchModel.Perceptron(4, 32, 4, seed: 1);
        using var learner = new TorchLearner(model, isAdam ? TorchOptimizer.Adam(1e-2) : TorchOptimizer.Sgd(0.3, momentum: 0.9));
        using Sample heldOut = Libtorch.Greatest(512, seed: 999);
        double untrained = learner.Score(heldOut);
        for (int i = 0; i < 200; i++)
        {
            using Sample batch = Libtorch.Greatest(64, seed: i);
            learner.PartialFit(batch);
        }

        Assert.InRange(learner.Score(heldOut), 0.93, 1);
        Assert.InRange(untrained, 0, 0.6); // the bound can be missed
    }

    [Fact]
    public void PartialFit_OfLabelsThatAreShuffled_LearnsNothing()
    {
        // The twin of the test above: what it finds is in the data, not in the check.
        using TorchModel model = TorchModel.Perceptron(4, 32, 4, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Adam(1e-2));
        using Sample heldOut = Libtorch.Greatest(512, seed: 999);
        for (int i = 0; i < 200; i++)
        {
            using Sample rows = Libtorch.Greatest(64, seed: i);
            using Sample others = Libtorch.Greatest(64, seed: 1000 + i);
            using Sample batch = Sample.Of(("X", rows["X"].AsSpan2D<float>().ToArray()), ("Y", others["Y"].Span<int>().ToArray()));
            learner.PartialFit(batch);
        }

        Assert.InRange(learner.Score(heldOut), 0, 0.6);
    }

    [Fact]
    public void PartialFit_OfSquaredErrors_FindsThePlane()
    {
        using TorchModel model = TorchModel.Linear(2, 1, seed: 1, ElementType.Float64);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1), TorchLoss.MeanSquaredError);
        double[,] x = new double[,] { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
        using Sample batch = Sample.Of(("X", x), ("Y", new double[] { 1, 3, 0, 2 })); // 1 + 2 a − b
        for (int i = 0; i < 1000; i++)
        {
            learner.PartialFit(batch);
        }

        Assert.InRange(learner.MeanLoss(batch), 0, 1e-6);
        double[] values = new double[4];
        learner.Scores<double>(batch, values);
        Assert.Equal(3, values[1], 1e-3);
        Assert.Throws<InvalidOperationException>(() => learner.Score(batch));
    }

    [Fact]
    public void PartialFit_OfEachTypeOfLabels_GivesTheSameLoss()
    {
        TensorData[] labels =
        [
            new long[] { 0, 2 }, new int[] { 0, 2 }, new short[] { 0, 2 }, new sbyte[] { 0, 2 }, new ulong[] { 0, 2 }, new uint[] { 0, 2 },
            new ushort[] { 0, 2 }, new byte[] { 0, 2 }, new float[] { 0, 2 }, new double[] { 0, 2 }, new long[,] { { 0 }, { 2 } }, new byte[,] { { 0 }, { 2 } },
        ];
        double[] losses = Array.ConvertAll(labels, label =>
        {
            using TorchModel model = TorchModel.Linear(2, 3, seed: 1);
            using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
            using Sample batch = Sample.Of(("X", new float[,] { { 1, 2 }, { 3, 4 } }), ("Y", label));
            learner.PartialFit(batch);
            return learner.LastLoss;
        });
        Assert.All(losses, loss => Assert.Equal(losses[0], loss));
        Assert.True(losses[0] > 0);
    }

    [Fact]
    public void PartialFit_OfFlatRowsAndOfImages_IsTheSame()
    {
        TensorData[] images = [new float[2, 1, 3, 4], new float[2, 3, 4], new float[2, 12]];
        double[] losses = Array.ConvertAll(images, image =>
        {
            using TorchModel model = TorchModel.Convolutional(1, 3, 4, 2, seed: 1);
            using var learner = new TorchLearner(model, TorchOptimizer.Adam()) { FeaturesName = "image", LabelsName = "kind" };
            using Sample batch = Sample.Of(("image", image), ("kind", new[] { 0, 1 }));
            for (int i = 0; i < 24; i++)
            {
                batch["image"].SpanPart<float>(i, 1)[0] = i;
            }

            learner.PartialFit(batch);
            return learner.LastLoss;
        });
        Assert.All(losses, loss => Assert.Equal(losses[0], loss));
    }

    [Fact]
    public void Predict_AndScore_AgreeWithTheScores()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
        using Sample batch = Sample.Of(("X", new float[,] { { 1, 0, 0, 0 }, { 0, -5, 0, 1 }, { 3, 1, 2, -8 } }), ("Y", new[] { 0, 1, 2 }));
        float[] scores = new float[9];
        int[] classes = [-1, -1, -1, -1];
        learner.Scores<float>(batch, scores);
        learner.Predict(batch, classes);

        int[] expected = [.. scores.Chunk(3).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.Equal([.. expected, -1], classes);
        Assert.Equal(expected.Where((predicted, row) => predicted == row).Count() / 3.0, learner.Score(batch));
        Assert.Equal(0, learner.Steps);
    }

    [Fact]
    public void PartialFit_OfNoRows_MakesNoStep()
    {
        using TorchModel model = TorchModel.Linear(4, 3, seed: 1);
        using var learner = new TorchLearner(model, TorchOptimizer.Sgd(0.1));
        using Sample batch = Sample.Of(("X", new float[0, 4]), ("Y", Array.Empty<int>()));
        learner.PartialFit(batch);
        learner.Predict(batch, []);
        Assert.Equal(0, learner.Steps);
        Assert.Equal(double.NaN, learner.LastLoss);
        Assert.Equal(double.NaN, learner.Score(batch));
    }

    [Fact]
    public void Sgd_WithMomentumAndDecay_IsAnotherRuleThanWithout()
    {
        TorchOptimizer[] rules =
        [
            TorchOptimizer.Sgd(0.1), TorchOptimizer.Sgd(0.1, momentum: 0.9), TorchOptimizer.Sgd(0.1, weightDecay: 0.5), TorchOptimizer.Sgd(0.2),
            TorchOptimizer.Adam(0.1), TorchOptimizer.Adam(0.1, firstDecay: 0.1), TorchOptimizer.Adam(0.1, secondDecay: 0.1),
            TorchOptimizer.Adam(0.1, epsilon: 1), TorchOptimizer.Adam(0.1, weightDecay: 0.5),
        ];
        double[] losses = Array.ConvertAll(rules, rule =>
        {
            using TorchModel model = TorchModel.Linear(4, 4, seed: 1);
            using var learner = new TorchLearner(model, rule);
            using Sample batch = Libtorch.Greatest(8, seed: 1);
            for (int i = 0; i < 5; i++)
            {
                learner.PartialFit(batch);
            }

            return learner.LastLoss;
        });
        Assert.Equal(losses.Length, losses.Distinct().Count());
    }
}
