using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>Lets tcp keep a message's last piece, of less than a segment, for the message that follows at once; and sends it when none does. Owned by the
/// socket's connection.</summary>
/// <remarks>Short messages then travel several to a segment: on the loopback, where a segment is 64 KiB and each is acknowledged and woken for, 16 KiB
/// samples at up to 1.4 times the speed (bench/RESULTS.md, "transport").</remarks>
internal sealed class SegmentHold : IDisposable
{
    // By itself the kernel would wait 200 ms.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(2);

    private readonly Socket _socket;
    private readonly Timer _timer;
    private bool _isArmed;

    internal SegmentHold(Socket socket)
    {
        _socket = socket;
        _timer = new Timer(static hold => ((SegmentHold)hold!).End(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Something may have been kept, by a call that has returned: it goes within the longest hold.</summary>
    internal void Begin()
    {
        if (!Volatile.Read(ref _isArmed))
        {
            Volatile.Write(ref _isArmed, true);
            _timer.Change(LongestHold, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    // Whoever keeps something from here on sees that it must begin again; what was kept before is sent below.
    private void End()
    {
        Volatile.Write(ref _isArmed, false);
        Interlocked.MemoryBarrier();
        try
        {
            _socket.NoDelay = true; // sends what is kept, each time that it is set
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection has ended, and what was kept with it.
        }
    }
}
