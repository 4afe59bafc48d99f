namespace Pescador.Fast;

/// <summary>
/// What <see cref="SgdClassifier"/> minimises, as a function of the margin z = y·f: y is the target, −1 or +1, f the decision value.
/// </summary>
/// <remarks>Source: scikit-learn user guide, "Stochastic Gradient Descent", mathematical formulation.</remarks>
public enum SgdLoss
{
    /// <summary>max(0, 1 − z): a linear support vector machine. Rows with z &gt; 1 cost no update.</summary>
    Hinge,

    /// <summary>ln(1 + exp(−z)): logistic regression. Every row updates every class.</summary>
    Log,
}
