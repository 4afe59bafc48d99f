namespace Pescador.Fast;

/// <summary>A segment of which slabs are cut, from its start to its end; once all are back, from the start again. Guarded by its allocator.</summary>
internal sealed class SharedBlock(SharedSegment segment)
{
    private long _used;
    private int _places;

    internal SharedSegment Segment => segment;

    internal bool IsUnused => _places == 0;

    /// <summary>Cuts a place off.</summary>
    /// <returns>Null when there is no room.</returns>
    internal SharedPlace? Cut(long lengthInBytes, SharedGroup group)
    {
        if (lengthInBytes > segment.LengthInBytes - _used)
        {
            return null;
        }

        var place = new SharedPlace(this, _used, lengthInBytes, group);
        const long Alignment = SlabLayout.BaseAlignmentInBytes;
        _used = Math.Min((_used + lengthInBytes + Alignment - 1) & -Alignment, segment.LengthInBytes);
        _places++;
        return place;
    }

    internal void GiveBack()
    {
        if (--_places == 0)
        {
            _used = 0;
        }
    }
}
