using Pescador.Fast;

namespace Samples;

/// <summary>Two ways to draw from classes of which one is rare, and what a model makes of each.</summary>
internal static class Balance
{
    // <balance>
    // Every row as often as any other: in 400 there is hardly one of the rare class.
    public static Streamer<Sample> Plain(RareDigits digits) => Streamer.FromRows(digits.Training, RowOrder.Permuted).Cycle();

    // Every class as often as any other. The rows were parted by class once: nothing is looked for among the others while it runs.
    public static Streamer<Sample> Balanced(RareDigits digits) =>
        new ShuffledMux<Sample>(digits.ByClass.Select(rows => Streamer.FromRows(rows, RowOrder.Permuted).Cycle()));

    // The part of the rare class's held-out rows that is told right.
    public static double Recall(RareDigits digits, Streamer<Sample> rows, string kind, long seed)
    {
        using var model = DigitModel.Make(kind, seed);
        new StreamLearner(model).Fit(rows.Buffer(32).WithSeed(seed), maxSamples: 20_000);
        return model.Score(digits.HeldOutOfRare);
    }
    // </balance>

    public static double Median(IEnumerable<double> recalls)
    {
        double[] sorted = [.. recalls.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
