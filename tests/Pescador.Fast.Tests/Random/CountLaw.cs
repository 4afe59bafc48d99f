namespace Pescador.Fast.Tests;

/// <summary>Exact probabilities of the values First, First + 1, ..: by the ratio of neighbours from the mode outwards, then divided by
/// their sum. Nothing of the library's own formulas is used.</summary>
internal sealed record CountLaw(long First, double[] Probabilities)
{
    public double Mean => First + Probabilities.Select((p, i) => p * i).Sum();

    public static CountLaw Of(SampleCountDistribution distribution, double rate, double share)
    {
        if (distribution == SampleCountDistribution.Constant) return Between(Math.Floor(rate), rate - Math.Floor(rate), Certain);
        if (distribution == SampleCountDistribution.Poisson || share > 0.9999) return Poisson(rate - 1).Plus(1);
        double trials = (rate - 1) / (1 - share);
        return Between(Math.Floor(trials), trials - Math.Floor(trials), n => Binomial(n, 1 - share)).Plus(1);
    }

    public static CountLaw Poisson(double mean) => mean == 0
        ? Certain(0)
        : FromRatios(Math.Floor(mean), mean, double.PositiveInfinity, k => mean / (k + 1));

    public static CountLaw Binomial(double trials, double probability)
    {
        if (trials == 0) return Certain(0);
        double odds = probability / (1 - probability);
        double mode = Math.Min(trials, Math.Floor((trials + 1) * probability));
        return FromRatios(mode, trials * probability * (1 - probability), trials, k => (trials - k) / (k + 1) * odds);
    }

    public CountLaw Plus(long offset) => this with { First = First + offset };

    private static CountLaw Certain(double value) => new((long)value, [1]);

    private static CountLaw Between(double whole, double fraction, Func<double, CountLaw> law)
    {
        CountLaw lower = law(whole), upper = law(whole + 1);
        long first = Math.Min(lower.First, upper.First);
        var mixed = new double[Math.Max(lower.First + lower.Probabilities.Length, upper.First + upper.Probabilities.Length) - first];
        for (int i = 0; i < lower.Probabilities.Length; i++) mixed[lower.First - first + i] += (1 - fraction) * lower.Probabilities[i];
        for (int i = 0; i < upper.Probabilities.Length; i++) mixed[upper.First - first + i] += fraction * upper.Probabilities[i];
        return new(first, mixed);
    }

    private static CountLaw FromRatios(double mode, double variance, double largest, Func<double, double> ratio)
    {
        double reach = Math.Ceiling(12 * Math.Sqrt(variance)) + 30;
        double first = Math.Max(0, mode - reach), last = Math.Min(largest, mode + reach);
        var density = new double[(int)(last - first) + 1];
        int middle = (int)(mode - first);
        density[middle] = 1;
        for (int i = middle; i + 1 < density.Length; i++) density[i + 1] = density[i] * ratio(first + i);
        for (int i = middle; i > 0; i--) density[i - 1] = density[i] / ratio(first + i - 1);
        double sum = density.Sum();
        for (int i = 0; i < density.Length; i++) density[i] /= sum;
        return new((long)first, density);
    }
}
