namespace Pescador.Fast;

/// <summary>Keeps a segment mapped until it is disposed, or forgotten.</summary>
internal sealed class SegmentLease : IDisposable
{
    private readonly SharedSegment _segment;
    private readonly SharedPlace? _place;
    private readonly SharedSlabAllocator? _allocator;
    private int _isEnded;

    /// <param name="segment">Not yet unmapped.</param>
    /// <param name="place">Given back to its allocator at the end; null where the memory is the peer's.</param>
    /// <param name="allocator">To whom.</param>
    internal SegmentLease(SharedSegment segment, SharedPlace? place = null, SharedSlabAllocator? allocator = null)
    {
        _place = place;
        _allocator = allocator;
        bool isHeld = false;
        segment.DangerousAddRef(ref isHeld);
        _segment = segment;
    }

    ~SegmentLease() => End();

    public void Dispose()
    {
        End();
        GC.SuppressFinalize(this);
    }

    private void End()
    {
        // Without a segment the constructor has failed.
        if (_segment is not null && Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            if (_place is not null)
            {
                _allocator?.Free(_place);
            }

            _segment.DangerousRelease();
        }
    }
}
