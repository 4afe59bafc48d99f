using System.Globalization;

namespace Pescador.Fast.Cli.Demo;

/// <summary>Rows of features, each with a class.</summary>
/// <param name="Features">[n, features]</param>
/// <param name="Labels">[n]</param>
internal sealed record LabelledTable(float[,] Features, int[] Labels)
{
    internal int Rows => Labels.Length;

    internal int Width => Features.GetLength(1);

    internal ReadOnlySpan<float> Row(int row) => System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref Features[row, 0], Width);

    /// <summary>The breast-cancer data that the program carries: 569 tumours, 30 features, malignant 0 or benign 1.</summary>
    internal static LabelledTable BreastCancer()
    {
        using Stream stream = typeof(LabelledTable).Assembly.GetManifestResourceStream("breast_cancer.csv")
            ?? throw new InvalidOperationException("The program was built without its data, breast_cancer.csv.");
        using var reader = new StreamReader(stream);
        return Read(reader, "breast_cancer.csv");
    }

    /// <summary>Reads a table whose first line begins with its number of rows and of features, and whose last column is the class.</summary>
    /// <exception cref="DataException">A line is not of that form; the message names it.</exception>
    internal static LabelledTable Read(TextReader reader, string name)
    {
        string[] head = (reader.ReadLine() ?? "").Split(',');
        if (head.Length < 2 || !int.TryParse(head[0], CultureInfo.InvariantCulture, out int rows) || rows < 1
            || !int.TryParse(head[1], CultureInfo.InvariantCulture, out int width) || width < 1)
        {
            throw new DataException($"{name}, line 1: expected the numbers of rows and features, got '{string.Join(',', head)}'.");
        }

        var features = new float[rows, width];
        var labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            string[] cells = (reader.ReadLine() ?? "").Split(',');
            if (cells.Length != width + 1)
            {
                throw new DataException($"{name}, line {row + 2}: expected {width + 1} cells, got {cells.Length}.");
            }

            for (int column = 0; column < width; column++)
            {
                features[row, column] = float.TryParse(cells[column], CultureInfo.InvariantCulture, out float value)
                    ? value
                    : throw new DataException($"{name}, line {row + 2}, cell {column + 1}: expected a number, got '{cells[column]}'.");
            }

            labels[row] = int.TryParse(cells[width], CultureInfo.InvariantCulture, out int label)
                ? label
                : throw new DataException($"{name}, line {row + 2}: expected a class, got '{cells[width]}'.");
        }

        return new LabelledTable(features, labels);
    }

    /// <summary>Splits the rows by chance.</summary>
    /// <param name="heldOut">The part that is held out.</param>
    /// <param name="random">Decides which.</param>
    internal (LabelledTable Training, LabelledTable HeldOut) Split(double heldOut, Random random)
    {
        int[] order = [.. Enumerable.Range(0, Rows)];
        random.Shuffle(order);
        int held = Math.Max(1, (int)Math.Round(Rows * heldOut));
        return (Select(order[held..]), Select(order[..held]));
    }

    /// <summary>Makes each feature's mean 0 and standard deviation 1 over the first table, and changes the second in the same way.</summary>
    internal static void Standardise(LabelledTable training, LabelledTable other)
    {
        for (int column = 0; column < training.Width; column++)
        {
            double sum = 0;
            double squares = 0;
            for (int row = 0; row < training.Rows; row++)
            {
                sum += training.Features[row, column];
                squares += (double)training.Features[row, column] * training.Features[row, column];
            }

            double mean = sum / training.Rows;
            double deviation = Math.Sqrt(Math.Max(0, (squares / training.Rows) - (mean * mean)));
            foreach (LabelledTable table in new[] { training, other })
            {
                for (int row = 0; row < table.Rows; row++)
                {
                    table.Features[row, column] = (float)((table.Features[row, column] - mean) / (deviation > 0 ? deviation : 1));
                }
            }
        }
    }

    private LabelledTable Select(int[] rows)
    {
        var features = new float[rows.Length, Width];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int column = 0; column < Width; column++)
            {
                features[i, column] = Features[rows[i], column];
            }
        }

        return new LabelledTable(features, [.. rows.Select(row => Labels[row])]);
    }
}
