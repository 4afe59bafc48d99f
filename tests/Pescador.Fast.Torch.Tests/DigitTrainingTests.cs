using Samples;

namespace Pescador.Fast.Torch.Tests;

[Collection(Alone.Name)]
public sealed class DigitTrainingTests
{
    [Fact]
    public void Run_WithAFixedSeed_TellsTheHeldOutDigitsApart()
    {
        Libtorch.Require();
        var accuracies = new List<double>();
        int outstanding = NativeLease.Outstanding;
        double accuracy = DigitTraining.Run(
            Path.Combine(AppContext.BaseDirectory, "digits.csv.gz"), seed: 1, (_, _, heldOut) => accuracies.Add(heldOut));

        Assert.InRange(accuracy, 0.97, 1);
        Assert.InRange(accuracies[0], 0, 0.95); // after one epoch the bound is still missed
        Assert.Equal(outstanding, NativeLease.Outstanding);
    }
}
