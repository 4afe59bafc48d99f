namespace Pescador.Fast.Throughput;

/// <summary>What the perceptrons of libtorch, ONNX Runtime and PyTorch have in common: one hidden layer, cross entropy, plain gradient descent.</summary>
internal static class Perceptron
{
    internal const float LearningRate = 0.1f;

    /// <summary>Of a trainer: one core is left to who prepares the batches. A product on all cores waits for each that is busy otherwise (bench/RESULTS.md, "trainers").</summary>
    internal static int Threads { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>Seed of the first weights.</summary>
    internal const int Seed = 7;

    /// <summary>What the loss must fall below in 64 steps. Untrained it is ln 10 = 2.30, after 64 steps of PyTorch 1.25 with 512 hidden units, 1.75 with 128.</summary>
    internal const double LossBound = 2;
}
