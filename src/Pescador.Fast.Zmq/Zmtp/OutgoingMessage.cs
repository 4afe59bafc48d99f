using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A multipart message to be sent: frame heads and small frames in a buffer of its own, large ones where they lie. Used again and
/// again by one sender; how much of it is sent is the connection's to know, so that it can go to several.</summary>
internal sealed class OutgoingMessage
{
    private const int FirstCapacity = 4096;

    // Pinned for good, so that the kernel can be given addresses in it. Large frames are parts of their own; the bytes between them are one each.
    private byte[] _own = GC.AllocateUninitializedArray<byte>(FirstCapacity, pinned: true);
    private int _ownLength;
    private Part[] _parts = new Part[16];
    private int _count;

    private readonly record struct Part(nint Address, int OwnOffset, long LengthInBytes);

    /// <summary>Of all frames and their heads.</summary>
    internal long LengthInBytes { get; private set; }

    /// <summary>Begins another message.</summary>
    internal void Clear()
    {
        _ownLength = 0;
        _count = 0;
        LengthInBytes = 0;
    }

    /// <summary>Adds a frame that is copied here.</summary>
    /// <returns>Where it lies here, to be written: good until the next call.</returns>
    internal Span<byte> AddFrame(int lengthInBytes, bool hasMore)
    {
        var head = new FrameHead(lengthInBytes, hasMore);
        Span<byte> added = AddOwn(checked(head.SizeInBytes + lengthInBytes));
        return added[head.Write(added)..];
    }

    /// <summary>Adds a frame that stays where it is. Its memory must neither move nor be lent anew until the message is sent.</summary>
    internal void AddFrame(nint address, long lengthInBytes, bool hasMore)
    {
        var head = new FrameHead(lengthInBytes, hasMore);
        head.Write(AddOwn(head.SizeInBytes));
        if (lengthInBytes > 0)
        {
            AddPart(new Part(address, 0, lengthInBytes));
            LengthInBytes += lengthInBytes;
        }
    }

    /// <summary>Gathers the blocks that follow a position.</summary>
    /// <param name="offset">How many bytes were sent.</param>
    /// <param name="blocks">Where the blocks go; good until the message changes, or ends.</param>
    /// <returns>How many there are; fewer than there could be when there is no more room for them.</returns>
    internal int Gather(long offset, Span<ByteBlock> blocks)
    {
        nint own = Marshal.UnsafeAddrOfPinnedArrayElement(_own, 0);
        int count = 0;
        for (int index = 0; index < _count && count < blocks.Length; index++)
        {
            Part part = _parts[index];
            if (offset < part.LengthInBytes)
            {
                nint address = part.Address == 0 ? own + part.OwnOffset : part.Address;
                blocks[count++] = new ByteBlock(address + (nint)offset, (nint)(part.LengthInBytes - offset));
            }

            offset = Math.Max(0, offset - part.LengthInBytes);
        }

        return count;
    }

    private Span<byte> AddOwn(int length)
    {
        if (length > _own.Length - _ownLength)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(checked(Math.Max(_own.Length * 2, _ownLength + length)), pinned: true);
            _own.AsSpan(0, _ownLength).CopyTo(larger);
            _own = larger;
        }

        if (_count > 0 && _parts[_count - 1].Address == 0)
        {
            Part last = _parts[_count - 1];
            _parts[_count - 1] = last with { LengthInBytes = last.LengthInBytes + length };
        }
        else
        {
            AddPart(new Part(0, _ownLength, length));
        }

        Span<byte> added = _own.AsSpan(_ownLength, length);
        _ownLength += length;
        LengthInBytes += length;
        return added;
    }

    private void AddPart(Part part)
    {
        if (_count == _parts.Length)
        {
            Array.Resize(ref _parts, _count * 2);
        }

        _parts[_count++] = part;
    }
}
