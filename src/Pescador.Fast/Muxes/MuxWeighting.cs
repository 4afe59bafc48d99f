namespace Pescador.Fast;

/// <summary>What the weights of a <see cref="StochasticMux{T}"/> promise.</summary>
public enum MuxWeighting
{
    /// <summary>Stream i's share of the samples tends to w_i / Σw, at every rate, also for streams that end early.</summary>
    LongRunShare,

    /// <summary>pescador 3.0's law, for who needs its statistics: uniform activation, then a weighted draw among the active.
    /// With a finite rate the weights then have no lasting effect.</summary>
    ActiveSetDraw,
}
