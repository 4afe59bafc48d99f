namespace Pescador.Fast.Zmq.Tests.Links;

/// <summary>Measured over the whole process, which holds both sides; so alone.</summary>
[Collection(AloneTests.Name)]
public sealed class LinkAllocationTests
{
    [Theory]
    [InlineData("tcp", 4000, false)]
    [InlineData("tcp", 16, true)]
    [InlineData("ipc", 4000, true)]
    [InlineData("inproc", 4000, true)]
    public async Task Samples_InTheSteadyState_AllocateNothing(string scheme, int elements, bool hasStates)
    {
        const int Warm = 5000;
        const int Parts = 4;
        const int Part = 5000;
        var spec = new SampleSpec(TensorSpec.Of<float>("X", elements), TensorSpec.Of<long>("z"));
        (TestConsumer consumer, TestProducer producer) = LinkTests.Open(scheme, ZmqPattern.Pair, true, null, spec);
        using (consumer)
        using (producer)
        {
            StateWriter? state = hasStates ? new StateWriter() : null;
            state?.Write("a state");
            Task sent = producer.Send(0, Warm + (Parts * Part), state);
            Take(consumer, Warm);
            double least = double.PositiveInfinity;
            for (int i = 0; i < Parts; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Take(consumer, Part);
                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Part);
            }

            // Waits of a thread now and then may allocate, in one part or another; a sample must not.
            Assert.True(least < 4, $"{least} bytes a sample");
            await sent.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    private static void Take(TestConsumer consumer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Arrival arrival;
            while (!consumer.Inlet.TryTake(out arrival))
            {
                Thread.Yield();
            }

            if (arrival.Kind != ArrivalKind.Sample)
            {
                Assert.Fail($"{arrival.Failure}"); // an assertion on the good way would allocate
            }

            if (arrival.Checkpoint is { } state)
            {
                consumer.Inlet.Recycle(state);
            }

            arrival.Sample.Dispose();
        }
    }
}
