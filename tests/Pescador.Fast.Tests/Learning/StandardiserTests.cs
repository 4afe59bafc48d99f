namespace Pescador.Fast.Tests;

public sealed class StandardiserTests
{
    private const int Rows = 1000;
    private const int Features = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void PartialFit_InBatchesOfAnySize_FindsMeanAndDeviation(int batchSize)
    {
        float[,] values = Values();
        var standardiser = new Standardiser();
        Feed(standardiser, values, batchSize);

        Assert.Equal((Features, (long)Rows), (standardiser.Features, standardiser.SamplesSeen));
        for (int feature = 0; feature < Features; feature++)
        {
            (double mean, double deviation) = Direct(values, feature);
            Assert.Equal(mean, standardiser.Means[feature], 1e-12 * Math.Abs(mean));
            Assert.Equal(deviation, standardiser.Deviations()[feature], 1e-9 * deviation);
        }
    }

    [Fact]
    public void PartialFit_OfAMeanLargeBesideItsDeviation_LosesNothing()
    {
        // Sums of squares, subtracted, have no correct digit here: 10¹⁴ · 10⁶ rows beside a variance of 2/3.
        var values = new float[999, 1];
        for (int row = 0; row < 999; row++)
        {
            values[row, 0] = 16_000_000 + (row % 3);
        }

        var standardiser = new Standardiser();
        Feed(standardiser, values, 10);
        Assert.Equal(16_000_001, standardiser.Means[0], 1e-7);
        Assert.Equal(Math.Sqrt(2.0 / 3), standardiser.Deviations()[0], 1e-9);
    }

    [Fact]
    public void Transform_OfWhatWasLearned_GivesMeanNoughtAndDeviationOne()
    {
        float[,] values = Values();
        var standardiser = new Standardiser();
        Feed(standardiser, values, 64);
        using Sample batch = Sample.Of(("X", values));
        standardiser.Transform(batch); // in place: the array's own memory

        for (int feature = 0; feature < Features - 1; feature++)
        {
            (double mean, double deviation) = Direct(values, feature);
            Assert.Equal(0, mean, 1e-3); // float32, and a mean of 1,000
            Assert.Equal(1, deviation, 1e-3);
            Assert.Equal((float)(1 / standardiser.Deviations()[feature]), standardiser.Factors()[feature], 1e-6f);
        }
    }

    [Fact]
    public void Transform_OfAConstantFeature_OnlyShiftsIt()
    {
        float[,] values = { { 7, 0.1f }, { 7, 0.1f }, { 7, 0.1f } };
        var standardiser = new Standardiser();
        Feed(standardiser, values, 2);
        float[,] others = { { 7, 0.1f }, { 9, 2.1f } };
        using Sample batch = Sample.Of(("X", others));
        standardiser.Transform(batch);

        Assert.Equal([0, 0], standardiser.Deviations());
        Assert.Equal([1, 1], standardiser.Factors());
        Assert.Equal([0, 0, 2, 2], others.Cast<float>().Select(static value => MathF.Round(value, 5)));
    }

    [Fact]
    public void PartialFit_OfImages_TakesAllAxesButTheFirstAsFeatures()
    {
        var standardiser = new Standardiser { FeaturesName = "image" };
        using Sample batch = Sample.Of(("image", new float[4, 3, 2]));
        standardiser.PartialFit(batch);
        Assert.Equal(6, standardiser.Features);
    }

    [Fact]
    public void PartialFit_OfWhatIsNotFinite_NamesItAndLearnsNothing()
    {
        var standardiser = new Standardiser();
        float[,] broken = { { 1, 2 }, { 3, float.NaN } };
        using Sample batch = Sample.Of(("X", broken));
        DataException error = Assert.Throws<DataException>(() => standardiser.PartialFit(batch));
        Assert.Contains("row 1 of the batch, feature 1: expected a finite number, got NaN", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, standardiser.SamplesSeen);
    }

    [Fact]
    public void PartialFitAndTransform_OfAnotherForm_Refuse()
    {
        var standardiser = new Standardiser();
        using Sample doubles = Sample.Of(("X", new double[2, 2]));
        Assert.Throws<DataException>(() => standardiser.PartialFit(doubles));
        Assert.Throws<InvalidOperationException>(() => standardiser.Transform(doubles));
        Feed(standardiser, new float[2, 2], 2);
        using Sample wider = Sample.Of(("X", new float[2, 3]));
        Assert.Throws<DataException>(() => standardiser.PartialFit(wider));
        Assert.Throws<DataException>(() => standardiser.Transform(wider));
    }

    private static void Feed(Standardiser standardiser, float[,] values, int batchSize)
    {
        foreach (Sample batch in Streamer.FromRows(new Dictionary<string, TensorData> { ["X"] = values }, RowOrder.InOrder).Buffer(batchSize, partial: true))
        {
            using (batch)
            {
                standardiser.PartialFit(batch);
            }
        }
    }

    // Means from 0 to 1,000 and deviations from 0.01 to 100; the last feature is hardly spread at all.
    private static float[,] Values()
    {
        var random = new StreamRandom(5);
        var values = new float[Rows, Features];
        for (int row = 0; row < Rows; row++)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                values[row, feature] = (float)((feature * 250) + (random.NextNormal() * 100 * Math.Pow(10, -feature)));
            }
        }

        return values;
    }

    private static (double Mean, double Deviation) Direct(float[,] values, int feature)
    {
        double[] column = [.. Enumerable.Range(0, values.GetLength(0)).Select(row => (double)values[row, feature])];
        double mean = column.Average();
        return (mean, Math.Sqrt(column.Average(value => (value - mean) * (value - mean))));
    }
}
