namespace Pescador.Fast.Throughput;

/// <summary>How a series is drawn.</summary>
internal enum PlotStyle
{
    /// <summary>What was measured: marks, joined.</summary>
    Measured,

    /// <summary>What a formula gives: a line.</summary>
    Formula,

    /// <summary>What was seen where a formula says what to expect: marks alone, which the legend leaves out.</summary>
    Seen,
}
