namespace Pescador.Fast.Torch.Tests;

/// <summary>What tests need of the machine, and batches for them.</summary>
internal static class Libtorch
{
    /// <summary>Skips the test where there is no libtorch.</summary>
    internal static void Require() => Assert.SkipUnless(TorchRuntime.IsAvailable, TorchRuntime.Missing ?? "");

    /// <summary>[rows, 4] features, of which the greatest is the class, [rows].</summary>
    internal static Sample Greatest(int rows, int seed)
    {
        var random = new System.Random(seed);
        float[,] features = new float[rows, 4];
        int[] classes = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < 4; i++)
            {
                features[row, i] = random.NextSingle();
                classes[row] = features[row, i] > features[row, classes[row]] ? i : classes[row];
            }
        }

        return Sample.Of(("X", features), ("Y", classes));
    }
}

/// <summary>Tests that count leases or change what the whole process has, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
