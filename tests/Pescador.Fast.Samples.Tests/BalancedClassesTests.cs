using Samples;

namespace Pescador.Fast.Samples.Tests;

/// <summary>Hypothesis: drawing the classes evenly raises the recall of the rare one. Bound: by more than 0.1 in the median of ten seeds, which are
/// fixed; each is another split, another choice of the few rows that are kept, and other first weights. Seen: 0.3 and more.</summary>
public sealed class BalancedClassesTests
{
    private const double Bound = 0.1;
    private const int Seeds = 10;

    [Fact]
    public void Recall_LinearModel_IsHigherOfBalancedClasses() => Assert.True(Rise("linear", Balance.Plain, Balance.Balanced) > Bound);

    [Fact]
    public void Recall_ModelOfLibtorch_IsHigherOfBalancedClasses()
    {
        Assert.SkipUnless(TorchRuntime.IsAvailable, TorchRuntime.Missing ?? "");
        Assert.True(Rise("torch", Balance.Plain, Balance.Balanced) > Bound);
        Assert.Equal(0, NativeLease.Outstanding);
    }

    [Fact]
    public void Recall_ModelOfOnnxRuntime_IsHigherOfBalancedClasses()
    {
        Assert.SkipUnless(OnnxRuntime.IsAvailable, OnnxRuntime.Missing ?? "");
        Assert.True(Rise("onnx", Balance.Plain, Balance.Balanced) > Bound);
        Assert.Equal(0, NativeLease.Outstanding);
    }

    // The twins of those above: what draws alike, in another order, does not pass the bound.
    [Fact]
    public void Recall_PlainTwice_IsNotHigher() => AssertAlike(Balance.Plain);

    [Fact]
    public void Recall_BalancedTwice_IsNotHigher() => AssertAlike(Balance.Balanced);

    [Fact]
    public void RareDigits_OfTheRareClass_KeepsTwoPercentToTrainFromAndAllHeldOut()
    {
        using RareDigits digits = Read(seed: 0);
        Assert.Equal(RareDigits.Classes, digits.ByClass.Length);
        Assert.Equal(digits.Training.Count, digits.ByClass.Sum(static rows => rows.Count));
        Assert.InRange(digits.ByClass[RareDigits.Rare].Count, 2, 4);
        Assert.All(digits.ByClass.Where(static (_, label) => label != RareDigits.Rare), static rows => Assert.InRange(rows.Count, 100, 150));
        Assert.InRange(digits.HeldOutOfRare.Length ?? 0, 35, 75);
        Assert.All(digits.HeldOutOfRare["Y"].Span<long>().ToArray(), static label => Assert.Equal(RareDigits.Rare, label));
    }

    private static double Rise(string kind, Func<RareDigits, Streamer<Sample>> from, Func<RareDigits, Streamer<Sample>> to) =>
        Balance.Median(Recalls(kind, to)) - Balance.Median(Recalls(kind, from));

    private static void AssertAlike(Func<RareDigits, Streamer<Sample>> draw)
    {
        List<double> once = Recalls("linear", draw);
        List<double> again = Recalls("linear", digits => new ShuffledMux<Sample>([draw(digits)])); // a stage more: its seeds are others
        Assert.NotEqual(once, again);
        Assert.InRange(Balance.Median(again) - Balance.Median(once), -Bound, Bound);
    }

    private static List<double> Recalls(string kind, Func<RareDigits, Streamer<Sample>> draw)
    {
        var recalls = new List<double>();
        for (int seed = 0; seed < Seeds; seed++)
        {
            using RareDigits digits = Read(seed);
            recalls.Add(Balance.Recall(digits, draw(digits), kind, seed));
        }

        return recalls;
    }

    private static RareDigits Read(long seed) => new(Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), seed);
}
