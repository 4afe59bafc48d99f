namespace Pescador.Fast;

/// <summary>How a <see cref="StochasticMux{T}"/> may activate its streamers.</summary>
public enum StochasticMode
{
    /// <summary>A streamer may be active several times at once; the mux is endless, unless every streamer was pruned.</summary>
    WithReplacement,

    /// <summary>At most once at a time; a closed one can return. Endless likewise.</summary>
    SingleActive,

    /// <summary>Each streamer is activated once; the mux ends after the last. Without a rate that is an epoch.</summary>
    Exhaustive,
}
