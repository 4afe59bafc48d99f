namespace Pescador.Fast.OnnxTests;

/// <summary>Damaged models end in an exception of ours, or in a graph that runs; never in the process.</summary>
public sealed class DamageTests
{
    private static readonly byte[] Model = new OnnxTrainingGraph(3, 2, 2).TrainingModel();

    [Fact]
    public void Open_OfATruncatedModel_FailsOrRuns()
    {
        Onnx.Need();
        for (int length = 0; length < Model.Length; length += 7)
        {
            TryLearn(Model[..length]);
        }
    }

    [Fact]
    public void Open_OfAModelWithBytesChanged_FailsOrRuns()
    {
        Onnx.Need();
        var random = new RandomGenerator(1);
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = [.. Model];
            for (int i = random.NextInt32(4); i >= 0; i--)
            {
                damaged[random.NextInt32(damaged.Length)] = (byte)random.NextInt32(256);
            }

            TryLearn(damaged);
        }
    }

    [Fact]
    public void Open_OfNoise_Fails()
    {
        Onnx.Need();
        var random = new StreamRandom(1);
        var noise = new byte[1000];
        for (int round = 0; round < 100; round++)
        {
            random.NextBytes(noise);
            Assert.Throws<PescadorException>(() => OnnxSession.Open(noise, "noise"));
        }
    }

    private static void TryLearn(byte[] model)
    {
        using Sample batch = Sample.Of(("X", new float[5, 3]), ("Y", new long[5]));
        try
        {
            using var learner = new OnnxLearner(model, "damaged", new OnnxSessionOptions { Threads = 1 });
            learner.PartialFit(batch);
            learner.Score(batch);
        }
        catch (Exception error) when (error is PescadorException or KeyNotFoundException or InvalidOperationException)
        {
            // what is to be
        }
    }
}
