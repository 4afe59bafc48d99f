namespace Pescador.Fast;

/// <summary>How the step size η of <see cref="SgdClassifier"/> goes with t, the number of the sample since the first fit, from 1.</summary>
/// <remarks>Source: scikit-learn, <c>SGDClassifier</c>, parameter <c>learning_rate</c>.</remarks>
public enum LearningRateSchedule
{
    /// <summary>η = eta0.</summary>
    Constant,

    /// <summary>
    /// η = 1 / (α (t0 + t − 1)), with t0 = 1 / (α w), w = √(1/√α), so that the first step is as large as a typical weight w.
    /// Needs α &gt; 0; eta0 has no part in it.
    /// </summary>
    /// <remarks>
    /// Source: L. Bottou, "Stochastic Gradient Descent Tricks", 2012. scikit-learn divides w by max(1, |∂loss(f = −w, y = 1)|), which is 1
    /// for both losses here.
    /// </remarks>
    Optimal,

    /// <summary>η = eta0 / t^power.</summary>
    InverseScaling,
}
