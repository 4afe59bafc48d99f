namespace Pescador.Fast;

/// <summary>How a training step moves the parameters along their gradients g.</summary>
public enum OnnxOptimiser
{
    /// <summary>Stochastic gradient descent with momentum μ: v ← μ v + g, w ← w − η v. With μ = 0 there is no v.</summary>
    /// <remarks>Source: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; in the form that PyTorch's SGD has.</remarks>
    Momentum,

    /// <summary>m ← 0.9 m + 0.1 g, v ← 0.999 v + 0.001 g², w ← w − η (m/(1 − 0.9^t)) / (√(v/(1 − 0.999^t)) + 1e-8), t counting from 1.</summary>
    /// <remarks>Source: D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", 2015.</remarks>
    Adam,
}
