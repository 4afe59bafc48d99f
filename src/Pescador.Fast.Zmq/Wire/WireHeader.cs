using System.Buffers.Binary;

namespace Pescador.Fast;

/// <summary>A header that was read. Headers of one form differ only in their stamp, so that the next one need not be read, only compared.</summary>
internal sealed class WireHeader
{
    private byte[] _bytes = [];
    private (int Start, int Length)[] _patches = [];
    private bool _canMatch;

    /// <summary>A sample, or a failure; an end has no header.</summary>
    internal required WireMessageKind Kind { get; init; }

    /// <summary>The tensors, in the wire's order. Empty with a failure.</summary>
    internal required SampleSpec Spec { get; init; }

    /// <summary>The worker's name; null from pescador 3.0.</summary>
    internal string? Worker { get; init; }

    /// <summary>Why there are no states any more; null when it says nothing of them.</summary>
    internal string? Unsaved { get; init; }

    /// <summary>The worker's exception, with a failure.</summary>
    internal WireError? Error { get; init; }

    /// <summary>Where the sequence number lies; -1 without one.</summary>
    internal int SequenceAt { get; init; } = -1;

    /// <summary>Where the time waited lies; -1 without one.</summary>
    internal int WaitedAt { get; init; } = -1;

    /// <summary>Where the state's length lies; -1 when there is none.</summary>
    internal int StateAt { get; init; } = -1;

    /// <summary>Keeps the bytes to compare others with.</summary>
    internal void Keep(ReadOnlySpan<byte> bytes)
    {
        var patches = new List<(int Start, int Length)>();
        Add(SequenceAt, sizeof(ulong));
        Add(WaitedAt, sizeof(ulong));
        Add(StateAt, sizeof(uint));
        patches.Sort();
        _bytes = bytes.ToArray();
        _patches = [.. patches];
        _canMatch = Kind == WireMessageKind.Sample && Unsaved is null;

        void Add(int start, int length)
        {
            if (start >= 0)
            {
                patches.Add((start, length));
            }
        }
    }

    /// <summary>Whether these are the bytes of this header, but for the stamp.</summary>
    internal bool Matches(ReadOnlySpan<byte> bytes)
    {
        if (!_canMatch || bytes.Length != _bytes.Length)
        {
            return false;
        }

        int position = 0;
        foreach ((int start, int length) in _patches)
        {
            if (!bytes[position..start].SequenceEqual(_bytes.AsSpan(position..start)))
            {
                return false;
            }

            position = start + length;
        }

        return bytes[position..].SequenceEqual(_bytes.AsSpan(position));
    }

    /// <summary>The stamp of a header that matches.</summary>
    internal WireStamp StampOf(ReadOnlySpan<byte> bytes) => new()
    {
        Sequence = SequenceAt < 0 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes[SequenceAt..]),
        WaitedMicroseconds = WaitedAt < 0 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes[WaitedAt..]),
        StateLength = StateAt < 0 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes[StateAt..]),
    };
}
