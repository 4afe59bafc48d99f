using System.Text;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class BadPeerTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void Accept_PeersThatEndAfterEachByteOfTheHandshake_LeaveRoomForOthers(string scheme)
    {
        using var ours = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, ZmtpSocketType.Pair, PeerEnd.Quick);
        byte[] handshake = RawPeer.Handshake(ZmtpSocketType.Pair);
        for (int count = 0; count <= handshake.Length; count++)
        {
            using (var raw = new RawPeer(ours.Endpoint))
            {
                raw.Send(handshake.AsSpan(0, count));
            }

            Assert.IsType<LinkLostException>(ours.Handler.TakeLoss().Error);
        }

        using var next = new PeerEnd(ours.Endpoint, isBinding: false, ZmtpSocketType.Pair, PeerEnd.Quick);
        PeerEnd.Send(next.Handler.TakeConnection(), [1, 2, 3]);
        Assert.Equal([1, 2, 3], ours.Handler.TakeMessage()[0]);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "does not speak ZMTP")]
    [InlineData("\u0001\u0000padding-padding", "does not speak ZMTP")]
    public void Accept_OtherProtocol_IsClosedAndToldOf(string text, string why)
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(Encoding.Latin1.GetBytes(text));
        (string peer, Exception error) = ours.Handler.TakeLoss();
        Assert.StartsWith("tcp://127.0.0.1:", peer, StringComparison.Ordinal);
        Assert.IsType<ProtocolException>(error);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        raw.ReadToEnd();
    }

    [Fact]
    public void Accept_TypeThatMayNotMeet_IsSentAnError()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pair));
        raw.ReadHandshake();
        raw.EndSending();
        string answer = Encoding.Latin1.GetString(raw.ReadToEnd());
        Assert.Contains("ERROR", answer, StringComparison.Ordinal);
        Assert.Contains("is a socket of type PAIR; PUSH may meet PULL", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_PeerRefuses_ItsReasonIsTold()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send([.. RawPeer.Handshake(ZmtpSocketType.Push).AsSpan(0, ZmtpGreeting.SizeInBytes), .. ZmtpCommand.MakeError("not today")]);
        Exception error = ours.Handler.TakeLoss().Error;
        Assert.IsType<ProtocolException>(error);
        Assert.Contains("'not today'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadHead_PeerSendsErrorLater_ItsReasonIsTold()
    {
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send([.. RawPeer.Handshake(ZmtpSocketType.Push), .. ZmtpCommand.MakeError("too late")]);
        Assert.Contains("'too late'", ours.Handler.TakeLoss().Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accept_PeerSendsAByteNowAndThen_IsCutWhenTheHandshakesTimeIsOver()
    {
        ZmqOptions options = PeerEnd.Quick with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull, options);
        using var raw = new RawPeer(ours.Endpoint);
        byte[] handshake = RawPeer.Handshake(ZmtpSocketType.Push);
        for (int index = 0; index < handshake.Length && !ours.Handler.HasLoss; index++)
        {
            try
            {
                raw.Send(handshake.AsSpan(index, 1));
            }
            catch (System.Net.Sockets.SocketException)
            {
                break; // it was cut
            }

            TestContext.Current.CancellationToken.WaitHandle.WaitOne(20); // well within any single read's time
        }

        Exception error = ours.Handler.TakeLoss().Error;
        Assert.IsType<LinkLostException>(error);
        Assert.Contains("did not end its handshake in time", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("028000000000000000", "highest bit")]
    [InlineData("020000000100000001", "announced a frame of 4294967297 bytes; ZmqLimits.MaxSampleBytes allows 4294967296")]
    [InlineData("060000000000010001", "announced a command of 65537 bytes; ZmqLimits.MaxCommandBytes allows 65536")]
    [InlineData("1000", "flags 0x10")]
    public void ReadHead_BeyondTheLimits_IsRefusedBeforeAnythingIsRented(string wire, string why)
    {
        using var ours = new PeerEnd(PeerEnd.Free("ipc"), isBinding: true, ZmtpSocketType.Pull);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send([.. RawPeer.Handshake(ZmtpSocketType.Push), .. Convert.FromHexString(wire)]);
        Exception error = ours.Handler.TakeLoss().Error;
        Assert.IsType<ProtocolException>(error);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public async Task TrySend_PeerStopsReading_GivesFalseAndKeepsNothing(string scheme)
    {
        using var ours = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, ZmtpSocketType.Push);
        using var raw = new RawPeer(ours.Endpoint);
        raw.Send(RawPeer.Handshake(ZmtpSocketType.Pull));
        ZmtpConnection connection = ours.Handler.TakeConnection();
        var message = new OutgoingMessage();
        message.AddFrame(1 << 20, hasMore: false).Fill(7);
        int sent = 0;
        while (connection.TrySend(message))
        {
            Assert.True(++sent < 1000, "The system takes everything.");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int tries = 0; tries < 1000; tries++)
        {
            Assert.False(connection.TrySend(message));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        // And it goes on where it stopped, once the peer reads.
        raw.ReadHandshake();
        Task<int> reading = Task.Run(() => Enumerable.Range(0, sent + 1).Count(_ =>
        {
            Assert.Equal("020000000000100000", Convert.ToHexString(raw.Read(9)));
            return raw.Read(1 << 20).AsSpan().IndexOfAnyExcept((byte)7) < 0;
        }));
        PeerEnd.Send(connection, message);
        Assert.Equal(sent + 1, await reading.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Accept_MoreThanTheLimit_AreClosed()
    {
        ZmqOptions options = PeerEnd.Quick with { Limits = new ZmqLimits { MaxPeers = 2 } };
        using var ours = new PeerEnd(PeerEnd.Free("ipc"), isBinding: true, ZmtpSocketType.Pull, options);
        using var first = new RawPeer(ours.Endpoint);
        using var second = new RawPeer(ours.Endpoint);
        first.Send(RawPeer.Handshake(ZmtpSocketType.Push));
        second.Send(RawPeer.Handshake(ZmtpSocketType.Push));
        ours.Handler.TakeConnection();
        ours.Handler.TakeConnection();
        using var third = new RawPeer(ours.Endpoint);
        Assert.Empty(third.ReadToEnd());
    }

    [Fact]
    public void Accept_SecondPeerOfAPair_IsClosedUntilTheFirstIsGone()
    {
        using var ours = new PeerEnd(PeerEnd.Free("ipc"), isBinding: true, ZmtpSocketType.Pair, PeerEnd.Quick);
        using var second = new PeerEnd(ours.Endpoint, isBinding: false, ZmtpSocketType.Pair, PeerEnd.Quick);
        ZmtpConnection first = second.Handler.TakeConnection();
        ours.Handler.TakeConnection();
        using (var raw = new RawPeer(ours.Endpoint))
        {
            Assert.Empty(raw.ReadToEnd());
        }

        PeerEnd.Send(first, [1]);
        Assert.Equal([1], ours.Handler.TakeMessage()[0]);
        second.Dispose();
        ours.Handler.TakeLoss();
        using var third = new PeerEnd(ours.Endpoint, isBinding: false, ZmtpSocketType.Pair, PeerEnd.Quick);
        PeerEnd.Send(third.Handler.TakeConnection(), [3]);
        Assert.Equal([3], ours.Handler.TakeMessage()[0]);
        Assert.Equal(1, ours.Reconnects);
    }
}
