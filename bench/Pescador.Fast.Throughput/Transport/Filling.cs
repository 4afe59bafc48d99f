namespace Pescador.Fast.Throughput;

/// <summary>What a producer writes of each sample before it sends it, and the consumer reads of it.</summary>
internal enum Filling
{
    /// <summary>Nothing: slabs that were written once. The consumer looks at three elements.</summary>
    Once,

    /// <summary>All of it, each time.</summary>
    Whole,

    /// <summary>One cache line, each time.</summary>
    OneLine,
}
