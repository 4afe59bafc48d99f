namespace Pescador.Fast;

/// <summary>When a <see cref="ChainMux{T}"/> ends.</summary>
public enum ChainMode
{
    /// <summary>After the last stream.</summary>
    Exhaustive,

    /// <summary>Begins again with the first; never ends, unless a whole cycle gave nothing.</summary>
    Cycle,
}
