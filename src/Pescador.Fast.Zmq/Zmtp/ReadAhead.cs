using System.Diagnostics;

namespace Pescador.Fast;

/// <summary>
/// What was read from a connection and is not used yet. Large bodies do not pass through here: they are read straight to where they belong, and
/// the bytes behind them here, in the same system call, up to where the next large body should begin.
/// </summary>
/// <remarks>Used by one thread. With bodies of 16 KiB and more of equal samples, one system call reads a body and the next one's head; of tiny
/// samples, one reads 64 KiB of them.</remarks>
internal sealed class ReadAhead(VectoredSocket socket)
{
    /// <summary>How much is read ahead.</summary>
    internal const int CapacityInBytes = 64 << 10;

    /// <summary>From what length on a body is read to where it belongs.</summary>
    internal const int LargeInBytes = 4 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(CapacityInBytes, pinned: true);
    private readonly LargeBodyForecast _forecast = new();
    private int _start;
    private int _end;
    private long _position; // of the byte at _start, counted from the first that ever came
    private long _deadline; // Stopwatch's time, or 0
    private TimeSpan _patience;

    /// <summary>How many bytes are here.</summary>
    internal int Count => _end - _start;

    /// <summary>What is here.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    internal LargeBodyForecast Forecast => _forecast;

    /// <summary>All reads must be done by then; null for no such time.</summary>
    internal void SetDeadline(TimeSpan? fromNow)
    {
        _deadline = fromNow is { } time ? Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency) : 0;
        if (_deadline == 0)
        {
            socket.SetReceiveTimeout(_patience);
        }
    }

    /// <summary>How long the peer may be silent while its bytes are waited for; zero for ever.</summary>
    internal void SetPatience(TimeSpan patience)
    {
        if (patience != _patience)
        {
            _patience = patience;
            socket.SetReceiveTimeout(patience);
        }
    }

    /// <summary>Waits until so many bytes are here.</summary>
    /// <param name="count">At most <see cref="CapacityInBytes"/>.</param>
    internal void Require(int count)
    {
        while (Count < count)
        {
            if (_start == _end)
            {
                _start = _end = 0;
            }
            else if (count > _buffer.Length - _start)
            {
                Bytes.CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            long end = _position + Count;
            int room = _buffer.Length - _end;
            int wanted = _forecast.Next > end ? (int)Math.Min(room, _forecast.Next - end) : room;
            _end += Receive(_buffer.AsSpan(_end, wanted), default);
        }
    }

    /// <summary>Uses up bytes that are here.</summary>
    internal void Skip(int count)
    {
        Debug.Assert((uint)count <= (uint)Count, "Only what is here can be used up.");
        _start += count;
        _position += count;
    }

    /// <summary>A body begins here, to be read by <see cref="Read"/>.</summary>
    internal void BeginBody(long lengthInBytes)
    {
        if (lengthInBytes >= LargeInBytes)
        {
            _forecast.Begin(_position, lengthInBytes);
        }
    }

    /// <summary>Reads a part of a body.</summary>
    /// <param name="destination">Filled.</param>
    /// <param name="left">Bytes of the body, those included.</param>
    internal void Read(Span<byte> destination, long left)
    {
        while (true)
        {
            int here = Math.Min(Count, destination.Length);
            Bytes[..here].CopyTo(destination);
            Skip(here);
            destination = destination[here..];
            left -= here;
            if (destination.IsEmpty)
            {
                return;
            }

            if (destination.Length < LargeInBytes)
            {
                Require(destination.Length);
            }
            else
            {
                int read = ReadStraight(destination, destination.Length == left);
                destination = destination[read..];
                left -= read;
            }
        }
    }

    // Nothing is here, so that the whole buffer can take what lies behind the body.
    private int ReadStraight(Span<byte> destination, bool isBodysEnd)
    {
        _start = _end = 0;
        int behind = 0;
        if (isBodysEnd)
        {
            long end = _position + destination.Length;
            behind = _forecast.Next > end ? (int)Math.Min(_buffer.Length, _forecast.Next - end) : _buffer.Length;
        }

        int received = Receive(destination, _buffer.AsSpan(0, behind));
        int here = Math.Min(received, destination.Length);
        _end = received - here;
        _position += here;
        return here;
    }

    private int Receive(Span<byte> first, Span<byte> second)
    {
        if (_deadline != 0)
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _deadline);
            if (left <= TimeSpan.Zero)
            {
                throw TooLate();
            }

            socket.SetReceiveTimeout(left);
        }

        return socket.Receive(first, second) switch
        {
            0 => throw new LinkLostException($"{socket.Peer} ended the connection."),
            VectoredSocket.TimedOut => throw TooLate(),
            int received => received,
        };
    }

    private LinkLostException TooLate() => new(_deadline != 0
        ? $"{socket.Peer} did not end its handshake in time."
        : $"{socket.Peer} gave no sign of life for {_patience.TotalSeconds:0.#} s, which it had promised to.");
}
