namespace Pescador.Fast.Throughput;

/// <summary>What the perceptrons of libtorch, ONNX Runtime and PyTorch have in common: one hidden layer, cross entropy, plain gradient descent.</summary>
internal static class Perceptron
{
    internal const float LearningRate = 0.1f;

    /// <summary>Seed of the first weights.</summary>
    internal const int Seed = 7;

    /// <summary>What the loss must fall below in 64 steps. Untrained it is ln 10 = 2.30, after 64 steps of PyTorch 1.25 with 512 hidden units, 1.75 with 128.</summary>
    internal const double LossBound = 2;
}
