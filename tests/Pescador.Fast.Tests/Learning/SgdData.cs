using System.Globalization;

namespace Pescador.Fast.Tests;

internal static class SgdData
{
    /// <summary>Gaussian-like rows around one centre per class, labels in random order.</summary>
    public static (float[] Rows, int[] Labels) Clusters(int count, int features, int classes, double spread, int seed)
    {
        var random = new Random(seed);
        double[] centres = [.. Enumerable.Range(0, classes * features).Select(_ => random.NextDouble() * 2 - 1)];
        float[] rows = new float[count * features];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = random.Next(classes);
            for (int j = 0; j < features; j++)
            {
                double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
                rows[i * features + j] = (float)(centres[labels[i] * features + j] + spread * noise);
            }
        }

        return (rows, labels);
    }

    /// <summary>The 150 rows of iris, each feature with mean 0 and variance 1, in a fixed random order.</summary>
    public static (float[] Rows, int[] Labels) Iris(int seed)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root(), "samples", "data", "iris.csv"))[1..];
        new Random(seed).Shuffle(lines);
        double[][] table = [.. lines.Select(line => line.Split(',').Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())];
        float[] rows = new float[table.Length * 4];
        for (int j = 0; j < 4; j++)
        {
            double mean = table.Average(row => row[j]);
            double deviation = Math.Sqrt(table.Average(row => (row[j] - mean) * (row[j] - mean)));
            for (int i = 0; i < table.Length; i++)
                rows[i * 4 + j] = (float)((table[i][j] - mean) / deviation);
        }

        return (rows, [.. table.Select(row => (int)row[4])]);
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} contains Pescador.Fast.sln.");
    }
}
