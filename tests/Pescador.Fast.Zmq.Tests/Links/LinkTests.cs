using Pescador.Fast.Zmq.Tests.Wire;

namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>What holds over every link.</summary>
public sealed class LinkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static TheoryData<string, ZmqPattern, bool> All
    {
        get
        {
            var all = new TheoryData<string, ZmqPattern, bool>();
            foreach (string scheme in new[] { "tcp", "ipc", "inproc" })
            {
                foreach (ZmqPattern pattern in Enum.GetValues<ZmqPattern>())
                {
                    all.Add(scheme, pattern, true);
                    all.Add(scheme, pattern, false);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Samples_SentAndCompleted_ComeInOrderAlignedAndThenTheEnd(string scheme, ZmqPattern pattern, bool consumerBinds)
    {
        var spec = new SampleSpec(TensorSpec.Of<float>("X", 5000), TensorSpec.Of<byte>("a", 3), TensorSpec.Of<long>("z"));
        (TestConsumer consumer, TestProducer producer) = Open(scheme, pattern, consumerBinds, null, spec);
        using (consumer)
        using (producer)
        {
            _ = producer.Send(0, 100);
            Task completed = producer.Complete();
            for (int i = 0; i < 100; i++)
            {
                using Sample sample = consumer.TakeSample();
                Assert.Equal(i, sample["z"].Item<long>());
                WireReaderTests.AssertAligned(sample);
            }

            Arrival end = consumer.Take();
            Assert.Equal((ArrivalKind.End, false), (end.Kind, end.IsOfUnknownCause));
            await completed.WaitAsync(Limit, TestContext.Current.CancellationToken);
            ZmqWorkerCounters counters = Assert.Single(consumer.Counters);
            Assert.Equal(("w", 100L, 100L * 20_011, 0), (counters.Worker, counters.Samples, counters.Bytes, counters.Ready));
            Assert.False(consumer.Inlet.TryTake(out _));
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task Failure_OfTheStream_ComesWithTypeMessageAndStackAfterItsSamples(string scheme)
    {
        (TestConsumer consumer, TestProducer producer) = Open(scheme, ZmqPattern.Pair, true);
        using (consumer)
        using (producer)
        {
            Exception error = Thrown();
            _ = producer.Send(0, 3);
            Task failed = producer.Fail(error);
            for (int i = 0; i < 3; i++)
            {
                consumer.TakeSample().Dispose();
            }

            var failure = Assert.IsType<RemoteException>(consumer.TakeFailure());
            Assert.Equal(("System.InvalidOperationException", "outer"), (failure.RemoteType, failure.RemoteMessage));
            Assert.Contains(nameof(Thrown), failure.RemoteStackTrace, StringComparison.Ordinal);
            Assert.Contains("inner", failure.RemoteStackTrace, StringComparison.Ordinal);
            Assert.Contains("'w'", failure.Message, StringComparison.Ordinal);
            await failed.WaitAsync(Limit, TestContext.Current.CancellationToken);
            Assert.False(consumer.Inlet.TryTake(out _));
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public void Checkpoint_SentAlong_ComesWithItsSample(string scheme)
    {
        (TestConsumer consumer, TestProducer producer) = Open(scheme, ZmqPattern.Pair, true);
        using (consumer)
        using (producer)
        {
            var state = new StateWriter();
            state.Write("the state");
            _ = producer.Send(0, 1);
            _ = producer.Send(1, 1, state);
            _ = producer.Complete();

            Arrival first = consumer.Take();
            Arrival second = consumer.Take();

            Assert.Null(first.Checkpoint);
            Assert.Equal(state.Written.ToArray(), second.Checkpoint?.Written.ToArray());
            consumer.Inlet.Recycle(second.Checkpoint!);
            first.Sample.Dispose();
            second.Sample.Dispose();
            Assert.Equal(ArrivalKind.End, consumer.Take().Kind);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public void Arrays_SentFromTheHeap_ComeAlignedAndEqual(string scheme)
    {
        (TestConsumer consumer, TestProducer producer) = Open(scheme, ZmqPattern.Pair, true);
        using (consumer)
        using (producer)
        {
            float[] large = [.. Enumerable.Range(0, 100_000).Select(i => (float)i)];
            _ = producer.Then(() => producer.Outlet.Send(Sample.Of(("X", large), ("b", new byte[] { 1, 2, 3 })), null, null, producer.Stop.Token));
            _ = producer.Complete();

            using Sample sample = consumer.TakeSample();

            Assert.Equal(large, sample["X"].Memory.ToArray());
            Assert.Equal(new byte[] { 1, 2, 3 }, sample["b"].Span<byte>().ToArray());
            WireReaderTests.AssertAligned(sample);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task Send_WithoutTensors_IsRefused(string scheme)
    {
        (TestConsumer consumer, TestProducer producer) = Open(scheme, ZmqPattern.Pair, true);
        using (consumer)
        using (producer)
        {
            await Assert.ThrowsAsync<DataException>(
                () => producer.Then(() => producer.Outlet.Send(Sample.Of(), null, null, producer.Stop.Token)).WaitAsync(Limit));
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task Send_WithoutAConsumer_WaitsUntilCancelled(string scheme)
    {
        string endpoint = TestEndpoints.New(scheme);
        using var producer = new TestProducer(endpoint, true, ZmqPattern.Pair);
        Task sending = producer.Send(0, 1);
        producer.Stop.CancelAfter(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Limit));
        Assert.Equal(0, producer.Counters.Outstanding);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task SlowConsumer_HoldsItsSamples_StopsTheProducer(string scheme)
    {
        // 1 MiB a sample: what the kernel buffers is a few of them.
        var spec = new SampleSpec(TensorSpec.Of<float>("X", 1 << 18), TensorSpec.Of<long>("z"));
        var options = new ZmqOptions { Depth = 2 };
        (TestConsumer consumer, TestProducer producer) = Open(scheme, ZmqPattern.Pair, true, options, spec);
        using (consumer)
        using (producer)
        {
            Task sent = producer.Send(0, 200);
            Sample first = consumer.TakeSample();
            consumer.Doorbell.WaitFor(() => consumer.Counters[0].Ready >= 2, "a full queue");
            long before;
            do
            {
                // Stopped: nothing more was sent in a while, twice as long as all before took at most.
                before = producer.Sent;
                await Task.WhenAny(sent, Task.Delay(200, TestContext.Current.CancellationToken));
            }
            while (producer.Sent != before);

            Assert.InRange(before, 1, 40);
            first.Dispose();
            for (int i = 1; i < 200; i++)
            {
                using Sample sample = consumer.TakeSample();
                Assert.Equal(i, sample["z"].Item<long>());
            }

            await sent.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
    }

    internal static (TestConsumer Consumer, TestProducer Producer) Open(
        string scheme, ZmqPattern pattern, bool consumerBinds, ZmqOptions? options = null, SampleSpec? spec = null)
    {
        string endpoint = TestEndpoints.New(scheme);
        if (consumerBinds)
        {
            var consumer = new TestConsumer(endpoint, true, pattern, options);
            return (consumer, new TestProducer(consumer.Inlet.Endpoint, false, pattern, options, spec: spec));
        }

        var producer = new TestProducer(endpoint, true, pattern, options, spec: spec);
        return (new TestConsumer(producer.Outlet.Endpoint, false, pattern, options), producer);
    }

    internal static long[] TakeAll(TestConsumer consumer)
    {
        var taken = new List<long>();
        while (true)
        {
            Arrival arrival = consumer.Take();
            if (arrival.Kind != ArrivalKind.Sample)
            {
                Assert.Equal(ArrivalKind.End, arrival.Kind);
                return [.. taken];
            }

            using Sample sample = arrival.Sample;
            taken.Add(sample["Y"].Item<long>());
        }
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer", new FormatException("inner"));
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }
}
