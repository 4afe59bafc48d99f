using System.Collections.Concurrent;
using Pescador.Fast.Zmq.Tests.Wire;
using Pescador.Fast.Zmq.Tests.Zmtp;

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
        var hasBegun = new TaskCompletionSource();
        var mayLeave = new TaskCompletionSource();
        using var leaving = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pull, (connection, _) =>
        {
            connection.ReadHead();
            hasBegun.TrySetResult();
            mayLeave.Task.Wait(Limit);
            return [];
        });
        Task sent = producer.Send(0, 2);
        await hasBegun.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        var hasOne = new TaskCompletionSource();
        using var staying = new FakeConsumer(
            producer.Outlet.Endpoint, ZmtpSocketType.Pull, (connection, _) => ReadAll(connection, hasOne));
        await hasOne.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        mayLeave.SetResult();
        leaving.Dispose();
        await sent.WaitAsync(Limit, TestContext.Current.CancellationToken);
        await producer.Complete().WaitAsync(Limit, TestContext.Current.CancellationToken);

        long[] numbers = await staying.NextVisit();
        Assert.Equal([1, 0, -2], numbers); // the first sample was with the other until that left
    }

    [Fact]
    public async Task Consumer_LeavesInTheMiddle_TheNextOneGetsTheSample()
    {
        using var producer = new TestProducer(TestEndpoints.New("ipc"), true, ZmqPattern.PushPull, spec: Large);
        Task sent = producer.Send(0, 2);
        using (var leaving = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pull, static (connection, _) =>
        {
            connection.ReadHead();
            return [];
        }))
        {
            Assert.Empty(await leaving.NextVisit());
        }

        using var next = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pull, static (connection, _) => ReadAll(connection));
        await sent.WaitAsync(Limit, TestContext.Current.CancellationToken);
        await producer.Complete().WaitAsync(Limit, TestContext.Current.CancellationToken);

        long[] numbers = await next.NextVisit();
        Assert.Equal([0, 1, -2], numbers);
    }

    [Fact]
    public void Sending_ConsumerLeftInTheMiddle_IsNotWaitedFor()
    {
        using var link = new Conversation([[1]]);
        using SendWaiter waiter = SendWaiter.Make();
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<long>("z")), 1);
        var consumers = new OutletConsumers(isPair: true, TimeSpan.FromSeconds(10), waiter);
        OutletPeer peer = consumers.Enter(link.Connection);
        link.Socket.Room = 1;
        peer.Give(pool.Rent(TestContext.Current.CancellationToken), null, null);
        Assert.False(peer.TrySend(link.Connection, new SampleWriter("w", ZmqLimits.Default), TimeSpan.Zero));
        Assert.Equal(1, consumers.Sending().Length);

        consumers.Leave(peer, link.Connection);

        Assert.True(consumers.Sending().IsEmpty); // an ended connection counts as having room: the sender would spin until somebody comes
        consumers.DropAll();
    }

    [Fact]
    public async Task Fail_AfterTheConsumerHasLeftForGood_DoesNotWaitForIt()
    {
        // The time-out is longer than the test waits.
        var options = new ZmqOptions { ReconnectTimeout = TimeSpan.Zero, Timeout = TimeSpan.FromMinutes(5) };
        using var producer = new TestProducer(TestEndpoints.New("ipc"), true, ZmqPattern.Pair, options, spec: Large);
        Task sent = producer.Send(0, 1);
        using (var leaving = new FakeConsumer(producer.Outlet.Endpoint, ZmtpSocketType.Pair, static (connection, _) =>
        {
            connection.ReadHead();
            return [];
        }))
        {
            Assert.Empty(await leaving.NextVisit());
        }

        await Assert.ThrowsAsync<LinkLostException>(() => sent.WaitAsync(Limit, TestContext.Current.CancellationToken));
        await Task.Run(() => producer.Outlet.Fail(new InvalidDataException("nobody hears this")), TestContext.Current.CancellationToken)
            .WaitAsync(Limit, TestContext.Current.CancellationToken);
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

    // The numbers that the samples hold, and that of the end, less than zero.
    private static long[] ReadAll(ZmtpConnection connection, TaskCompletionSource? hasOne = null)
    {
        var numbers = new List<long>();
        try
        {
            using var memory = new PooledMemory();
            var reader = new WireReader(connection, ZmqLimits.Default);
            while (reader.ReadHeader() == WireMessageKind.Sample)
            {
                using Sample sample = reader.ReadSample(memory, null);
                numbers.Add((long)reader.Stamp.Sequence == numbers.Count ? sample["z"].Item<long>() : long.MaxValue); // what throws here is told nobody
                hasOne?.TrySetResult();
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

        public bool IsTaking => true;

        public void Serve(ZmtpConnection connection) => _visits.Add(_serve(connection, _count++));

        public void OnLost(string peer, Exception error)
        {
        }

        public void Dispose() => _peers.Dispose();
    }
}
