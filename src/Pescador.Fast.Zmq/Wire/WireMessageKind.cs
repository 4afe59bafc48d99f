namespace Pescador.Fast;

/// <summary>What a message is.</summary>
internal enum WireMessageKind : byte
{
    /// <summary>A sample.</summary>
    Sample,

    /// <summary>The stream has ended well.</summary>
    Completed,

    /// <summary>The stream has failed.</summary>
    Failed,

    /// <summary>The stream has ended, and the worker did not say how: pescador 3.0's end.</summary>
    Ended,
}
