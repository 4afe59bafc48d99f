namespace Pescador.Fast;

/// <summary>Reads a header's maps, checking all that they say against the limits.</summary>
/// <remarks>Our numbers must stand in their full width (<see cref="MessagePackWriter.WriteFixed(ulong)"/>): they are patched where they are
/// sent, and found again where they are received.</remarks>
internal ref struct HeaderParser(ReadOnlySpan<byte> header, ZmqLimits limits, string peer)
{
    private const int LongestName = 4096; // bytes of a tensor's or worker's name

    private MessagePackReader _reader = new(header, $"Header from {peer}");
    private string? _worker;
    private string? _unsaved;
    private string? _errorType;
    private string? _errorMessage;
    private string? _errorStack;
    private int _sequenceAt = -1;
    private int _waitedAt = -1;
    private int _stateAt = -1;
    private bool _hasVersion;
    private long _totalBytes;

    /// <summary>Reads the header of a sample or failure.</summary>
    /// <returns>Null when it has no maps: an end.</returns>
    /// <exception cref="ProtocolException">It is no header, or beyond the limits.</exception>
    internal WireHeader? ReadHeader()
    {
        int count = _reader.ReadArrayHeader();
        if (count > limits.MaxTensors)
        {
            throw _reader.Error($"expected at most {limits.MaxTensors} tensors, got {count}");
        }

        if (count == 0)
        {
            _reader.ExpectEnd();
            return null;
        }

        var tensors = new TensorSpec?[count];
        for (int i = 0; i < count; i++)
        {
            tensors[i] = ReadMap(isFirst: i == 0, i);
        }

        _reader.ExpectEnd();
        if (count == 1 && tensors[0] is null)
        {
            return MakeFailure();
        }

        int missing = Array.IndexOf(tensors, null);
        if (missing >= 0)
        {
            throw _reader.Error($"tensor {missing} has no dtype, shape and key");
        }

        CheckNumbers();
        return new WireHeader
        {
            Kind = WireMessageKind.Sample,
            Spec = MakeSpec(tensors!), // none is null
            Worker = _worker,
            Unsaved = _unsaved,
            SequenceAt = _sequenceAt,
            WaitedAt = _waitedAt,
            StateAt = _stateAt,
        };
    }

    /// <summary>Reads the map of a stream's end that went well.</summary>
    internal WireHeader ReadEnd()
    {
        _ = ReadMap(isFirst: true, 0);
        _reader.ExpectEnd();
        CheckNumbers();
        return _worker is not null
            ? new WireHeader
            {
                Kind = WireMessageKind.Completed,
                Spec = new SampleSpec(),
                Worker = _worker,
                SequenceAt = _sequenceAt,
                WaitedAt = _waitedAt,
            }
            : throw _reader.Error($"expected '{WireKeys.Worker}' and '{WireKeys.Sequence}' in the map of an end");
    }

    private WireHeader MakeFailure()
    {
        CheckNumbers();
        return _errorType is not null && _worker is not null
            ? new WireHeader
            {
                Kind = WireMessageKind.Failed,
                Spec = new SampleSpec(),
                Worker = _worker,
                Error = new WireError(_errorType, _errorMessage ?? "", _errorStack ?? ""),
                SequenceAt = _sequenceAt,
            }
            : throw _reader.Error("expected dtype, shape and key of a tensor, or worker and type of a failure");
    }

    private readonly void CheckNumbers()
    {
        if (_hasVersion != (_worker is not null) || _hasVersion != (_sequenceAt >= 0))
        {
            throw _reader.Error($"expected '{WireKeys.FormatVersion}', '{WireKeys.Worker}' and '{WireKeys.Sequence}' together");
        }
    }

    private readonly SampleSpec MakeSpec(ReadOnlySpan<TensorSpec> tensors)
    {
        var names = new HashSet<string>();
        foreach (TensorSpec tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw _reader.Error($"two tensors have the key '{tensor.Name}'");
            }
        }

        return new SampleSpec(tensors);
    }

    // Null where it describes no tensor.
    private TensorSpec? ReadMap(bool isFirst, int index)
    {
        string? name = null;
        ElementType? type = null;
        nint[]? shape = null;
        for (int left = _reader.ReadMapHeader(); left > 0; left--)
        {
            ReadOnlySpan<byte> key = _reader.ReadText();
            if (key.SequenceEqual("dtype"u8))
            {
                Once(type is null, WireKeys.ElementType);
                type = ReadElementType();
            }
            else if (key.SequenceEqual("shape"u8))
            {
                Once(shape is null, WireKeys.Shape);
                shape = ReadShape();
            }
            else if (key.SequenceEqual("key"u8))
            {
                Once(name is null, WireKeys.Name);
                name = ReadName("a tensor");
            }
            else if (!isFirst || !TryReadOurs(key))
            {
                _reader.Skip();
            }
        }

        if (name is null && type is null && shape is null)
        {
            return null;
        }

        return name is { Length: > 0 } && type is { } known && shape is not null
            ? MakeTensor(name, known, shape)
            : throw _reader.Error($"tensor {index} lacks one of dtype, shape and key, or its key is empty");
    }

    private bool TryReadOurs(ReadOnlySpan<byte> key)
    {
        switch (key)
        {
            case var _ when key.SequenceEqual("v"u8):
                Once(!_hasVersion, WireKeys.FormatVersion);
                ulong version = _reader.ReadUnsigned();
                _hasVersion = version == WireKeys.Version
                    ? true : throw _reader.Error($"expected the format's version {WireKeys.Version}, got {version}");
                return true;
            case var _ when key.SequenceEqual("worker"u8):
                Once(_worker is null, WireKeys.Worker);
                _worker = ReadName("a worker");
                return true;
            case var _ when key.SequenceEqual("seq"u8):
                ReadFixed(ref _sequenceAt, WireKeys.Sequence, sizeof(ulong));
                return true;
            case var _ when key.SequenceEqual("waited"u8):
                ReadFixed(ref _waitedAt, WireKeys.Waited, sizeof(ulong));
                return true;
            case var _ when key.SequenceEqual("state"u8):
                ReadFixed(ref _stateAt, WireKeys.State, sizeof(uint));
                return true;
            case var _ when key.SequenceEqual("unsaved"u8):
                ReadOnce(ref _unsaved, WireKeys.Unsaved);
                return true;
            case var _ when key.SequenceEqual("type"u8):
                ReadOnce(ref _errorType, WireKeys.ErrorType);
                return true;
            case var _ when key.SequenceEqual("message"u8):
                ReadOnce(ref _errorMessage, WireKeys.ErrorMessage);
                return true;
            case var _ when key.SequenceEqual("stack"u8):
                ReadOnce(ref _errorStack, WireKeys.ErrorStack);
                return true;
            default:
                return false;
        }
    }

    private void ReadFixed(ref int place, string key, int width)
    {
        Once(place < 0, key);
        if (width == sizeof(ulong) ? !_reader.IsAtUInt64 : !_reader.IsAtUInt32)
        {
            throw _reader.Error($"expected '{key}' as an integer of {width} bytes");
        }

        place = _reader.Position + 1;
        ulong value = _reader.ReadUnsigned();
        if (width == sizeof(uint) && value > (ulong)limits.MaxStateBytes)
        {
            throw _reader.Error($"expected a state of at most {limits.MaxStateBytes} bytes, got {value}");
        }
    }

    private void ReadOnce(scoped ref string? value, string key)
    {
        Once(value is null, key);
        value = _reader.ReadString();
    }

    private readonly void Once(bool isFirstTime, string key)
    {
        if (!isFirstTime)
        {
            throw _reader.Error($"the key '{key}' stands twice in one map");
        }
    }

    private string ReadName(string whose)
    {
        string name = _reader.ReadString();
        return name.Length <= LongestName ? name : throw _reader.Error($"the name of {whose} has {name.Length} characters; expected at most {LongestName}");
    }

    private ElementType ReadElementType()
    {
        ReadOnlySpan<byte> text = _reader.ReadText();
        return WireElementType.Parse(text) ?? throw _reader.Error(
            $"the dtype '{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 64)])}' is none of those there are "
            + "(float16 to float64, int8 to int64, uint8 to uint64, bool, in this host's byte order)");
    }

    private nint[] ReadShape()
    {
        int axes = _reader.ReadArrayHeader();
        if (axes > limits.MaxDimensions)
        {
            throw _reader.Error($"expected at most {limits.MaxDimensions} axes, got {axes}");
        }

        var shape = new nint[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            ulong length = _reader.ReadUnsigned();
            shape[axis] = length <= (ulong)nint.MaxValue ? (nint)length : throw _reader.Error($"axis {axis} has the length {length}");
        }

        return shape;
    }

    private TensorSpec MakeTensor(string name, ElementType type, nint[] shape)
    {
        UInt128 bytes = (UInt128)type.SizeInBytes();
        foreach (nint length in Array.IndexOf(shape, 0) < 0 ? shape : [0])
        {
            // Never near an overflow: it was below 2⁶³ before.
            bytes *= (UInt128)length;
            CheckTotal(name, bytes);
        }

        CheckTotal(name, bytes);
        _totalBytes += (long)bytes;
        return new TensorSpec(name, type, shape);
    }

    private readonly void CheckTotal(string name, UInt128 bytes)
    {
        if (bytes > (UInt128)limits.MaxSampleBytes - (UInt128)_totalBytes)
        {
            throw _reader.Error($"with tensor '{name}' the sample has more than the {limits.MaxSampleBytes} bytes allowed");
        }
    }
}
