using Pescador.Fast.Zmq.Tests.Wire;

namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>What a worker's reader makes of messages that fit no stream, and of links that end.</summary>
public sealed class LossTests : IDisposable
{
    private readonly TestDoorbell _doorbell = new();
    private readonly Sample _sample = WireReaderTests.Filled(new SampleSpec(TensorSpec.Of<float>("X", 8)), 1);
    private Gathering? _gathering;

    public void Dispose()
    {
        _gathering?.Dispose();
        _sample.Dispose();
    }

    [Fact]
    public async Task Receive_WhereNoMemoryCanBeLentForAReasonOfItsOwn_IsTheConsumersError()
    {
        var scope = new StreamScope(new Refusing(), null, TimeSpan.FromSeconds(10));
        using var consumer = new TestConsumer(TestEndpoints.New("ipc"), true, ZmqPattern.Pair, scope: scope);
        using var producer = new TestProducer(consumer.Inlet.Endpoint, false, ZmqPattern.Pair);
        Task sent = producer.Send(0, 1);
        Assert.Contains("out of order", consumer.TakeFailure().Message, StringComparison.Ordinal);
        await sent.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Sequence_WithAGap_IsAFailureThatCountsTheLost()
    {
        Read([.. Message(0), .. Message(3)]);
        Assert.Contains("number 3 where 1 was expected: 2 samples were lost", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Sequence_Repeated_IsAFailure()
    {
        Read([.. Message(0), .. Message(0)]);
        Assert.Contains("number 0 where 1 was expected: samples were repeated", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Sequence_NotFromZero_IsAFailure()
    {
        Read(Message(4));
        Assert.Contains("number 4 where 0 was expected", Failure(0), StringComparison.Ordinal);
    }

    [Fact]
    public void End_AfterAnotherNumberOfSamples_IsAFailure()
    {
        Read([.. Message(0), .. TestMessages.Completed("w", 5)]);
        Assert.Contains("the end of the stream with the number 5 where 1 was expected", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void End_WithoutACauseFromAWorkerThatKnowsHow_IsAFailure()
    {
        Read([.. Message(0), .. TestMessages.Frames([0x90])]);
        Assert.Contains("without saying how", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Name_ThatChanges_IsAFailure()
    {
        Read([.. Message(0), .. TestMessages.Of(_sample, "other", 1)]);
        Assert.Contains("under another name: 'other'", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_AfterTheEnd_AreAFailure()
    {
        Read([.. Message(0), .. TestMessages.Completed("w", 1)], workers: 2);
        Run(Message(1));
        Assert.Equal(ArrivalKind.Sample, Take().Kind);
        Assert.Equal(ArrivalKind.End, Take().Kind);
        Assert.Contains("again after its stream has ended", Failure(0), StringComparison.Ordinal);
    }

    [Fact]
    public void Worker_ComesBackInTime_GoesOnWhereItWas()
    {
        Read([.. Message(0), .. Message(1)]);
        Run([.. Message(2), .. TestMessages.Completed("w", 3)]);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(ArrivalKind.Sample, Take().Kind);
        }

        Assert.Equal(ArrivalKind.End, Take().Kind);
        Assert.Equal(1, _gathering!.Lanes[0].Reconnects);
    }

    [Fact]
    public void Worker_CutInTheMiddle_SendsThatSampleAgain()
    {
        Read(Message(0), cutAfter: Message(0)[0].Body.Length + 16);
        Run([.. Message(0), .. TestMessages.Completed("w", 1)]);

        Assert.Equal(ArrivalKind.Sample, Take().Kind);
        Assert.Equal(ArrivalKind.End, Take().Kind);
        Assert.Equal(0, _gathering!.Lanes[0].PoolCounters.Outstanding);
    }

    [Fact]
    public void Worker_DoesNotComeBack_IsAFailureThatNamesItAndItsSamples()
    {
        Read([.. Message(0), .. Message(1)], comesBackWithin: TimeSpan.FromMilliseconds(20));
        string failure = Failure(2);
        Assert.Contains("'w' was lost after 2 samples and did not come back within 0.02 s", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Worker_WhoseLossIsAFailure_FailsAtOnce()
    {
        Read(Message(0), lossIsFailure: true);
        Assert.Contains("'w' was lost after 1 samples", Failure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Stranger_WhoSaysNothing_IsNoFailure()
    {
        Read([]);
        Assert.False(_gathering!.TryTake(out _));
    }

    [Fact]
    public void Workers_EachWithItsOwnNumbers_AllEnd()
    {
        Read([.. Message(0), .. TestMessages.Completed("w", 1)], workers: 2);
        Run([.. TestMessages.Of(_sample, "v", 0), .. TestMessages.Of(_sample, "v", 1), .. TestMessages.Completed("v", 2)]);
        int ends = 0;
        for (int i = 0; i < 5; i++)
        {
            ends += Take().Kind == ArrivalKind.End ? 1 : 0;
        }

        Assert.Equal(2, ends);
        Assert.True(_gathering!.HasEnded);
    }

    [Fact]
    public async Task Consumer_HoldsAllSlabsAndWaits_IsToldWhy()
    {
        var scope = new StreamScope(SlabAllocator.Native, null, TimeSpan.FromMilliseconds(100));
        _gathering = new Gathering(_doorbell, new InletSettings(1, new ZmqOptions { Depth = 1 }), scope);
        var frames = new MemoryFrames(Enumerable.Range(0, 5).SelectMany(i => Message((ulong)i)));
        Task reading = Task.Run(() => new WorkerReader(frames, new NoLink(), "a", _gathering, ZmqLimits.Default).Run());
        Sample[] held = [.. Enumerable.Range(0, 4).Select(_ => Arrived().Sample)];

        _doorbell.WaitFor(() => _gathering.Starvation is not null, "starvation");

        Assert.Contains("probably not disposed", _gathering.Starvation!.Message, StringComparison.Ordinal);
        held[0].Dispose(); // and it goes on
        Arrived().Sample.Dispose();
        Assert.Null(_gathering.Starvation);
        await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Array.ForEach(held, sample => sample.Dispose());
    }

    private List<(byte[] Body, bool HasMore)> Message(ulong sequence) => TestMessages.Of(_sample, "w", sequence);

    private void Read(
        IEnumerable<(byte[] Body, bool HasMore)> frames, int workers = 1, bool lossIsFailure = false, TimeSpan? comesBackWithin = null,
        long cutAfter = long.MaxValue)
    {
        var options = new ZmqOptions { ReconnectTimeout = comesBackWithin ?? TimeSpan.FromSeconds(60) };
        _gathering = new Gathering(
            _doorbell, new InletSettings(workers, options, lossIsFailure), new StreamScope(SlabAllocator.Native, null, TimeSpan.FromSeconds(10)));
        Run(frames, cutAfter);
    }

    private void Run(IEnumerable<(byte[] Body, bool HasMore)> frames, long cutAfter = long.MaxValue) =>
        new WorkerReader(new MemoryFrames(frames) { CutAfter = cutAfter }, new NoLink(), "a", _gathering!, ZmqLimits.Default).Run();

    private Arrival Arrived()
    {
        Arrival arrival = default;
        _doorbell.WaitFor(() => _gathering!.TryTake(out arrival), "an arrival");
        return arrival;
    }

    private Arrival Take()
    {
        Arrival arrival = Arrived();
        arrival.Sample.Dispose();
        return arrival;
    }

    private string Failure(int samplesBefore)
    {
        for (int i = 0; i < samplesBefore; i++)
        {
            Assert.Equal(ArrivalKind.Sample, Take().Kind);
        }

        Arrival arrival = Arrived();
        Assert.Equal(ArrivalKind.Failure, arrival.Kind);
        Assert.False(_gathering!.TryTake(out _));
        Assert.Equal(0, _gathering.Lanes[0].PoolCounters.Outstanding);
        return arrival.Failure!.Message;
    }

    private sealed class NoLink : IDisposable
    {
        public void Dispose()
        {
        }
    }

    private sealed class Refusing : SlabAllocator
    {
        public override Slab Allocate(SlabLayout layout) => throw new InvalidOperationException("the allocator is out of order");
    }
}
