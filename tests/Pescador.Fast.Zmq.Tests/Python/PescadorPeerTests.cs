using Pescador.Fast.Zmq.Tests.Links;
using Pescador.Fast.Zmq.Tests.Wire;

namespace Pescador.Fast.Zmq.Tests.Python;

/// <summary>Peers that behave as pescador 3.0's, with libzmq below them.</summary>
public sealed class PescadorPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("ipc")]
    public void PythonsWorker_SendsSeveralTypes_AndEndsForAnUnknownCause(string endpoint)
    {
        endpoint = endpoint == "ipc" ? TestEndpoints.New("ipc") : endpoint;
        using var consumer = new TestConsumer(endpoint, true, ZmqPattern.Pair);
        using PythonProgram worker = PythonProgram.Start("worker.py", consumer.Inlet.Endpoint, "50");
        for (int i = 0; i < 50; i++)
        {
            using Sample sample = consumer.TakeSample();
            Assert.Equal("{X float32[50,100], Y int64[], b bool[3], h float16[2], u uint8[0,3]}", sample.Spec.ToString());
            Assert.Equal(Enumerable.Range(i, 5000).Select(n => (float)n), sample["X"].Memory.ToArray());
            Assert.Equal(i, sample["Y"].Item<long>());
            Assert.Equal([true, false, i % 2 == 0], sample["b"].Span<bool>().ToArray());
            Assert.Equal([(Half)i, (Half)0.5], sample["h"].Span<Half>().ToArray());
            WireReaderTests.AssertAligned(sample);
        }

        Arrival end = consumer.Take();
        Assert.Equal((ArrivalKind.End, true), (end.Kind, end.IsOfUnknownCause));
        Assert.Equal((0, ""), worker.Finish());
    }

    [Fact]
    public async Task PythonsConsumer_ReadsOurSamplesAndOurEnd()
    {
        using PythonProgram consumer = PythonProgram.Start("consumer.py");
        string port = await consumer.ReadLineAsync();
        var spec = new SampleSpec(
            TensorSpec.Of<float>("X", 20, 100), TensorSpec.Of<Half>("h", 2), TensorSpec.Of<bool>("b", 3), TensorSpec.Of<ushort>("u", 0, 3), TensorSpec.Of<long>("z"));
        using var producer = new TestProducer($"tcp://127.0.0.1:{port}", false, ZmqPattern.Pair, spec: spec);
        _ = producer.Then(() =>
        {
            using var pool = new SlabPool(spec, 2);
            for (int i = 0; i < 20; i++)
            {
                Sample sample = pool.Rent(producer.Stop.Token);
                sample["X"].Memory.Span.Fill(i);
                sample["h"].Span<Half>().Fill((Half)0.5);
                sample["b"].Span<bool>().Fill(true);
                sample["z"].Span<long>()[0] = 1_000_000 + i;
                producer.Outlet.Send(sample, null, null, producer.Stop.Token);
            }
        });
        Task completed = producer.Complete();

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(
                $"X:float32[20, 100]={2000 * i}.0 b:bool[3]=3.0 h:float16[2]=1.0 u:uint16[0, 3]=0.0 z:int64[]={1_000_000 + i}.0", await consumer.ReadLineAsync());
        }

        Assert.Equal("end after 20", await consumer.ReadLineAsync());
        await completed.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), consumer.Finish());
    }

    [Fact]
    public async Task PythonsConsumer_OfAFailedStream_RaisesRatherThanEndsQuietly()
    {
        using PythonProgram consumer = PythonProgram.Start("consumer.py");
        string port = await consumer.ReadLineAsync();
        using var producer = new TestProducer($"tcp://127.0.0.1:{port}", false, ZmqPattern.Pair);
        _ = producer.Send(0, 1);
        Task failed = producer.Fail(new InvalidOperationException("broken"));

        (int exitCode, string errors) = consumer.Finish();

        Assert.Equal(1, exitCode);
        Assert.Contains("KeyError: 'dtype'", errors, StringComparison.Ordinal);
        await failed.WaitAsync(Limit, TestContext.Current.CancellationToken);
    }
}
