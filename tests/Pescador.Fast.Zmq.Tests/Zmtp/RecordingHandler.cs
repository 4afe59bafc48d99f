using System.Collections.Concurrent;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>Keeps connections for a test, and what was said of their loss; reads whole messages where asked to.</summary>
/// <param name="isReading">Whether what comes is kept.</param>
/// <param name="isTaking">As of <see cref="IPeerHandler"/>.</param>
internal sealed class RecordingHandler(bool isReading, bool isTaking) : IPeerHandler
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BlockingCollection<ZmtpConnection> _connections = [];
    private readonly BlockingCollection<byte[][]> _messages = new(boundedCapacity: 4);
    private readonly BlockingCollection<(string Peer, Exception Error)> _losses = [];
    private readonly CancellationTokenSource _ending = new();

    public bool IsTaking => isTaking;

    public void Serve(ZmtpConnection connection)
    {
        _connections.Add(connection);
        while (true)
        {
            byte[][] message = ReadMessage(connection);
            if (isReading)
            {
                _messages.Add(message, _ending.Token);
            }
        }
    }

    public void OnLost(string peer, Exception error) => _losses.Add((peer, error));

    internal ZmtpConnection TakeConnection() => Take(_connections, "connection");

    internal byte[][] TakeMessage() => Take(_messages, "message");

    internal (string Peer, Exception Error) TakeLoss() => Take(_losses, "loss");

    internal bool HasLoss => _losses.Count > 0;

    /// <summary>Ends what its threads wait for; before their peers are disposed.</summary>
    internal void End() => _ending.Cancel();

    internal static byte[][] ReadMessage(FrameSource source)
    {
        List<byte[]> frames = [];
        FrameHead head;
        do
        {
            head = source.ReadHead();
            byte[] frame = new byte[head.LengthInBytes];
            source.Read(frame);
            frames.Add(frame);
        }
        while (head.HasMore);
        return [.. frames];
    }

    private static T Take<T>(BlockingCollection<T> collection, string what) =>
        collection.TryTake(out T? item, Patience) ? item : throw new TimeoutException($"No {what} came in {Patience}.");
}
