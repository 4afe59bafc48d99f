using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>How far each part of a window has come; each on cache lines of its own: two, because lines are fetched in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 640)]
internal struct ParallelEnds
{
    /// <summary>How many were published. Written by the source's thread.</summary>
    [FieldOffset(128)]
    internal long Published;

    /// <summary>How many of them are being worked on, or were. Written by all workers.</summary>
    [FieldOffset(256)]
    internal long Claimed;

    /// <summary>How many places for results were given out, where they come as they get ready. Written by all workers.</summary>
    [FieldOffset(384)]
    internal long Posted;

    /// <summary>How many results were taken. Written by the consumer.</summary>
    [FieldOffset(512)]
    internal long Taken;
}
