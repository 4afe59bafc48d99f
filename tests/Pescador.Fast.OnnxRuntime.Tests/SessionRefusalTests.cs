namespace Pescador.Fast.OnnxTests;

public sealed class SessionRefusalTests
{
    [Fact]
    public void Run_OnValuesOfWhichOneIsRefused_HoldsNoneOfThem()
    {
        Onnx.Need();
        using OnnxSession session = OnnxSession.Open(Onnx.Twice(), "twice");
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 3, 5), TensorSpec.Of<float>("Z", 3, 4)), slabCount: 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(pool.TryRent(out Sample batch));
            using OnnxValue input = OnnxValue.Over(batch["X"]);
            using OnnxValue output = OnnxValue.Over(batch["Z"]);
            Assert.Throws<DataException>(() => session.Run([input], [output])); // the graph takes float32[n,4]
            Assert.Throws<KeyNotFoundException>(() => session.Run([output], [output]));
            batch.Dispose();
        }

        Assert.Equal(0, pool.Counters.Outstanding);
        Assert.Equal(pool.Counters.Rented, pool.Counters.Returned);
    }

    [Fact]
    public void Open_OfAPathWithAZeroCharacter_IsRefused()
    {
        Onnx.Need();
        using var folder = new TemporaryFolder();
        string path = folder["graph.onnx"];
        File.WriteAllBytes(path, Onnx.Twice());
        Assert.Throws<ArgumentException>(() => OnnxSession.Open(path + "\0.npy")); // C would stop reading there, and open the other
    }

    [Fact]
    public void Open_WithANumberOfThreadsBelowZero_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxSessionOptions { Threads = -1 });
}
