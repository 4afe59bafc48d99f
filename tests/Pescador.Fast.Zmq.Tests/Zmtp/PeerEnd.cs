using System.Diagnostics;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>One side of a link in a test: its peers and what they told.</summary>
internal sealed class PeerEnd : IDisposable
{
    private readonly ZmtpPeers _peers;

    internal PeerEnd(string endpoint, bool isBinding, ZmtpSocketType type, ZmqOptions? options = null, bool isReading = true)
    {
        Handler = new RecordingHandler(isReading, isTaking: type == ZmtpSocketType.Pull);
        _peers = new ZmtpPeers(ZmqEndpoint.Parse(endpoint), isBinding, type, options ?? Quick, Handler);
        _peers.Start();
    }

    /// <summary>Comes back quickly.</summary>
    internal static ZmqOptions Quick { get; } = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(5),
        LongestReconnectDelay = TimeSpan.FromMilliseconds(50),
    };

    internal RecordingHandler Handler { get; }

    internal string Endpoint => _peers.Endpoint;

    internal long Reconnects => _peers.Reconnects;

    public void Dispose()
    {
        Handler.End();
        _peers.Dispose();
    }

    /// <summary>An endpoint to be bound by this test alone.</summary>
    internal static string Free(string scheme) => scheme switch
    {
        "tcp" => "tcp://127.0.0.1:0",
        "ipc" => $"ipc://{Path.Combine(Path.GetTempPath(), $"zmtp-{Guid.NewGuid():N}"[..20])}",
        "abstract" => $"ipc://@zmtp-{Guid.NewGuid():N}",
        _ => throw new ArgumentException(scheme),
    };

    /// <summary>Sends a message, waiting for room.</summary>
    internal static void Send(ZmtpConnection connection, params byte[][] frames)
    {
        var message = new OutgoingMessage();
        for (int index = 0; index < frames.Length; index++)
        {
            frames[index].CopyTo(message.AddFrame(frames[index].Length, hasMore: index < frames.Length - 1));
        }

        Send(connection, message);
    }

    internal static void Send(ZmtpConnection connection, OutgoingMessage message)
    {
        using SendWaiter waiter = SendWaiter.Make();
        while (!connection.TrySend(message))
        {
            AwaitRoom(waiter, connection);
        }
    }

    /// <summary>Waits as often as it takes: a waiter may return for no reason, as poll does where the runtime's signals interrupt it.</summary>
    internal static void AwaitRoom(SendWaiter waiter, ZmtpConnection connection)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!waiter.Wait([connection], RecordingHandler.Patience))
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < RecordingHandler.Patience, "There was no room in time.");
        }
    }

    /// <summary>Bytes that differ from place to place, and from seed to seed.</summary>
    internal static byte[] Pattern(int length, int seed)
    {
        const int Period = 65_521; // prime, so that no buffer's length divides it
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes.AsSpan(0, Math.Min(length, Period)));
        for (int done = Period; done < length; done += Period)
        {
            bytes.AsSpan(0, Math.Min(Period, length - done)).CopyTo(bytes.AsSpan(done));
        }

        return bytes;
    }
}
