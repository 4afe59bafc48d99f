namespace Pescador.Fast;

/// <summary>What a slot of the window holds.</summary>
internal enum ParallelContent : byte
{
    /// <summary>Nothing that must be disposed.</summary>
    Nothing,

    /// <summary>What the source gave.</summary>
    Argument,

    /// <summary>What the function made of it.</summary>
    Result,

    /// <summary>An error of either.</summary>
    Failure,
}
