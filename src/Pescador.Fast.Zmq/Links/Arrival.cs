namespace Pescador.Fast;

/// <summary>What has come over a link.</summary>
internal enum ArrivalKind : byte
{
    /// <summary>A sample.</summary>
    Sample,

    /// <summary>One worker's stream has ended well, or for an unknown cause.</summary>
    End,

    /// <summary>One worker's stream has failed; nothing more comes over this link.</summary>
    Failure,
}

/// <summary>What has come over a link: a sample, or how a worker's stream ended.</summary>
internal struct Arrival
{
    internal ArrivalKind Kind;

    /// <summary>Owned by whoever took the arrival.</summary>
    internal Sample Sample;

    /// <summary>The worker's state right after the sample, where one came along. To be given back with <see cref="Inlet.Recycle"/>, or another
    /// in its place.</summary>
    internal StateWriter? Checkpoint;

    /// <summary>Why the worker's state cannot be saved; with the first sample after that was known.</summary>
    internal string? Unsaved;

    /// <summary>With <see cref="ArrivalKind.Failure"/>: the worker's own error, or what went wrong on the way.</summary>
    internal PescadorException? Failure;

    /// <summary>With <see cref="ArrivalKind.End"/>: whether the worker did not say how it ended, as pescador 3.0 does not.</summary>
    internal bool IsOfUnknownCause;
}
