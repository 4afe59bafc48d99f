using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>A connected socket that reads into two places, and writes from many, in one system call. Owned by its connection.</summary>
/// <param name="socket">Connected; owned from now on.</param>
/// <param name="peer">Who is at the other end, for messages.</param>
internal abstract class VectoredSocket(Socket? socket, string peer) : IDisposable
{
    /// <summary>Said by <see cref="Receive"/> when nothing came in time.</summary>
    internal const int TimedOut = -1;

    private int _isDisposed;

    /// <summary>Who is at the other end.</summary>
    internal string Peer => peer;

    /// <summary>The socket; null of one that is none, in tests.</summary>
    internal Socket? Socket => socket;

    private protected bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Takes over a connected socket.</summary>
    internal static VectoredSocket Over(Socket socket, string peer) =>
        OperatingSystem.IsLinux() ? new LinuxSocket(socket, peer) : new PlainSocket(socket, peer);

    /// <summary>Sends as much as goes without waiting.</summary>
    /// <param name="blocks">What.</param>
    /// <param name="isMoreComing">Whether more will probably be sent at once: a last piece may then wait for it, for a moment.</param>
    /// <returns>How many bytes; 0 when there is no room.</returns>
    /// <exception cref="LinkLostException">The connection has ended.</exception>
    internal abstract int TrySend(ReadOnlySpan<ByteBlock> blocks, bool isMoreComing = false);

    /// <summary>Sends as many of a few bytes as go without waiting.</summary>
    internal unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        // Invariant: the bytes are pinned while their address is used.
        fixed (byte* start = bytes)
        {
            ByteBlock block = new((nint)start, bytes.Length);
            return TrySend(new ReadOnlySpan<ByteBlock>(in block));
        }
    }

    /// <summary>Waits for bytes and reads as many as there are.</summary>
    /// <param name="first">Filled first; at least one byte long.</param>
    /// <param name="second">Filled with what is beyond.</param>
    /// <returns>How many bytes; 0 at the end, <see cref="TimedOut"/> when there were none in time.</returns>
    /// <exception cref="LinkLostException">The connection was cut.</exception>
    internal abstract int Receive(Span<byte> first, Span<byte> second);

    /// <summary>Sets how long <see cref="Receive"/> waits; zero for ever.</summary>
    internal abstract void SetReceiveTimeout(TimeSpan timeout);

    /// <summary>Waits until there is room to send.</summary>
    /// <returns>Whether there is, or the connection has ended.</returns>
    internal abstract bool WaitWritable(TimeSpan timeout);

    /// <summary>Keeps the socket's file open, to be polled, until <see cref="Release"/>.</summary>
    /// <returns>Whether it was open.</returns>
    internal virtual bool TryHold(out int file) => throw new NotSupportedException();

    /// <summary>Ends <see cref="TryHold"/>.</summary>
    internal virtual void Release() => throw new NotSupportedException();

    /// <summary>Sends the end after what was sent.</summary>
    internal void EndSending() => Shutdown(SocketShutdown.Send);

    /// <summary>Ends the connection, and whatever waits in it. From any thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Shutdown(SocketShutdown.Both); // wakes who waits; closing alone would not
            socket?.Dispose();
            DisposeOwn();
        }
    }

    /// <summary>Releases what a kind of socket has besides.</summary>
    private protected virtual void DisposeOwn()
    {
    }

    private protected LinkLostException Lost(string why, Exception? inner = null) =>
        new(IsDisposed ? $"The connection to {peer} was closed here." : $"The connection to {peer} was lost: {why}.", inner);

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket?.Shutdown(how);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has ended already: nothing is left to be told.
        }
    }
}
