namespace Pescador.Fast.Cli.Streaming;

/// <summary>Why a stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>Its time was over.</summary>
    Time,

    /// <summary>There was no more.</summary>
    Exhausted,

    /// <summary>As many batches as were asked for.</summary>
    Enough,

    /// <summary>Ctrl-C.</summary>
    Interrupted,

    /// <summary>An error.</summary>
    Failed,
}
