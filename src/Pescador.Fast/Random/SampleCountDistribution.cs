namespace Pescador.Fast;

/// <summary>The law of the count R of samples that a streamer may yield before it is replaced. Each has the mean rate and R ≥ 1.</summary>
/// <remarks>p is the streamer's share of the active set's weight; D is the number of the mux's samples until a given streamer is
/// replaced, with mean rate / p under each law. Source: pescador 3.0, "Analysis of Stochastic Mux".</remarks>
public enum SampleCountDistribution
{
    /// <summary>R = rate; a fractional rate draws between its two neighbours so that the mean is kept.
    /// Var[D] = rate (1 − p) / p² for a whole rate.</summary>
    Constant,

    /// <summary>R = 1 + Binomial((rate − 1) / (1 − p), 1 − p); a fractional first parameter draws between its two neighbours, and
    /// above p = 0.9999 the law is <see cref="Poisson"/>, its limit.
    /// Var[D] = (rate − p) / p² + f (1 − f)(1 − p)² / p², f the fraction of (rate − 1) / (1 − p).</summary>
    Binomial,

    /// <summary>R = 1 + Poisson(rate − 1). Var[D] = (rate (2 − p) − 1) / p².</summary>
    Poisson,
}
