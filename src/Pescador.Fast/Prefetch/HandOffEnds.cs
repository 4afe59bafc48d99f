using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Both ends of a ring, each on cache lines of its own: two, because lines are fetched in pairs.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct HandOffEnds
{
    /// <summary>How many were published. Written by the producer.</summary>
    [FieldOffset(128)]
    internal long Tail;

    /// <summary>What the producer last knew of <see cref="Head"/>; not above it.</summary>
    [FieldOffset(136)]
    internal long HeadSeen;

    /// <summary>The slot published next.</summary>
    [FieldOffset(144)]
    internal int TailIndex;

    /// <summary>How many were released. Written by the consumer.</summary>
    [FieldOffset(256)]
    internal long Head;

    /// <summary>What the consumer last knew of <see cref="Tail"/>; not above it.</summary>
    [FieldOffset(264)]
    internal long TailSeen;

    /// <summary>The slot released next.</summary>
    [FieldOffset(272)]
    internal int HeadIndex;
}
