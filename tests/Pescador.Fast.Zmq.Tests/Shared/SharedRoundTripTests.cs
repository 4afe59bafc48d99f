namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class SharedRoundTripTests
{
    private static Sample Loose(int value) => Sample.Of(("X", new float[] { value, value + 1 }), ("Y", TensorData.Scalar((long)value)));

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Send_LooseSamples_ArriveInOrderThenEnd(bool bySocket, bool isOutletBinding)
    {
        using var pair = new SharedPair(null, bySocket ? SharedWaking.Socket : SharedWaking.Futex, isOutletBinding);
        Task sending = Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                pair.Send(Loose(i));
            }

            pair.Outlet.Complete(SharedPair.Limit);
        });
        for (int i = 0; i < 2000; i++)
        {
            using Sample sample = pair.TakeSample();
            Assert.Equal([i, i + 1], sample["X"].Span<float>());
            Assert.Equal(i, sample["Y"].Item<long>());
            Assert.Equal(0, SharedPairAddress.Of(sample["X"]) % 64);
        }

        Assert.Equal(ArrivalKind.End, pair.Take().Kind);
        await sending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(pair.Inlet.TryTake(out _));
    }

    [Fact]
    public void Send_EveryElementType_ArrivesEqual()
    {
        using var pair = new SharedPair();
        pair.Send(Sample.Of(
            ("a", new[] { 1.5f }), ("b", new[] { 2.5 }), ("c", new[] { (Half)3.5f }), ("d", new sbyte[] { -4 }), ("e", new byte[] { 5 }),
            ("f", new short[] { -6 }), ("g", new ushort[] { 7 }), ("h", new[] { -8 }), ("i", new[] { 9u }), ("j", new[] { -10L }),
            ("k", new[] { 11ul }), ("l", new[] { true }), ("m", new float[0, 3])));
        using Sample sample = pair.TakeSample();
        Assert.Equal(1.5f, sample["a"].Item<float>());
        Assert.Equal(2.5, sample["b"].Item<double>());
        Assert.Equal((Half)3.5f, sample["c"].Item<Half>());
        Assert.Equal(-4, sample["d"].Item<sbyte>());
        Assert.Equal(5, sample["e"].Item<byte>());
        Assert.Equal(-6, sample["f"].Item<short>());
        Assert.Equal(7, sample["g"].Item<ushort>());
        Assert.Equal(-8, sample["h"].Item<int>());
        Assert.Equal(9u, sample["i"].Item<uint>());
        Assert.Equal(-10L, sample["j"].Item<long>());
        Assert.Equal(11ul, sample["k"].Item<ulong>());
        Assert.True(sample["l"].Item<bool>());
        Assert.Equal([0, 3], sample["m"].Shape);
    }

    [Fact]
    public async Task Send_BatchesOfBuffer_AreTheSameMemory()
    {
        using var pair = new SharedPair();
        using var pool = new SlabPool(new SampleSpec(TensorSpec.Of<float>("X", 1000, 32)), 4, pair.Outlet.Allocator);
        Sample batch = pool.Rent();
        nint ours = SharedPairAddress.Of(batch["X"]);
        batch["X"].Memory.Span.Fill(1);
        await Task.Run(() => pair.Send(batch)).WaitAsync(TimeSpan.FromSeconds(30));
        using Sample received = pair.TakeSample();
        nint theirs = SharedPairAddress.Of(received["X"]);
        Assert.NotEqual(ours, theirs);
        SharedPairAddress.Write(ours, 42f);
        Assert.Equal(42f, received["X"].Memory.Span[0]);
        received["X"].Memory.Span[1] = 43f;
        Assert.Equal(43f, SharedPairAddress.Read(ours + 4));
    }

    [Fact]
    public async Task Send_StreamOfBatches_WithShortLast_ArrivesWhole()
    {
        using var pair = new SharedPair();
        float[] rows = [.. Enumerable.Range(0, 10 * 8).Select(i => (float)i)];
        Streamer<Sample> stream = Streamer
            .FromRows(new Dictionary<string, TensorData> { ["X"] = new TensorData(rows, 10, 8) })
            .Take(10).Buffer(4, partial: true).With(allocator: pair.Outlet.Allocator);
        Task sending = Task.Run(() =>
        {
            foreach (Sample batch in stream)
            {
                pair.Send(batch);
            }

            pair.Outlet.Complete(SharedPair.Limit);
        });
        var lengths = new List<nint>();
        float next = 0;
        while (pair.Take() is { Kind: ArrivalKind.Sample } arrival)
        {
            using Sample sample = arrival.Sample;
            lengths.Add(sample.Length ?? -1);
            next += sample["X"].ElementCount;
        }

        Assert.Equal([4, 4, 2], lengths);
        Assert.Equal(80, next);
        await sending.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Send_ManySpecs_AllArrive()
    {
        using var pair = new SharedPair();
        Task sending = Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                pair.Send(Sample.Of(($"t{i}", new float[1 + (i * 7 % 600)])));
            }
        });
        for (int i = 0; i < 1000; i++)
        {
            using Sample sample = pair.TakeSample();
            Assert.Equal(1 + (i * 7 % 600), sample[$"t{i}"].ElementCount);
        }

        await sending.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Send_StateAndReason_TravelWithTheirSample()
    {
        using var pair = new SharedPair();
        var state = new StateWriter();
        byte[] bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        state.Write(bytes);
        pair.Outlet.Send(Loose(1), null, null, SharedPair.Limit);
        pair.Outlet.Send(Loose(2), state, "no more", SharedPair.Limit);
        Arrival first = pair.Take();
        Assert.Null(first.Checkpoint);
        first.Sample.Dispose();
        Arrival second = pair.Take();
        second.Sample.Dispose();
        Assert.NotNull(second.Checkpoint);
        Assert.True(bytes.AsSpan().SequenceEqual(second.Checkpoint.Written));
        Assert.Equal("no more", second.Unsaved);
        pair.Inlet.Recycle(second.Checkpoint);
    }

    [Fact]
    public async Task Fail_AfterSamples_IsToldWithItsStack()
    {
        using var pair = new SharedPair();
        pair.Send(Loose(1));
        Task failing = Task.Run(() => pair.Outlet.Fail(new InvalidDataException("a bad file")));
        pair.TakeSample().Dispose();
        Arrival arrival = pair.Take();
        Assert.Equal(ArrivalKind.Failure, arrival.Kind);
        RemoteException error = Assert.IsType<RemoteException>(arrival.Failure);
        Assert.Equal("System.IO.InvalidDataException", error.RemoteType);
        Assert.Equal("a bad file", error.RemoteMessage);
        await failing.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Send_WithoutTensors_Fails()
    {
        using var pair = new SharedPair();
        Assert.Throws<DataException>(() => pair.Send(Sample.Of()));
    }
}
