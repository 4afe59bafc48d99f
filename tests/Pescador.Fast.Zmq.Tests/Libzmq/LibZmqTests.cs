using Pescador.Fast.Zmq.Tests.Zmtp;

namespace Pescador.Fast.Zmq.Tests.Libzmq;

public sealed class LibZmqTests
{
    private static readonly int[] Sizes = [0, 1, 255, 256, 4095, 4096, 8191, 8192, 64 << 10, 2 << 20, 64 << 20];

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

    private static byte[][][] Messages =>
        [.. Sizes.Select((size, seed) => new[] { PeerEnd.Pattern(size, seed) }), [.. Sizes[..^1].Select(PeerEnd.Pattern)], [[], [], []]];

    [Theory]
    [MemberData(nameof(Links))]
    public void TrySend_ToLibzmq_ArrivesInOrder(string scheme, string pattern, bool oursBinds)
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        bool isPair = pattern == "pair";
        using var theirs = new LibZmqSocket(isPair ? LibZmq.Pair : LibZmq.Pull);
        using PeerEnd ours = Join(theirs, scheme, oursBinds, isPair ? ZmtpSocketType.Pair : ZmtpSocketType.Push);
        ZmtpConnection connection = ours.Handler.TakeConnection();
        foreach (byte[][] message in Messages)
        {
            PeerEnd.Send(connection, message);
            Same(message, theirs.Receive());
        }
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Read_FromLibzmq_ArrivesInOrder(string scheme, string pattern, bool oursBinds)
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        bool isPair = pattern == "pair";
        using var theirs = new LibZmqSocket(isPair ? LibZmq.Pair : LibZmq.Push);
        using PeerEnd ours = Join(theirs, scheme, oursBinds, isPair ? ZmtpSocketType.Pair : ZmtpSocketType.Pull);
        foreach (byte[][] message in Messages)
        {
            theirs.Send(message);
            Same(message, ours.Handler.TakeMessage());
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public async Task Read_ManySmallMessagesFromLibzmq_KeepTheirOrder(string scheme)
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        using var theirs = new LibZmqSocket(LibZmq.Push);
        using PeerEnd ours = Join(theirs, scheme, oursBinds: true, ZmtpSocketType.Pull);
        var random = new Random(7);
        int[] lengths = [.. Enumerable.Range(0, 3000).Select(_ => random.Next(0, 12_000))];
        Task sending = Task.Factory.StartNew(() => // on a thread of its own: those of the pool may all be waiting in other tests
        {
            for (int index = 0; index < lengths.Length; index++)
            {
                theirs.Send(BitConverter.GetBytes(index), PeerEnd.Pattern(lengths[index], index));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int index = 0; index < lengths.Length; index++)
        {
            byte[][] message = ours.Handler.TakeMessage();
            Assert.Equal(index, BitConverter.ToInt32(message[0]));
            Assert.True(message[1].AsSpan().SequenceEqual(PeerEnd.Pattern(lengths[index], index)));
        }

        await sending.WaitAsync(RecordingHandler.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ReadHead_LibzmqSendsHeartbeats_TheyAreAnsweredAndItStays()
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        using var theirs = new LibZmqSocket(LibZmq.Push);
        theirs.Set(LibZmq.HeartbeatInterval, 20);
        theirs.Set(LibZmq.HeartbeatTimeToLive, 5000);
        theirs.Set(LibZmq.HeartbeatTimeout, 1000); // it gives up whoever does not answer for so long
        var options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(20) };
        using PeerEnd ours = Join(theirs, "tcp", oursBinds: true, ZmtpSocketType.Pull, options);
        for (int index = 0; index < 100; index++)
        {
            theirs.Send(BitConverter.GetBytes(index), new byte[100_000]);
            Assert.Equal(index, BitConverter.ToInt32(ours.Handler.TakeMessage()[0]));
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(15); // time for heartbeats between the messages
        }

        Assert.False(ours.Handler.HasLoss);
        Assert.Equal(0, ours.Reconnects);
    }

    [Fact]
    public void Read_LibzmqHasClosedAndMuchIsOnItsWay_AllOfItArrives()
    {
        // Few enough that the system takes them all, more than the reader takes at once: they lie on the closed side, whose system destroys them when anything is sent to it.
        const int Messages = 60;
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        var options = PeerEnd.Quick with { HeartbeatInterval = TimeSpan.FromMilliseconds(10) };
        using var ours = new PeerEnd(PeerEnd.Free("tcp"), isBinding: true, ZmtpSocketType.Pull, options);
        using (var theirs = new LibZmqSocket(LibZmq.Push))
        {
            theirs.Set(LibZmq.Linger, 20_000); // closing waits until the system has all of it
            theirs.Connect(ours.Endpoint);
            for (int index = 0; index < Messages; index++)
            {
                theirs.Send(BitConverter.GetBytes(index), new byte[10_000]);
            }
        }

        TestContext.Current.CancellationToken.WaitHandle.WaitOne(200); // time for heartbeats, were there any
        for (int index = 0; index < Messages; index++)
        {
            Assert.Equal(index, BitConverter.ToInt32(ours.Handler.TakeMessage()[0]));
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void Read_LibzmqGoesAndComesBack_IsServedAgain(string scheme)
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        using PeerEnd ours = new(PeerEnd.Free(scheme), isBinding: true, ZmtpSocketType.Pair, PeerEnd.Quick);
        for (int round = 0; round < 3; round++)
        {
            using (var theirs = new LibZmqSocket(LibZmq.Pair))
            {
                theirs.Connect(ours.Endpoint);
                theirs.Send(BitConverter.GetBytes(round));
                Assert.Equal(round, BitConverter.ToInt32(ours.Handler.TakeMessage()[0]));
            }

            Assert.IsType<LinkLostException>(ours.Handler.TakeLoss().Error);
        }

        Assert.Equal(2, ours.Reconnects);
    }

    [Fact]
    public void Connect_LibzmqEndsAndBindsAgain_IsConnectedAnew()
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        string endpoint = PeerEnd.Free("ipc");
        using PeerEnd ours = new(endpoint, isBinding: false, ZmtpSocketType.Pull, PeerEnd.Quick);
        for (int round = 0; round < 3; round++)
        {
            using var theirs = new LibZmqSocket(LibZmq.Push);
            theirs.Bind(endpoint);
            theirs.Send(BitConverter.GetBytes(round));
            Assert.Equal(round, BitConverter.ToInt32(ours.Handler.TakeMessage()[0]));
        }
    }

    [Fact]
    public void ShakeHands_LibzmqOfAnotherType_IsRefusedWithBothTypes()
    {
        Assert.SkipUnless(LibZmq.IsThere, LibZmq.Missing);
        using var theirs = new LibZmqSocket(LibZmq.Pair);
        using PeerEnd ours = Join(theirs, "tcp", oursBinds: true, ZmtpSocketType.Pull);
        Exception error = ours.Handler.TakeLoss().Error;
        Assert.IsType<ProtocolException>(error);
        Assert.Contains("PAIR", error.Message, StringComparison.Ordinal);
        Assert.Contains("PUSH", error.Message, StringComparison.Ordinal);
    }

    private static PeerEnd Join(LibZmqSocket theirs, string scheme, bool oursBinds, ZmtpSocketType type, ZmqOptions? options = null)
    {
        if (oursBinds)
        {
            var ours = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, type, options);
            theirs.Connect(ours.Endpoint);
            return ours;
        }

        return new PeerEnd(theirs.Bind(PeerEnd.Free(scheme)), isBinding: false, type, options);
    }

    private static void Same(byte[][] expected, byte[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
    }
}
