namespace Pescador.Fast;

/// <summary>Where a slab lies in shared memory.</summary>
/// <param name="block">Of what it is a part.</param>
/// <param name="offsetInBytes">From the segment's start; a multiple of 256.</param>
/// <param name="lengthInBytes">Of the slab.</param>
/// <param name="group">To which pool's slabs it belongs.</param>
internal sealed class SharedPlace(SharedBlock block, long offsetInBytes, long lengthInBytes, SharedGroup group)
{
    internal SharedBlock Block => block;

    internal SharedGroup Group => group;

    internal long OffsetInBytes => offsetInBytes;

    internal long LengthInBytes => lengthInBytes;

    internal nint Address { get; } = block.Segment.Address + (nint)offsetInBytes;

    /// <summary>By what number the peer knows it; −1 while it does not. Written by the thread that sends.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>The form that was sent last from here.</summary>
    internal SharedForm? Form { get; set; }
}
