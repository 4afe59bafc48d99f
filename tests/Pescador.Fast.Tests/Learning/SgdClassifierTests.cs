namespace Pescador.Fast.Tests;

public sealed class SgdClassifierTests
{
    [Theory]
    [InlineData(SgdLoss.Hinge, 2)]
    [InlineData(SgdLoss.Hinge, 5)]
    [InlineData(SgdLoss.Log, 2)]
    [InlineData(SgdLoss.Log, 5)]
    public void Fit_SeparableClasses_PredictsEveryRow(SgdLoss loss, int classes)
    {
        (float[] rows, int[] labels) = SgdData.Clusters(500, 16, classes, spread: 0.3, seed: 3);
        var classifier = new SgdClassifier(classes, loss, schedule: LearningRateSchedule.Constant);
        for (int epoch = 0; epoch < 20; epoch++)
            classifier.Fit(rows, 16, labels);

        Assert.Equal(1.0, classifier.Score(rows, labels));
        Assert.Equal(20 * 500, classifier.SamplesSeen);
    }

    [Theory]
    [InlineData(SgdLoss.Hinge)]
    [InlineData(SgdLoss.Log)]
    public void Fit_Iris_ReachesNinetyPercent(SgdLoss loss)
    {
        (float[] rows, int[] labels) = SgdData.Iris(seed: 1);
        var classifier = new SgdClassifier(3, loss, alpha: 1e-3);
        for (int epoch = 0; epoch < 50; epoch++)
            classifier.Fit(rows, 4, labels);

        Assert.Equal(150, labels.Length);
        Assert.InRange(classifier.Score(rows, labels), 0.9, 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Predict_OfManyRows_EqualsDecisionFunctionAndSinglePredictions(int classes)
    {
        (float[] rows, int[] labels) = SgdData.Clusters(200, 9, classes, spread: 2, seed: 4);
        var classifier = new SgdClassifier(classes);
        classifier.Fit(rows, 9, labels);
        int[] predicted = new int[200];
        classifier.Predict(rows, predicted);

        float[] scores = new float[classes == 2 ? 1 : classes];
        for (int i = 0; i < predicted.Length; i++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(i * 9, 9);
            classifier.DecisionFunction(row, scores);
            Assert.Equal(classes == 2 ? (scores[0] > 0 ? 1 : 0) : scores.IndexOf(scores.Max()), predicted[i]);
            Assert.Equal(predicted[i], classifier.Predict(row));
        }
    }

    [Fact]
    public void DecisionFunction_AfterFit_IsCoefficientsTimesRowPlusIntercept()
    {
        (float[] rows, int[] labels) = SgdData.Clusters(100, 4, 3, spread: 1, seed: 6);
        var classifier = new SgdClassifier(3, SgdLoss.Log, alpha: 0.01);
        classifier.Fit(rows, 4, labels);
        float[] scores = new float[3];
        classifier.DecisionFunction(rows.AsSpan(0, 4), scores);

        for (int k = 0; k < 3; k++)
        {
            double expected = classifier.Intercepts[k];
            for (int j = 0; j < 4; j++)
                expected += (double)classifier.Coefficients[k * 4 + j] * rows[j];
            Assert.Equal(expected, scores[k], 1e-4);
        }
    }

    [Fact]
    public void State_BeforeTheFirstRows_IsEmpty()
    {
        var classifier = new SgdClassifier(3);
        classifier.Fit([], 7, []);

        Assert.Equal((3, 0, 0L), (classifier.Classes, classifier.Features, classifier.SamplesSeen));
        Assert.True(classifier.Coefficients.IsEmpty);
        Assert.Equal([0f, 0f, 0f], classifier.Intercepts);
    }

    [Theory]
    [InlineData(SgdLoss.Hinge)]
    [InlineData(SgdLoss.Log)]
    public void FitAndPredict_AfterWarmUp_AllocateNothing(SgdLoss loss)
    {
        (float[] rows, int[] labels) = SgdData.Clusters(64, 24, 4, spread: 2, seed: 8);
        var classifier = new SgdClassifier(4, loss, alpha: 0.1);
        int[] predicted = new int[64];
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Step();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            classifier.Fit(rows, 24, labels);
            classifier.Predict(rows, predicted);
            _ = classifier.Score(rows, labels) + classifier.Coefficients[0];
        }
    }
}
