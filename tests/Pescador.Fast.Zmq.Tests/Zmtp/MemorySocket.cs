namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>A socket whose peer is a list of bytes, given in pieces; what is sent is only counted.</summary>
internal sealed class MemorySocket : VectoredSocket
{
    private byte[] _bytes = [];
    private int _length;
    private int _position;
    private Func<int> _piece = () => int.MaxValue;

    internal MemorySocket()
        : base(null, "the peer")
    {
    }

    internal long SentBytes { get; private set; }

    /// <summary>How many bytes can still be sent.</summary>
    internal long Room { get; set; } = long.MaxValue;

    /// <summary>How often was read.</summary>
    internal int Calls { get; private set; }

    /// <summary>How many bytes went to second places.</summary>
    internal long BytesBehind { get; private set; }

    /// <summary>Gives other bytes.</summary>
    internal void Load(byte[] bytes, int length, Func<int> piece) => (_bytes, _length, _position, _piece) = (bytes, length, 0, piece);

    internal override int TrySend(ReadOnlySpan<ByteBlock> blocks, bool isMoreComing = false)
    {
        int sent = 0;
        foreach (ByteBlock block in blocks)
        {
            sent += (int)block.LengthInBytes;
        }

        sent = (int)Math.Min(sent, Room);
        Room -= sent;

        SentBytes += sent;
        return sent;
    }

    internal override int Receive(Span<byte> first, Span<byte> second)
    {
        Calls++;
        Assert.False(first.IsEmpty);
        int count = Math.Min(Math.Min(_piece(), _length - _position), first.Length + second.Length);
        ReadOnlySpan<byte> given = _bytes.AsSpan(_position, count);
        int inFirst = Math.Min(count, first.Length);
        given[..inFirst].CopyTo(first);
        given[inFirst..].CopyTo(second);
        BytesBehind += count - inFirst;
        _position += count;
        return count;
    }

    internal override void SetReceiveTimeout(TimeSpan timeout)
    {
    }

    internal override bool WaitWritable(TimeSpan timeout) => true;
}
