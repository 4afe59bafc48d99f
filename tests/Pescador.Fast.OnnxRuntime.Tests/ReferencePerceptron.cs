namespace Pescador.Fast.OnnxTests;

/// <summary>The formulas of <see cref="OnnxTrainingGraph"/>'s remarks in double precision, written out by hand.</summary>
/// <param name="sizes">Features, hidden units (0: none), classes.</param>
internal sealed class ReferencePerceptron((int Features, int Hidden, int Classes) sizes)
{
    /// <summary>Whether the slope passes only those units that are above 0: without this, the gradients are wrong.</summary>
    internal bool IsRectified { get; init; } = true;

    /// <summary>By the parameters' names, row-major.</summary>
    internal Dictionary<string, double[]> Weights { get; } = [];

    internal double Loss(double[,] x, int[] y)
    {
        double sum = 0;
        for (int row = 0; row < y.Length; row++)
        {
            sum -= Math.Log(Probabilities(Scores(Hidden(x, row)))[y[row]]);
        }

        return sum / y.Length;
    }

    internal Dictionary<string, double[]> Gradients(double[,] x, int[] y)
    {
        var sums = Weights.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Length]);
        for (int row = 0; row < y.Length; row++)
        {
            double[] hidden = Hidden(x, row);
            double[] slope = Probabilities(Scores(hidden));
            slope[y[row]] -= 1;
            AddLayer("scores", hidden, slope);
            if (sizes.Hidden > 0)
            {
                var back = new double[sizes.Hidden];
                for (int unit = 0; unit < back.Length; unit++)
                {
                    for (int k = 0; k < slope.Length && (hidden[unit] > 0 || !IsRectified); k++)
                    {
                        back[unit] += slope[k] * Weights["scores.weights"][unit * sizes.Classes + k];
                    }
                }

                AddLayer("hidden", Row(x, row), back);
            }
        }

        return sums;

        void AddLayer(string layer, double[] input, double[] slope)
        {
            for (int k = 0; k < slope.Length; k++)
            {
                sums[layer + ".bias"][k] += slope[k] / y.Length;
                for (int i = 0; i < input.Length; i++)
                {
                    sums[layer + ".weights"][i * slope.Length + k] += input[i] * slope[k] / y.Length;
                }
            }
        }
    }

    private static double[] Row(double[,] x, int row) => [.. Enumerable.Range(0, x.GetLength(1)).Select(i => x[row, i])];

    private double[] Hidden(double[,] x, int row) =>
        sizes.Hidden == 0 ? Row(x, row) : Array.ConvertAll(Layer("hidden", Row(x, row), sizes.Hidden), sum => Math.Max(sum, 0));

    private double[] Scores(double[] hidden) => Layer("scores", hidden, sizes.Classes);

    private double[] Layer(string layer, double[] input, int outputs)
    {
        var sums = (double[])Weights[layer + ".bias"].Clone();
        for (int k = 0; k < outputs; k++)
        {
            for (int i = 0; i < input.Length; i++)
            {
                sums[k] += input[i] * Weights[layer + ".weights"][i * outputs + k];
            }
        }

        return sums;
    }

    private static double[] Probabilities(double[] scores)
    {
        double[] powers = Array.ConvertAll(scores, score => Math.Exp(score - scores.Max()));
        return Array.ConvertAll(powers, power => power / powers.Sum());
    }
}
