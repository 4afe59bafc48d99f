using System.Collections.Concurrent;
using Pescador.Fast.Zmq.Tests.Wire;

namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>An outlet against consumers that misbehave.</summary>
public sealed class OutletPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Far more than the kernel buffers.
    private static readonly SampleSpec Large = new(TensorSpec.Of<float>("X", 1 << 22), TensorSpec.Of<long>("z"));

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public async Task Consumer_CutsAMessageAndComesBack_GetsItWholeUnderTheSameNumber(string scheme)
    {
        using var producer = new TestProducer(TestEndpoints.New(scheme), true, ZmqPattern.Pair, spec: Large);
        Task sent = producer.Send(0, 2);
        using var consumer = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pair, static (connection, visit) =>
        {
            if (visit > 0)
            {
                return ReadAll(connection);
            }

            connection.Read(new byte[connection.ReadHead().LengthInBytes]);
            connection.ReadHead();
            connection.Read(new byte[1000]);
            return [];
        });
        await sent.WaitAsync(Limit, TestContext.Current.CancellationToken);
        await producer.Complete().WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Empty(await consumer.NextVisit());
        long[] numbers = await consumer.NextVisit();
        Assert.Equal([0, 1, -2], numbers);
    }

    [Fact]
    public async Task Consumer_OfSeveralLeavesInTheMiddle_AnotherGetsTheSample()
    {
        using var producer = new TestProducer(TestEndpoints.New("ipc"), true, ZmqPattern.PushPull, spec: Large);
        var hasLeft = new TaskCompletionSource();
        using (var leaving = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pull, (connection, _) =>
        {
            connection.ReadHead(); // the first sample is on its way here by then
            hasLeft.Task.Wait(Limit);
            return [];
        }))
        {
            Task sent = producer.Send(0, 2);
            using var staying = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pull, static (connection, _) => ReadAll(connection));
            hasLeft.SetResult();
            leaving.Dispose();
            await sent.WaitAsync(Limit, TestContext.Current.CancellationToken);
            await producer.Complete().WaitAsync(Limit, TestContext.Current.CancellationToken);

            long[] numbers = await staying.NextVisit();
            Assert.Equal([0, 1, -2], numbers);
        }
    }

    [Fact]
    public async Task Dispose_WhileAMessageIsOnItsWay_EndsTheWait()
    {
        var producer = new TestProducer(TestEndpoints.New("ipc"), true, ZmqPattern.Pair, spec: Large);
        var read = new TaskCompletionSource();
        using var consumer = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pair, (connection, _) =>
        {
            connection.ReadHead();
            read.TrySetResult();
            connection.Read(new byte[8]);
            return [];
        });
        Task sent = producer.Send(0, 1000);
        await read.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        producer.Outlet.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => sent.WaitAsync(Limit, TestContext.Current.CancellationToken));
        producer.Dispose();
    }

    // The numbers that the samples have, and of the end, less than zero.
    private static long[] ReadAll(ZmtpConnection connection)
    {
        var numbers = new List<long>();
        try
        {
            using var memory = new PooledMemory();
            var reader = new WireReader(connection, ZmqLimits.Default);
            while (reader.ReadHeader() == WireMessageKind.Sample)
            {
                using Sample sample = reader.ReadSample(memory, null);
                Assert.Equal((long)reader.Stamp.Sequence, sample["z"].Item<long>());
                numbers.Add(sample["z"].Item<long>());
            }

            numbers.Add(-(long)reader.Stamp.Sequence);
        }
        catch (PescadorException)
        {
            // the connection ended
        }

        return [.. numbers];
    }

    /// <summary>A consumer that does as it is told at each visit, and comes again.</summary>
    private sealed class FakeConsumer : IPeerHandler, IDisposable
    {
        private readonly BlockingCollection<long[]> _visits = [];
        private readonly Func<ZmtpConnection, int, long[]> _serve;
        private readonly ZmtpPeers _peers;
        private int _count;

        internal FakeConsumer(string endpoint, ZmtpSocketType type, Func<ZmtpConnection, int, long[]> serve)
        {
            _serve = serve;
            _peers = new ZmtpPeers(ZmqEndpoint.Parse(endpoint), false, type, new ZmqOptions { ReconnectDelay = TimeSpan.FromMilliseconds(5) }, this);
            _peers.Start();
        }

        internal Task<long[]> NextVisit() => Task.Run(() => _visits.TryTake(out long[]? visit, Limit) ? visit : throw new TimeoutException());

        public void Serve(ZmtpConnection connection) => _visits.Add(_serve(connection, _count++));

        public void OnLost(string peer, Exception error)
        {
        }

        public void Dispose() => _peers.Dispose();
    }
}
