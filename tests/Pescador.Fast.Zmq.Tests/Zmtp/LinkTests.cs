using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class LinkTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void Connect_BinderEndsAndComesBack_IsConnectedAnew(string scheme)
    {
        var bound = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, ZmtpSocketType.Pull, PeerEnd.Quick);
        string endpoint = bound.Endpoint;
        using var peer = new PeerEnd(endpoint, isBinding: false, ZmtpSocketType.Push, PeerEnd.Quick);
        for (int round = 0; round < 4; round++)
        {
            PeerEnd.Send(peer.Handler.TakeConnection(), [(byte)round]);
            Assert.Equal([(byte)round], bound.Handler.TakeMessage()[0]);
            Assert.Equal(round, peer.Reconnects);
            bound.Dispose();
            Assert.IsType<LinkLostException>(peer.Handler.TakeLoss().Error);
            bound = new PeerEnd(endpoint, isBinding: true, ZmtpSocketType.Pull, PeerEnd.Quick);
        }

        bound.Dispose();
    }

    [Fact]
    public void Accept_SamePeerAgain_IsCounted()
    {
        using var bound = new PeerEnd(PeerEnd.Free("ipc"), isBinding: true, ZmtpSocketType.Pull, PeerEnd.Quick);
        using var peer = new PeerEnd(bound.Endpoint, isBinding: false, ZmtpSocketType.Push, PeerEnd.Quick);
        using var other = new PeerEnd(bound.Endpoint, isBinding: false, ZmtpSocketType.Push, PeerEnd.Quick);
        other.Handler.TakeConnection();
        for (int round = 0; round < 3; round++)
        {
            ZmtpConnection connection = peer.Handler.TakeConnection();
            PeerEnd.Send(connection, [(byte)round]);
            Assert.Equal([(byte)round], bound.Handler.TakeMessage()[0]);
            Assert.Equal(round, bound.Reconnects);
            connection.Dispose();
        }
    }

    [Fact]
    public void Backoff_Next_DoublesUpToTheLimitLessAHalfAtMost()
    {
        var backoff = new Backoff(ZmqOptions.Default);
        foreach (double seconds in (double[])[0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2])
        {
            Assert.InRange(backoff.Next().TotalSeconds, seconds / 2, seconds);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0.05, 0.1);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void EndSending_MuchIsOnItsWay_AllOfItArrives(string scheme)
    {
        (PeerEnd sender, PeerEnd receiver) = PeersTests.Join(scheme, "push", senderBinds: true);
        using (sender)
        using (receiver)
        {
            ZmtpConnection connection = sender.Handler.TakeConnection();
            var message = new OutgoingMessage();
            message.AddFrame(100_000, hasMore: false).Fill(7);
            int left = 200;
            for (int sent = 0; sent < 200; sent++)
            {
                while (!connection.TrySend(message))
                {
                    Assert.Equal(100_000, receiver.Handler.TakeMessage()[0].Length);
                    left--;
                }
            }

            connection.EndSending();
            for (; left > 0; left--)
            {
                Assert.Equal(100_000, receiver.Handler.TakeMessage()[0].Length);
            }

            Assert.IsType<LinkLostException>(receiver.Handler.TakeLoss().Error);
            Assert.IsType<LinkLostException>(sender.Handler.TakeLoss().Error);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("abstract")]
    public void Dispose_WhileOthersReadConnectAndAccept_EndsAtOnce(string scheme)
    {
        for (int round = 0; round < 20; round++)
        {
            (PeerEnd first, PeerEnd second) = PeersTests.Join(scheme, "pair", senderBinds: round % 2 == 0, PeerEnd.Quick);
            if (round % 3 == 0)
            {
                first.Handler.TakeConnection();
                second.Handler.TakeConnection();
            }

            first.Dispose();
            second.Dispose();
            second.Dispose();
        }
    }

    [Fact]
    public void Dispose_NobodyThere_Ends()
    {
        using var lonely = new PeerEnd(PeerEnd.Free("ipc"), isBinding: false, ZmtpSocketType.Push, PeerEnd.Quick);
        (string peer, Exception error) = lonely.Handler.TakeLoss();
        Assert.Equal(lonely.Endpoint, peer);
        Assert.IsType<LinkLostException>(error);
        Assert.Contains("cannot be connected to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Always_ClosesItsFiles()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux's /proc");
        string name = $"zmtp-{Guid.NewGuid():N}";
        using (var bound = new PeerEnd($"ipc://@{name}", isBinding: true, ZmtpSocketType.Pull))
        {
            using var peer = new PeerEnd(bound.Endpoint, isBinding: false, ZmtpSocketType.Push);
            peer.Handler.TakeConnection();
            bound.Handler.TakeConnection();
            Assert.Contains(name, File.ReadAllText("/proc/net/unix"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(name, File.ReadAllText("/proc/net/unix"), StringComparison.Ordinal);
    }

    [Fact]
    public void TrySend_ConnectionWasDisposed_FailsAsLost()
    {
        (PeerEnd sender, PeerEnd receiver) = PeersTests.Join("tcp", "push", senderBinds: true);
        using (sender)
        using (receiver)
        {
            ZmtpConnection connection = sender.Handler.TakeConnection();
            connection.Dispose();
            var message = new OutgoingMessage();
            message.AddFrame(1, hasMore: false);
            Assert.Throws<LinkLostException>(() => connection.TrySend(message));
            using SendWaiter waiter = SendWaiter.Make();
            Assert.True(waiter.Wait([connection], RecordingHandler.Patience));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_Woken_EndsAndTheNextOneWaitsAgain(bool isPoll)
    {
        using SendWaiter waiter = isPoll && OperatingSystem.IsLinux() ? new PollWaiter() : new SelectWaiter();
        Assert.False(waiter.Wait([], TimeSpan.Zero));
        waiter.Wake();
        waiter.Wake();
        long begun = Stopwatch.GetTimestamp();
        Assert.False(waiter.Wait([], RecordingHandler.Patience));
        Assert.True(Stopwatch.GetElapsedTime(begun) < RecordingHandler.Patience, "It was not woken.");
        Task<bool> waiting = Task.Run(() => waiter.Wait([], Timeout.InfiniteTimeSpan));
        waiter.Wake();
        Assert.False(await waiting.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Gather_FromEveryPosition_IsTheRestOfTheMessage()
    {
        byte[] large = GC.AllocateArray<byte>(600, pinned: true);
        PeerEnd.Pattern(600, 3).CopyTo(large, 0);
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(large, 0);
        var message = new OutgoingMessage();
        for (int round = 0; round < 2; round++)
        {
            message.Clear();
            PeerEnd.Pattern(5000, 4).CopyTo(message.AddFrame(5000, hasMore: true));
            message.AddFrame(address, 600, hasMore: true);
            message.AddFrame(address, 0, hasMore: true);
            message.AddFrame(address + 10, 20, hasMore: false);
            byte[] whole =
            [
                3, 0, 0, 0, 0, 0, 0, 0x13, 0x88, .. PeerEnd.Pattern(5000, 4), 3, 0, 0, 0, 0, 0, 0, 2, 0x58, .. large, 1, 0, 0, 20, .. large[10..30],
            ];
            Assert.Equal(whole.Length, message.LengthInBytes);
            for (int offset = 0; offset < whole.Length; offset += 7)
            {
                Assert.True(whole.AsSpan(offset).SequenceEqual(Copy(message, offset)));
            }
        }
    }

    [Fact]
    public async Task PlainSocket_BothWays_CarriesMessagesAndEnds()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var connecting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        connecting.Connect(listener.LocalEndPoint!); // bound
        using VectoredSocket one = new PlainSocket(connecting, "one");
        using VectoredSocket two = new PlainSocket(listener.Accept(), "two");
        Task<ZmtpConnection> shaking = Task.Run(() => ZmtpConnection.ShakeHands(one, ZmtpSocketType.Push, "a", ZmqOptions.Default));
        ZmtpConnection receiving = ZmtpConnection.ShakeHands(two, ZmtpSocketType.Pull, "b", ZmqOptions.Default);
        ZmtpConnection sending = await shaking.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken);
        byte[] bytes = PeerEnd.Pattern(10_000_000, 1);
        Task sender = Task.Run(() =>
        {
            var message = new OutgoingMessage();
            message.AddFrame(3, hasMore: true).Fill(3);
            bytes.CopyTo(message.AddFrame(bytes.Length, hasMore: false));
            using SendWaiter waiter = new SelectWaiter();
            while (!sending.TrySend(message))
            {
                PeerEnd.AwaitRoom(waiter, sending);
            }

            sending.EndSending();
        });
        byte[][] received = RecordingHandler.ReadMessage(receiving);
        Assert.Equal([3, 3, 3], received[0]);
        Assert.True(bytes.AsSpan().SequenceEqual(received[1]));
        Assert.Throws<LinkLostException>(() => receiving.ReadHead());
        await sender.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken);
    }

    private static unsafe byte[] Copy(OutgoingMessage message, long offset)
    {
        List<byte> bytes = [];
        Span<ByteBlock> blocks = stackalloc ByteBlock[2]; // fewer than there are
        while (offset < message.LengthInBytes)
        {
            int count = message.Gather(offset, blocks);
            foreach (ByteBlock block in blocks[..count])
            {
                // Invariant: the message, and what it points to, are not changed meanwhile.
                bytes.AddRange(new ReadOnlySpan<byte>((void*)block.Address, (int)block.LengthInBytes));
                offset += block.LengthInBytes;
            }
        }

        return [.. bytes];
    }
}
