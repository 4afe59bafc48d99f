namespace Pescador.Fast;

/// <summary>A loss as a type, so that the loop over the rows is compiled once for each and branches on neither.</summary>
internal interface IMarginLoss
{
    /// <summary>The negative derivative of the loss with respect to the margin z, in [0, 1].</summary>
    static abstract double Pull(double margin);
}

/// <summary>max(0, 1 − z); at the kink z = 1 the subgradient is −1, as in scikit-learn.</summary>
internal readonly struct HingeLoss : IMarginLoss
{
    public static double Pull(double margin) => margin <= 1 ? 1 : 0;
}

/// <summary>ln(1 + exp(−z)). For large z exp overflows to infinity and the pull is 0, its limit.</summary>
internal readonly struct LogLoss : IMarginLoss
{
    public static double Pull(double margin) => 1 / (1 + Math.Exp(margin));
}
