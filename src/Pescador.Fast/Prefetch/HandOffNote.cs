namespace Pescador.Fast;

/// <summary>What travels in a slot of the ring besides an item, or instead of one.</summary>
internal enum HandOffNote : byte
{
    /// <summary>An item alone.</summary>
    Plain,

    /// <summary>An item, and the state right after it.</summary>
    Checkpoint,

    /// <summary>An item, and why the state right after it could not be saved.</summary>
    Unsaved,

    /// <summary>An error, after which the stream goes on.</summary>
    DataError,

    /// <summary>The error that ended the stream.</summary>
    LastError,
}
