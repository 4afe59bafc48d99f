namespace Pescador.Fast;

/// <summary>How weights follow gradients: a rule and its constants. Immutable; the state it needs (momentum, moments) belongs to the
/// <see cref="TorchLearner"/>.</summary>
public sealed class TorchOptimizer
{
    private TorchOptimizer(bool isAdam, double learningRate, double first, double second, double epsilon, double weightDecay)
    {
        Require(double.IsFinite(learningRate) && learningRate > 0, nameof(learningRate), learningRate, "a finite number above 0");
        Require(double.IsFinite(weightDecay) && weightDecay >= 0, nameof(weightDecay), weightDecay, "a finite number, at least 0");
        (IsAdam, LearningRate, First, Second, Epsilon, WeightDecay) = (isAdam, learningRate, first, second, epsilon, weightDecay);
    }

    /// <summary>The step size, above 0.</summary>
    public double LearningRate { get; }

    /// <summary>λ in g ← g + λ w, at least 0.</summary>
    public double WeightDecay { get; }

    internal bool IsAdam { get; }

    // Momentum, or Adam's first decay.
    internal double First { get; }

    internal double Second { get; }

    internal double Epsilon { get; }

    /// <summary>Stochastic gradient descent: v ← momentum · v + g, w ← w − rate · v.</summary>
    /// <param name="learningRate">The step size; finite, above 0.</param>
    /// <param name="momentum">At least 0, below 1; 0 for plain descent.</param>
    /// <param name="weightDecay">Finite, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static TorchOptimizer Sgd(double learningRate, double momentum = 0, double weightDecay = 0)
    {
        Require(momentum is >= 0 and < 1, nameof(momentum), momentum, "at least 0 and below 1");
        return new TorchOptimizer(isAdam: false, learningRate, momentum, 0, 0, weightDecay);
    }

    /// <summary>Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − rate · m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ)
    /// after t steps.</summary>
    /// <param name="learningRate">The step size; finite, above 0.</param>
    /// <param name="firstDecay">β₁; at least 0, below 1.</param>
    /// <param name="secondDecay">β₂; at least 0, below 1.</param>
    /// <param name="epsilon">ε; finite, above 0.</param>
    /// <param name="weightDecay">Finite, at least 0.</param>
    /// <remarks>Source: D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static TorchOptimizer Adam(
        double learningRate = 1e-3, double firstDecay = 0.9, double secondDecay = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        Require(firstDecay is >= 0 and < 1, nameof(firstDecay), firstDecay, "at least 0 and below 1");
        Require(secondDecay is >= 0 and < 1, nameof(secondDecay), secondDecay, "at least 0 and below 1");
        Require(double.IsFinite(epsilon) && epsilon > 0, nameof(epsilon), epsilon, "a finite number above 0");
        return new TorchOptimizer(isAdam: true, learningRate, firstDecay, secondDecay, epsilon, weightDecay);
    }

    private static void Require(bool holds, string parameter, double actual, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(parameter, actual, $"Expected {expected}.");
        }
    }
}
