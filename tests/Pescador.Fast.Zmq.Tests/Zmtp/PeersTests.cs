namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class PeersTests
{
    private static readonly int[] Sizes = [0, 1, 255, 256, 4095, 4096, 64 << 10, 2 << 20, 64 << 20];

    public static TheoryData<string, string, bool> Links()
    {
        var links = new TheoryData<string, string, bool>();
        foreach (string scheme in (string[])["tcp", "ipc", "abstract"])
        {
            foreach (string pattern in (string[])["pair", "push"])
            {
                links.Add(scheme, pattern, true);
                links.Add(scheme, pattern, false);
            }
        }

        return links;
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void TrySend_FramesOfManySizes_ArriveInOrder(string scheme, string pattern, bool senderBinds)
    {
        (PeerEnd sender, PeerEnd receiver) = Join(scheme, pattern, senderBinds);
        using (sender)
        using (receiver)
        {
            ZmtpConnection connection = sender.Handler.TakeConnection();
            byte[][][] messages = [.. Sizes.Select((size, seed) => new[] { PeerEnd.Pattern(size, seed) }), [.. Sizes[..^1].Select(PeerEnd.Pattern)]];
            foreach (byte[][] message in messages)
            {
                PeerEnd.Send(connection, message);
                byte[][] received = receiver.Handler.TakeMessage();
                Assert.Equal(message.Length, received.Length);
                Assert.All(message.Zip(received), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
            }
        }
    }

    internal static (PeerEnd Sender, PeerEnd Receiver) Join(string scheme, string pattern, bool senderBinds, ZmqOptions? options = null)
    {
        (ZmtpSocketType sends, ZmtpSocketType receives) =
            pattern == "pair" ? (ZmtpSocketType.Pair, ZmtpSocketType.Pair) : (ZmtpSocketType.Push, ZmtpSocketType.Pull);
        var bound = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, senderBinds ? sends : receives, options);
        var connected = new PeerEnd(bound.Endpoint, isBinding: false, senderBinds ? receives : sends, options);
        return senderBinds ? (bound, connected) : (connected, bound);
    }
}
