namespace Pescador.Fast;

/// <summary>Reads the messages of one connection: headers into a buffer that is used again, tensors straight to where they belong.</summary>
internal sealed class WireReader(FrameSource source, ZmqLimits limits)
{
    private const int LargestPart = 1 << 30;

    private readonly WireHeader?[] _known = new WireHeader?[4]; // forms take turns: with and without a state, a short last batch
    private byte[] _buffer = new byte[1024];
    private WireHeader? _header;
    private WireStamp _stamp;
    private int _nextKnown;

    /// <summary>Of the message whose header was read last; null at an end of unknown cause.</summary>
    internal WireHeader? Header => _header;

    /// <summary>What that message says of itself.</summary>
    internal ref readonly WireStamp Stamp => ref _stamp;

    /// <summary>How often a header had to be read, because it differed from those known.</summary>
    internal long Parsed { get; private set; }

    /// <summary>Reads the next message's header; waits for it. After a sample's, <see cref="ReadSample"/> must follow.</summary>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    /// <exception cref="ProtocolException">It is no message of ours or pescador's, or beyond the limits.</exception>
    internal WireMessageKind ReadHeader()
    {
        FrameHead head = source.ReadHead();
        ReadOnlySpan<byte> bytes = ReadSmall(head, "the header");
        foreach (WireHeader? known in _known)
        {
            if (known is not null && known.Matches(bytes))
            {
                _header = known;
                _stamp = known.StampOf(bytes);
                CheckState();
                return ExpectTensors(head);
            }
        }

        return Parse(head, bytes);
    }

    /// <summary>Reads the sample that the header told of.</summary>
    /// <param name="memory">Lends its memory, once the first tensor's frame has the length that it should have.</param>
    /// <param name="state">Is given the state that travels along; not touched when there is none.</param>
    /// <returns>The sample, which the caller owns.</returns>
    /// <exception cref="LinkLostException">The connection has ended; nothing is out.</exception>
    /// <exception cref="ProtocolException">The frames are not those that the header told of; nothing is out.</exception>
    internal Sample ReadSample(ISampleMemory memory, StateWriter? state)
    {
        SampleSpec spec = _header!.Spec; // read: the caller has seen a sample's header
        FrameHead first = ReadTensorHead(spec, 0);
        Sample sample = memory.Rent(spec);
        try
        {
            ReadTensor(sample[0], first.LengthInBytes);
            for (int i = 1; i < spec.Count; i++)
            {
                ReadTensor(sample[i], ReadTensorHead(spec, i).LengthInBytes);
            }

            if (_header.StateAt >= 0)
            {
                ReadState(state);
            }

            return sample;
        }
        catch
        {
            sample.Dispose();
            throw;
        }
    }

    private WireMessageKind Parse(FrameHead head, ReadOnlySpan<byte> bytes)
    {
        Parsed++;
        _stamp = default;
        _header = new HeaderParser(bytes, limits, source.Peer).ReadHeader();
        switch (_header)
        {
            case null:
                return head.HasMore ? ReadEnd() : WireMessageKind.Ended;
            case { Kind: WireMessageKind.Failed }:
                _stamp = _header.StampOf(bytes);
                ReadLast(head.HasMore, "the frame after a failure's header");
                return WireMessageKind.Failed;
            default:
                _header = WithKnownSpec(_header);
                _header.Keep(bytes);
                _stamp = _header.StampOf(bytes);
                CheckState();
                _known[_nextKnown++ % _known.Length] = _header;
                return ExpectTensors(head);
        }
    }

    // One spec for one form, by reference: what is read for each sample stays in the cache, and a pool knows it at a glance.
    private WireHeader WithKnownSpec(WireHeader header)
    {
        SampleSpec spec = Array.Find(_known, known => known is not null && known.Spec.Equals(header.Spec))?.Spec ?? header.Spec.Share();
        return new WireHeader
        {
            Kind = header.Kind,
            Spec = spec,
            Worker = header.Worker,
            Unsaved = header.Unsaved,
            SequenceAt = header.SequenceAt,
            WaitedAt = header.WaitedAt,
            StateAt = header.StateAt,
        };
    }

    private WireMessageKind ReadEnd()
    {
        ReadOnlySpan<byte> bytes = ReadLast(hasMore: true, "the map of an end");
        _header = new HeaderParser(bytes, limits, source.Peer).ReadEnd();
        _stamp = _header.StampOf(bytes);
        return WireMessageKind.Completed;
    }

    private WireMessageKind ExpectTensors(FrameHead head) => head.HasMore
        ? WireMessageKind.Sample
        : throw Error($"a header of {_header!.Spec.Count} tensors without their frames"); // non-null: it was read

    private void CheckState()
    {
        if (_stamp.StateLength > limits.MaxStateBytes)
        {
            throw Error($"expected a state of at most {limits.MaxStateBytes} bytes, got {_stamp.StateLength}");
        }
    }

    private FrameHead ReadTensorHead(SampleSpec spec, int index)
    {
        FrameHead head = source.ReadHead();
        TensorSpec tensor = spec[index];
        if (head.LengthInBytes != tensor.LengthInBytes)
        {
            throw Error($"expected {tensor.LengthInBytes} bytes of tensor '{tensor}', got a frame of {head.LengthInBytes}");
        }

        ExpectMore(head, index < spec.Count - 1 || _header!.StateAt >= 0, "tensor", tensor.Name);
        return head;
    }

    private void ReadTensor(TensorView tensor, long length)
    {
        for (nint start = 0; start < length; start += LargestPart)
        {
            source.Read(tensor.Bytes(start, (int)Math.Min(LargestPart, length - start)));
        }
    }

    private void ReadState(StateWriter? state)
    {
        FrameHead head = source.ReadHead();
        if (head.LengthInBytes != _stamp.StateLength)
        {
            throw Error($"expected {_stamp.StateLength} bytes of state, got a frame of {head.LengthInBytes}");
        }

        ExpectMore(head, false, "the state");
        state?.Clear();
        for (long left = head.LengthInBytes; left > 0;)
        {
            Span<byte> part = _buffer.AsSpan(0, (int)Math.Min(left, _buffer.Length));
            source.Read(part);
            state?.Write(part);
            left -= part.Length;
        }
    }

    private ReadOnlySpan<byte> ReadLast(bool hasMore, string what)
    {
        if (!hasMore)
        {
            throw Error($"expected {what}, but the message has one frame only");
        }

        FrameHead head = source.ReadHead();
        ExpectMore(head, false, what);
        return ReadSmall(head, what);
    }

    private ReadOnlySpan<byte> ReadSmall(FrameHead head, string what)
    {
        if ((ulong)head.LengthInBytes > (ulong)limits.MaxHeaderBytes)
        {
            throw Error($"expected {what} in at most {limits.MaxHeaderBytes} bytes, got {head.LengthInBytes}");
        }

        int length = (int)head.LengthInBytes;
        if (length > _buffer.Length)
        {
            _buffer = new byte[length];
        }

        Span<byte> bytes = _buffer.AsSpan(0, length);
        source.Read(bytes);
        return bytes;
    }

    private void ExpectMore(FrameHead head, bool hasMore, string what, string? name = null)
    {
        if (head.HasMore != hasMore)
        {
            string after = name is null ? what : $"{what} '{name}'";
            throw Error(hasMore ? $"the message ends with {after}, though more should follow" : $"the message goes on after {after}, its last frame");
        }
    }

    private ProtocolException Error(string what) => new($"Message from {source.Peer}: {what}.");
}
