namespace Pescador.Fast.Tests;

public sealed class SgdClassifierArgumentTests
{
    public static TheoryData<Func<SgdClassifier>, string, string> BadConstructions { get; } = new()
    {
        { () => new(1), "classes", "at least 2 classes" },
        { () => new(2, (SgdLoss)9), "loss", "Hinge or Log" },
        { () => new(2, schedule: (LearningRateSchedule)9), "schedule", "Constant, Optimal or InverseScaling" },
        { () => new(2, alpha: -1), "alpha", "at least 0" },
        { () => new(2, alpha: double.NaN), "alpha", "a finite number" },
        { () => new(2, alpha: 0), "alpha", "above 0 for the optimal learning rate" },
        { () => new(2, schedule: LearningRateSchedule.Constant, eta0: 0), "eta0", "above 0" },
        { () => new(2, schedule: LearningRateSchedule.InverseScaling, eta0: double.PositiveInfinity), "eta0", "a finite number" },
        { () => new(2, schedule: LearningRateSchedule.InverseScaling, power: -0.5), "power", "at least 0" },
    };

    [Theory]
    [MemberData(nameof(BadConstructions), DisableDiscoveryEnumeration = true)]
    public void Constructor_ArgumentOutOfRange_SaysWhatIsExpected(Func<SgdClassifier> construct, string parameter, string expected)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(construct);

        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_ArgumentsTheScheduleDoesNotUse_AreNotChecked()
    {
        _ = new SgdClassifier(2, eta0: 0, power: double.NaN);
        _ = new SgdClassifier(2, alpha: 0, schedule: LearningRateSchedule.Constant, power: -1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Fit_LabelOutOfRange_NamesRowAndLabelAndLearnsNothing(int label)
    {
        var classifier = new SgdClassifier(3);
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Fit([1, 2, 3], 1, [0, 2, label]));

        Assert.StartsWith($"The label of row 2 is {label}, expected 0 to 2.", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0L), (classifier.Features, classifier.SamplesSeen));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Fit_FeatureNotFinite_NamesItAndKeepsTheRowsBefore(float value)
    {
        var classifier = new SgdClassifier(3);
        ArgumentException error = Assert.Throws<ArgumentException>(() => classifier.Fit([1, 2, 3, value, 5, 6], 2, [0, 1, 2]));
        var before = new SgdClassifier(3);
        before.Fit([1, 2], 2, [0]);

        Assert.StartsWith($"Feature 1 of row 1 is {value},", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, classifier.SamplesSeen);
        Assert.Equal(before.Coefficients, classifier.Coefficients);
        Assert.Equal(before.Intercepts, classifier.Intercepts);
    }

    [Fact]
    public void Fit_FirstFeatureNotFinite_LeavesZeros()
    {
        var classifier = new SgdClassifier(2);
        Assert.True(classifier.Coefficients.IsEmpty);
        Assert.Throws<ArgumentException>(() => classifier.Fit([1, float.NaN], 2, [0]));

        Assert.Equal([0f, 0f], classifier.Coefficients);
        Assert.Equal([0f], classifier.Intercepts);
    }

    [Fact]
    public void Fit_DivergedOnFiniteRows_NamesTheRow()
    {
        var classifier = new SgdClassifier(2);
        InvalidOperationException error =
            Assert.Throws<InvalidOperationException>(() => classifier.Fit([1, 1e30f, 1e30f], 1, [1, 0, 0]));

        Assert.Contains("row 2 is not finite although its features are", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ShapesThatDoNotFit_SayExpectedAndActual()
    {
        var classifier = new SgdClassifier(2);
        AssertMessage("at least 1 feature, got 0", () => classifier.Fit([], 0, []));
        AssertMessage("2 rows of 3 features, got 5 values", () => classifier.Fit(new float[5], 3, [0, 1]));
        classifier.Fit([1, 2, 3], 3, [1]);
        AssertMessage("3 features, as the first rows had, got 4", () => classifier.Fit(new float[4], 4, [0]));
    }

    [Fact]
    public void Predictions_ShapesThatDoNotFit_SayExpectedAndActual()
    {
        var classifier = new SgdClassifier(3);
        Assert.Throws<InvalidOperationException>(() => classifier.Predict([1f]));
        classifier.Fit([1, 2], 2, [1]);

        AssertMessage("1 rows of 2 features, got 3 values", () => classifier.Predict(new float[3]));
        AssertMessage("2 rows of 2 features, got 3 values", () => classifier.Predict(new float[3], new int[2]));
        AssertMessage("room for 3 scores, got 1", () => classifier.DecisionFunction(new float[2], new float[1]));
        AssertMessage("at least one row", () => classifier.Score([], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Score([1, 2], [3]));
    }

    private static void AssertMessage(string expected, Action action) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
}
