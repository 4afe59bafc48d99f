namespace Pescador.Fast.Zmq.Tests.Wire;

/// <summary>Frames in memory; after the last one, the connection has ended.</summary>
internal sealed class MemoryFrames(params IEnumerable<(byte[] Body, bool HasMore)> frames) : FrameSource
{
    private readonly Queue<(byte[] Body, bool HasMore)> _frames = new(frames);
    private byte[] _body = [];
    private int _position;

    internal override string Peer => "memory";

    /// <summary>How many bytes of bodies come before the connection is cut.</summary>
    internal long CutAfter { get; init; } = long.MaxValue;

    internal long Given { get; private set; }

    internal int Left => _frames.Count;

    internal void Add(IEnumerable<(byte[] Body, bool HasMore)> frames)
    {
        foreach ((byte[] Body, bool HasMore) frame in frames)
        {
            _frames.Enqueue(frame);
        }
    }

    internal override FrameHead ReadHead()
    {
        Assert.Equal(_body.Length, _position);
        if (!_frames.TryDequeue(out (byte[] Body, bool HasMore) frame))
        {
            throw new LinkLostException("memory has ended.");
        }

        _body = frame.Body;
        _position = 0;
        return new FrameHead(_body.Length, frame.HasMore);
    }

    internal override void Read(Span<byte> destination)
    {
        if (Given + destination.Length > CutAfter)
        {
            throw new LinkLostException("memory was cut.");
        }

        _body.AsSpan(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
        Given += destination.Length;
    }
}
