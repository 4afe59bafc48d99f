namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class HeartbeatTests
{
    private static readonly byte[] Ping = [4, 9, 4, .. "PING"u8, 0, 0, 0xab, 0xcd];
    private static readonly byte[] Pong = [4, 7, 4, .. "PONG"u8, 0xab, 0xcd];

    private static readonly ZmqOptions Silent = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.Zero };

    [Fact]
    public void ReadHead_Ping_IsAnswered()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull, Silent);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send([.. RawPeer.Handshake(ZmtpSocketType.Push), .. Ping]);
        raw.ReadHandshake();
        Assert.Equal(Pong, raw.Read(Pong.Length));

        // between the frames of a message, too
        raw.Send([1, 1, 42, .. Ping, 0, 1, 43]);
        Assert.Equal(Pong, raw.Read(Pong.Length));
        Assert.Equal([[42], [43]], ours.Handler.TakeMessage());
    }

    [Fact]
    public async Task TrySend_PingInTheMiddleOfAMessage_IsAnsweredAfterIt()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pair, Silent);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pair));
        raw.ReadHandshake();
        ZmtpConnection connection = ours.Handler.TakeConnection();
        var message = new OutgoingMessage();
        message.AddFrame(64 << 20, hasMore: false).Fill(7);
        Assert.False(connection.TrySend(message));

        raw.Send([.. Ping, 0, 1, 42]);
        ours.Handler.TakeMessage(); // so the PING before it was seen
        Task<byte[]> reading = Task.Run(() => raw.Read(9 + (64 << 20) + Pong.Length));
        PeerEnd.Send(connection, message);
        byte[] bytes = await reading.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(-1, bytes.AsSpan(9, 64 << 20).IndexOfAnyExcept((byte)7));
        Assert.Equal(Pong, bytes[^Pong.Length..]);
    }

    [Fact]
    public void Heartbeats_SenderIsBusyInTheMiddleOfAMessage_SendTheRestOfIt()
    {
        const int Length = 16 << 20;
        ZmqOptions options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(5) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pair, options);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pair));
        raw.ReadHandshake();
        ZmtpConnection connection = ours.Handler.TakeConnection();
        var message = new OutgoingMessage();
        byte[] body = PeerEnd.Pattern(Length, 3);
        body.CopyTo(message.AddFrame(Length, hasMore: false));
        Assert.False(connection.TrySend(message));

        byte[] begin = raw.Read(1);
        while (begin[0] == 4)
        {
            raw.Read(8); // PINGs before the message
            begin = raw.Read(1);
        }

        raw.Read(8);
        Assert.True(raw.Read(Length).AsSpan().SequenceEqual(body));
        Assert.Equal([4, 7, 4, .. "PING"u8], raw.Read(9)[..7]); // it is over, whether its sender knows that or not
        Assert.True(connection.TrySend(message));
    }

    [Fact]
    public void TrySend_AfterAMessageWasAbandoned_Fails()
    {
        using var link = new Conversation([[1]]);
        var message = new OutgoingMessage();
        message.AddFrame(10, hasMore: false);
        link.Socket.Room = 5;
        Assert.False(link.Connection.TrySend(message));
        link.Connection.Abandon();
        link.Socket.Room = 100;
        link.Connection.SendHeartbeat(TimeSpan.FromSeconds(1));
        Assert.Throws<LinkLostException>(() => link.Connection.TrySend(message));
        Assert.Equal(100, link.Socket.Room); // nothing went
    }

    [Fact]
    public void Heartbeats_PeerOf31_GetsPingsWithOurPromise()
    {
        ZmqOptions options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(20), HeartbeatTimeout = TimeSpan.FromSeconds(7) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Push, options);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pull));
        raw.ReadHandshake();
        for (int count = 0; count < 3; count++)
        {
            Assert.Equal([4, 7, 4, .. "PING"u8, 0, 70], raw.Read(9));
        }
    }

    [Fact]
    public void Heartbeats_OfWhoTakesMessages_GoToPeersThatPing()
    {
        ZmqOptions options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(5), HeartbeatTimeout = TimeSpan.FromSeconds(7) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull, options);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Push));
        raw.ReadHandshake();
        TestContext.Current.CancellationToken.WaitHandle.WaitOne(100); // time for some, were there any
        raw.Send(Ping);
        Assert.Equal(Pong, raw.Read(Pong.Length)); // the first that came
        Assert.Equal([4, 7, 4, .. "PING"u8, 0, 70], raw.Read(9));
    }

    [Fact]
    public void Heartbeats_PeerOf30_GetsNone()
    {
        ZmqOptions options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(5) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pair, options);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pair, minor: 0));
        raw.ReadHandshake();
        ZmtpConnection connection = ours.Handler.TakeConnection();
        TestContext.Current.CancellationToken.WaitHandle.WaitOne(100); // time for some, were there any
        PeerEnd.Send(connection, [42]);
        Assert.Equal([0, 1, 42], raw.Read(3));
    }

    [Fact]
    public void ReadHead_PeerBreaksItsPromise_IsGivenUp()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send([.. RawPeer.Handshake(ZmtpSocketType.Push), 4, 7, 4, .. "PING"u8, 0, 2]);
        Exception error = ours.Handler.TakeLoss().Error;
        Assert.IsType<LinkLostException>(error);
        Assert.Contains("no sign of life for 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Heartbeats_OurOwnPeersThatSayNothing_StayConnected()
    {
        ZmqOptions options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(20), HeartbeatTimeout = TimeSpan.FromSeconds(1) };
        (PeerEnd sender, PeerEnd receiver) = PeersTests.Join("ipc", "push", senderBinds: false, options);
        using (sender)
        using (receiver)
        {
            ZmtpConnection connection = sender.Handler.TakeConnection();
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(1500); // longer than either may be silent
            PeerEnd.Send(connection, [1]);
            Assert.Equal([1], receiver.Handler.TakeMessage()[0]);
            Assert.False(sender.Handler.HasLoss || receiver.Handler.HasLoss);
        }
    }
}
