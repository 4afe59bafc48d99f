namespace Pescador.Fast.Tests;

/// <summary>Against <see cref="SgdReference"/>: the largest difference, over the largest coefficient, is at most 1e-5.</summary>
/// <remarks>
/// Measured: up to 1e-6, as much as the reference itself moves when its weights are rounded to single precision after each row. Rows of
/// larger norm would make the optimal rate overshoot at first, which amplifies rounding in either (to 1e-3 at a spread of 3).
/// </remarks>
public sealed class SgdClassifierNumericsTests
{
    private const int Count = 400;
    private const int Features = 37; // no multiple of a vector's width
    private const double Tolerance = 1e-5;

    public static MatrixTheoryData<SgdLoss, LearningRateSchedule, int> Variants { get; } =
        new(Enum.GetValues<SgdLoss>(), Enum.GetValues<LearningRateSchedule>(), [2, 3]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Fit_EveryVariant_AgreesWithDoublePrecision(SgdLoss loss, LearningRateSchedule schedule, int classes)
    {
        Assert.InRange(Difference(loss, schedule, classes, alpha: 1e-3, eta0: 0.05, referenceAlpha: 1e-3), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Fit_AgainstReferenceWithOtherPenalty_Differs(SgdLoss loss, LearningRateSchedule schedule, int classes)
    {
        Assert.True(Difference(loss, schedule, classes, alpha: 1e-3, eta0: 0.05, referenceAlpha: 2e-3) > Tolerance);
    }

    [Theory]
    [InlineData(0.0)] // no penalty
    [InlineData(0.5)] // the scale halves at every row and is folded at every thirtieth
    [InlineData(0.999_999)] // folded at every second row
    [InlineData(1.0)] // the weights are zeroed at every row
    [InlineData(3.0)] // the factor would be negative
    public void Fit_PenaltyOfAnySize_AgreesWithDoublePrecision(double rateTimesAlpha)
    {
        double alpha = rateTimesAlpha / 0.05;
        Assert.InRange(Difference(SgdLoss.Log, LearningRateSchedule.Constant, 3, alpha, eta0: 0.05, alpha), 0, Tolerance);
    }

    [Fact]
    public void Coefficients_ReadAfterEveryRow_LoseNoPenaltyBelowSinglePrecision()
    {
        // η α = 1e-8: (float)(1 − η α) is 1. Rows of zeros change nothing but the penalty.
        const int Zeros = 200_000;
        var classifier = new SgdClassifier(2, SgdLoss.Hinge, alpha: 1e-6, LearningRateSchedule.Constant, eta0: 0.01);
        classifier.Fit([1f], 1, [1]);
        float first = classifier.Coefficients[0];
        float last = first;
        for (int i = 0; i < Zeros; i++)
        {
            classifier.Fit([0f], 1, [1]);
            last = classifier.Coefficients[0];
        }

        Assert.Equal(Math.Pow(1 - 1e-8, Zeros), last / first, 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(399)]
    public void Fit_InBatches_EqualsOneFit(int batch)
    {
        (float[] rows, int[] labels) = SgdData.Clusters(Count, Features, 3, spread: 2, seed: 5);
        var whole = new SgdClassifier(3);
        var parts = new SgdClassifier(3);
        whole.Fit(rows, Features, labels);
        for (int start = 0; start < Count; start += batch)
        {
            int length = Math.Min(batch, Count - start);
            parts.Fit(rows.AsSpan(start * Features, length * Features), Features, labels.AsSpan(start, length));
            _ = parts.Coefficients;
        }

        Assert.Equal(whole.Coefficients, parts.Coefficients);
        Assert.Equal(whole.Intercepts, parts.Intercepts);
        Assert.Equal(whole.SamplesSeen, parts.SamplesSeen);
    }

    private static double Difference(
        SgdLoss loss, LearningRateSchedule schedule, int classes, double alpha, double eta0, double referenceAlpha)
    {
        (float[] rows, int[] labels) = SgdData.Clusters(Count, Features, classes, spread: 1, seed: 11);
        var classifier = new SgdClassifier(classes, loss, alpha, schedule, eta0, power: 0.25);
        var reference = new SgdReference(classes, loss, referenceAlpha, schedule, eta0, 0.25, Features);
        classifier.Fit(rows, Features, labels);
        reference.Fit(rows, labels);
        return Math.Max(
            Difference(classifier.Coefficients, reference.Coefficients), Difference(classifier.Intercepts, reference.Intercepts));
    }

    private static double Difference(ReadOnlySpan<float> actual, double[] expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, Math.Abs(actual[i] - expected[i]));
        return largest / expected.Max(Math.Abs);
    }
}
