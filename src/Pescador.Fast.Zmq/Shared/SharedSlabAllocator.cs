namespace Pescador.Fast;

/// <summary>
/// Slabs in memory that another process can map: what is built in them need not be copied to it. Slabs of 64 KiB and more have a segment of
/// their own, smaller ones share segments of 1 MiB. Belongs to one outlet; its slabs may outlive that.
/// </summary>
internal sealed class SharedSlabAllocator : SlabAllocator
{
    private const long LeastOfItsOwn = 64 << 10;
    private const long SmallSegment = 1 << 20;

    private readonly object _gate = new();
    private readonly Dictionary<nint, SharedPlace> _places = []; // by address; not by slab, which would then never be found forgotten
    private readonly HashSet<SharedBlock> _blocks = [];
    private readonly Queue<SharedPlace> _gone = new(); // known to the peer, and free
    private readonly Queue<SharedBlock> _goneBlocks = new();
    private SharedBlock? _small;
    private SharedGroup? _lastGroup;
    private bool _isSevered;
    private bool _isClosed;

    public override Slab Allocate(SlabLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        lock (_gate)
        {
            // A pool allocates its slabs one after the other, all of one layout.
            SharedGroup group = _lastGroup is { } last && ReferenceEquals(last.Layout, layout) ? last : new SharedGroup(layout);
            SharedPlace place = Take(layout.LengthInBytes, group);
            _lastGroup = group;
            group.CountSlab(1);
            _places.Add(place.Address, place);
            return new Slab(layout, new SegmentLease(place.Block.Segment, place, this), Addresses(place, layout));
        }
    }

    /// <summary>Where a sample lies, if it is a slab of this allocator's as it was lent: no row of a batch, no view of others.</summary>
    internal SharedPlace? Find(SampleCore core)
    {
        if (core.Slab is not { } slab || core.Row != 0 || !ReferenceEquals(core.Blocks, slab.Blocks) || slab.Blocks.Length == 0
            || slab.Blocks[0].Array is not null)
        {
            return null;
        }

        SharedPlace? place;
        lock (_gate)
        {
            if (!_places.TryGetValue(slab.Blocks[0].Address, out place))
            {
                return null;
            }
        }

        return IsWhole(core.Spec, slab, place) ? place : null;
    }

    /// <summary>Takes the number of a slot, or of a segment, that the peer knows and that is free now; only the thread that sends calls this.</summary>
    internal bool TryTakeGone(out int slot, out int segment)
    {
        slot = segment = -1;
        lock (_gate)
        {
            if (_gone.TryDequeue(out SharedPlace? place))
            {
                slot = place.Slot;
                return true;
            }

            if (_goneBlocks.TryDequeue(out SharedBlock? block))
            {
                segment = block.Segment.Number;
                return true;
            }

            return false;
        }
    }

    /// <summary>Ends the sharing of all there is: the peer keeps what it has, and slabs that it still reads can be written anew here.</summary>
    internal void Sever()
    {
        lock (_gate)
        {
            if (!_isSevered)
            {
                foreach (SharedBlock block in _blocks)
                {
                    block.Segment.Sever();
                }

                _isSevered = true;
            }
        }
    }

    /// <summary>Gives the segment back of which small slabs are cut, now or with the last of them; nobody will need another soon.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_small is { IsUnused: true } unused)
            {
                Drop(unused);
            }

            _small = null;
        }
    }

    internal void Free(SharedPlace place)
    {
        lock (_gate)
        {
            _places.Remove(place.Address);
            place.Group.CountSlab(-1);
            if (place.Slot >= 0)
            {
                _gone.Enqueue(place);
            }

            SharedBlock block = place.Block;
            block.GiveBack();
            if (block.IsUnused && block != _small)
            {
                Drop(block);
            }
        }
    }

    private SharedPlace Take(long lengthInBytes, SharedGroup group)
    {
        if (lengthInBytes >= LeastOfItsOwn || _isClosed)
        {
            return Cut(Add(lengthInBytes), lengthInBytes, group);
        }

        if (_small?.Cut(lengthInBytes, group) is { } small)
        {
            return small;
        }

        _small = Add(SmallSegment); // the full one goes with the last of its slabs
        return Cut(_small, lengthInBytes, group);
    }

    private static SharedPlace Cut(SharedBlock block, long lengthInBytes, SharedGroup group) =>
        block.Cut(lengthInBytes, group) ?? throw new System.Diagnostics.UnreachableException("a new segment holds what it was made for");

    private SharedBlock Add(long lengthInBytes)
    {
        var block = new SharedBlock(SharedSegment.Create(lengthInBytes));
        _blocks.Add(block);
        return block;
    }

    private void Drop(SharedBlock block)
    {
        _blocks.Remove(block);
        if (block.Segment.Number >= 0)
        {
            _goneBlocks.Enqueue(block);
        }

        block.Segment.Dispose(); // unmapped with the last lease, which may be ending just now
    }

    private static nint[] Addresses(SharedPlace place, SlabLayout layout)
    {
        var addresses = new nint[layout.Regions.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = place.Address + (nint)layout.Regions[i].OffsetInBytes;
        }

        return addresses;
    }

    // A slab over parts of others' memory may begin where one of ours does.
    private static bool IsWhole(SampleSpec spec, Slab slab, SharedPlace place)
    {
        ReadOnlySpan<SlabRegion> regions = slab.Layout.Regions;
        if (spec.Count != regions.Length)
        {
            return false;
        }

        for (int i = 0; i < regions.Length; i++)
        {
            if (slab.Blocks[i].Array is not null || slab.Blocks[i].Address != place.Address + (nint)regions[i].OffsetInBytes
                || regions[i].OffsetInBytes + spec[i].LengthInBytes > place.LengthInBytes)
            {
                return false;
            }
        }

        return true;
    }
}
