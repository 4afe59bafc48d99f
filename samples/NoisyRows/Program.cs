// Iris, two kinds of it, seen through five amounts of noise: the README's first program.
using System.Globalization;
using Pescador.Fast;

Table table = Table.Iris();

// <readme>
static IEnumerable<Sample> NoisyRows(StreamContext context, Table table, float sigma)
{
    while (true)
    {
        int row = context.Random.Next(table.Rows);              // draws repeat with the stream's seed
        Sample sample = context.Rent(Table.Spec);               // often the batch's own row: then nothing is copied
        Span<float> x = sample["X"].Span<float>();
        context.Random.FillNormal(x, mean: 0, standardDeviation: sigma);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += table.Features[row, i];
        }

        sample["Y"].Span<int>()[0] = table.Labels[row];
        yield return sample;
    }
}

var streamers = new[] { 0f, 0.5f, 1f, 2f, 4f }.Select(sigma => Streamer.Create(NoisyRows, table, sigma));
var mux = new StochasticMux<Sample>(streamers, activeCount: 3, rate: 64, seed: 1);
var classifier = new SgdClassifier(classes: 2);
var learner = new StreamLearner(classifier);
learner.Fit(mux.Buffer(64), maxSamples: 5000);
// </readme>

int right = Enumerable.Range(0, table.Rows).Count(row => classifier.Predict(table.Row(row)) == table.Labels[row]);
Console.WriteLine($"{right} of {table.Rows} flowers are told apart.");

internal sealed record Table(float[,] Features, int[] Labels)
{
    public static readonly SampleSpec Spec = new(TensorSpec.Of<float>("X", 4), TensorSpec.Of<int>("Y"));

    public int Rows => Labels.Length;

    public float[] Row(int row) => [.. Enumerable.Range(0, 4).Select(column => Features[row, column])];

    /// <summary>The 100 flowers that are versicolor (0) or virginica (1), with standardised measurements.</summary>
    public static Table Iris()
    {
        double[][] rows =
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "iris.csv")).Skip(1)
                .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())
                .Where(row => row[4] > 0),
        ];
        var features = new float[rows.Length, 4];
        for (int column = 0; column < 4; column++)
        {
            double mean = rows.Average(row => row[column]);
            double deviation = Math.Sqrt(rows.Average(row => Math.Pow(row[column] - mean, 2)));
            for (int row = 0; row < rows.Length; row++)
            {
                features[row, column] = (float)((rows[row][column] - mean) / deviation);
            }
        }

        return new Table(features, [.. rows.Select(row => (int)row[4] - 1)]);
    }
}
