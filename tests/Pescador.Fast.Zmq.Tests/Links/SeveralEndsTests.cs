namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>Links whose ends leave, or are several.</summary>
public sealed class SeveralEndsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task Consumer_LeavesEarly_TheProducerSaysAfterHowMany(string scheme)
    {
        var options = new ZmqOptions { ReconnectTimeout = TimeSpan.FromMilliseconds(100) };
        (TestConsumer consumer, TestProducer producer) = LinkTests.Open(scheme, ZmqPattern.Pair, false, options);
        using (producer)
        {
            Task sent = producer.Send(0, 1_000_000);
            consumer.TakeSample().Dispose();
            consumer.Dispose();

            LinkLostException error = await Assert.ThrowsAsync<LinkLostException>(() => sent.WaitAsync(Limit));

            Assert.Contains("left after", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public async Task Consumers_OfOnePusher_ShareWhatItSends(string scheme)
    {
        string endpoint = TestEndpoints.New(scheme);
        using var producer = new TestProducer(endpoint, true, ZmqPattern.PushPull);
        endpoint = producer.Outlet.Endpoint;
        using var one = new TestConsumer(endpoint, false, ZmqPattern.PushPull);
        using var two = new TestConsumer(endpoint, false, ZmqPattern.PushPull);
        _ = producer.Send(0, 1);
        Task<long[]> first = Task.Run(() => LinkTests.TakeAll(one));
        Task<long[]> second = Task.Run(() => LinkTests.TakeAll(two));
        for (int i = 1; !first.IsCompleted && i < 1_000_000 && (one.Counters is not [{ Samples: > 0 }] || two.Counters is not [{ Samples: > 0 }]); i++)
        {
            await producer.Send(i, 1).WaitAsync(Limit, TestContext.Current.CancellationToken);
        }

        await producer.Complete().WaitAsync(Limit, TestContext.Current.CancellationToken);
        long[] all = [.. await first.WaitAsync(Limit), .. await second.WaitAsync(Limit)];
        Array.Sort(all);
        Assert.Equal(Enumerable.Range(0, (int)producer.Sent).Select(i => (long)i), all);
        Assert.NotEmpty(await first);
        Assert.NotEmpty(await second);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    [InlineData("inproc")]
    public void Workers_OneFastOneSlow_AreTakenInTurn(string scheme)
    {
        string endpoint = TestEndpoints.New(scheme);
        using var consumer = new TestConsumer(endpoint, true, ZmqPattern.PushPull, workers: 2);
        using var fast = new TestProducer(consumer.Inlet.Endpoint, false, ZmqPattern.PushPull, worker: "fast");
        using var slow = new TestProducer(consumer.Inlet.Endpoint, false, ZmqPattern.PushPull, worker: "slow");
        _ = fast.Send(0, 1000);
        _ = fast.Complete();
        _ = slow.Send(1000, 2);
        _ = slow.Complete();

        // Both ready, the fast one's queue full: whatever the turn, two of the next four are the slow one's.
        consumer.Doorbell.WaitFor(
            () => consumer.Counters is { Length: 2 } counters && counters.All(c => c.Ready >= (c.Worker == "fast" ? 4 : 2)), "both");
        var taken = new List<long>();
        for (int i = 0; i < 4; i++)
        {
            using Sample sample = consumer.TakeSample();
            taken.Add(sample["Y"].Item<long>());
        }

        Assert.Equal([1000, 1001], taken.Where(number => number >= 1000));
        int ends = 0;
        while (ends < 2)
        {
            Arrival arrival = consumer.Take();
            ends += arrival.Kind == ArrivalKind.End ? 1 : 0;
            arrival.Sample.Dispose();
        }
    }
}
