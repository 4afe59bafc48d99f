using static Pescador.Fast.Zmq.Tests.Wire.TestMessages;

namespace Pescador.Fast.Zmq.Tests.Wire;

public sealed class WireReaderTests
{
    private static readonly ElementType[] Types = Enum.GetValues<ElementType>();

    [Fact]
    public void ReadSample_EveryElementTypeAndShape_ComesBackAsItWas()
    {
        nint[][] shapes = [[], [0], [3, 0, 2], [5], [2, 3], [1, 1, 1, 1, 1], [17, 5]];
        foreach (ElementType type in Types)
        {
            foreach (nint[] shape in shapes)
            {
                using Sample sample = Filled(new SampleSpec(new TensorSpec("X", type, shape), TensorSpec.Of<byte>("A", 3)), 11);
                using var memory = new PooledMemory();
                var reader = new WireReader(new MemoryFrames(Of(sample, "w", 0)), ZmqLimits.Default);

                Assert.Equal(WireMessageKind.Sample, reader.ReadHeader());
                using Sample received = reader.ReadSample(memory, null);

                Assert.Equal(["A", "X"], received.Spec.Tensors.ToArray().Select(tensor => tensor.Name));
                Assert.Equal(sample["X"].Spec, received["X"].Spec);
                AssertSame(sample, received);
                AssertAligned(received);
            }
        }
    }

    [Fact]
    public void ReadSample_ManyTensors_EachInItsPlace()
    {
        var spec = new SampleSpec([.. Enumerable.Range(0, 256).Select(i => new TensorSpec($"t{i}", Types[i % Types.Length], i % 7, i % 3))]);
        using Sample sample = Filled(spec, 3);
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames(Of(sample, "w", 0)), ZmqLimits.Default);

        reader.ReadHeader();
        using Sample received = reader.ReadSample(memory, null);

        AssertSame(sample, received);
        Assert.Equal(256, received.Count);
    }

    [Fact]
    public void ReadHeader_SameFormAgain_IsNotParsedAgainAndSharesItsSpec()
    {
        using Sample one = Filled(new SampleSpec(TensorSpec.Of<float>("X", 4)), 1);
        using Sample two = Filled(new SampleSpec(TensorSpec.Of<float>("X", 3)), 2);
        var frames = new MemoryFrames();
        for (ulong i = 0; i < 20; i++)
        {
            frames.Add(Of(i % 4 == 3 ? two : one, "w", i, i % 2 == 1 ? [(byte)i, 2, 3] : null));
        }

        using var memory = new PooledMemory();
        var reader = new WireReader(frames, ZmqLimits.Default);
        var specs = new HashSet<SampleSpec>(ReferenceEqualityComparer.Instance);
        var state = new StateWriter();
        for (ulong i = 0; i < 20; i++)
        {
            Assert.Equal(WireMessageKind.Sample, reader.ReadHeader());
            using Sample sample = reader.ReadSample(memory, state);
            specs.Add(sample.Spec);
            Assert.Equal(i, reader.Stamp.Sequence);
            Assert.Equal(TimeSpan.FromMicroseconds(5 * i), reader.Stamp.Waited);
            if (i % 2 == 1)
            {
                Assert.Equal([(byte)i, 2, 3], state.Written.ToArray());
            }
        }

        Assert.Equal(3, reader.Parsed); // one; one and two with a state
        Assert.Equal(2, specs.Count);
    }

    [Fact]
    public void ReadHeader_UnsavedStates_AreTold()
    {
        using Sample sample = Filled(new SampleSpec(TensorSpec.Of<float>("X", 4)), 1);
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames([.. Of(sample, "w", 0, null, "too large"), .. Of(sample, "w", 1)]), ZmqLimits.Default);

        reader.ReadHeader();
        Assert.Equal("too large", reader.Header?.Unsaved);
        reader.ReadSample(memory, null).Dispose();
        reader.ReadHeader();
        Assert.Null(reader.Header?.Unsaved);
        reader.ReadSample(memory, null).Dispose();
    }

    [Fact]
    public void ReadHeader_Ends_AreToldApart()
    {
        var error = new InvalidOperationException("no more");
        var frames = new MemoryFrames([.. Completed("w", 5), .. Failed("w", 6, error), .. Frames([0x90]), .. Frames([0xdc, 0, 0])]);
        var reader = new WireReader(frames, ZmqLimits.Default);

        Assert.Equal(WireMessageKind.Completed, reader.ReadHeader());
        Assert.Equal(("w", 5UL, 7UL), (reader.Header?.Worker, reader.Stamp.Sequence, reader.Stamp.WaitedMicroseconds));
        Assert.Equal(WireMessageKind.Failed, reader.ReadHeader());
        Assert.Equal(new WireError("System.InvalidOperationException", "no more", error.ToString()), reader.Header?.Error);
        Assert.Equal(WireMessageKind.Ended, reader.ReadHeader());
        Assert.Equal(WireMessageKind.Ended, reader.ReadHeader());
    }

    [Theory]
    [InlineData("float32", ElementType.Float32)]
    [InlineData("<f4", ElementType.Float32)]
    [InlineData("=f8", ElementType.Float64)]
    [InlineData("|u1", ElementType.UInt8)]
    [InlineData("i2", ElementType.Int16)]
    [InlineData("|b1", ElementType.Bool)]
    [InlineData("<u8", ElementType.UInt64)]
    public void ReadHeader_PescadorsHeader_HasNoNumbers(string type, ElementType expected)
    {
        int size = expected.SizeInBytes();
        var frames = new MemoryFrames(Frames(Header(Tensor("X", type, new long[] { 2, 1 })), new byte[2 * size]));
        using var memory = new PooledMemory();
        var reader = new WireReader(frames, ZmqLimits.Default);

        Assert.Equal(WireMessageKind.Sample, reader.ReadHeader());
        Assert.Null(reader.Header?.Worker);
        using Sample sample = reader.ReadSample(memory, null);
        Assert.Equal(new TensorSpec("X", expected, 2, 1), sample["X"].Spec);
    }

    [Fact]
    public void ReadSample_CutInTheMiddle_GivesItsSlabBack()
    {
        using Sample sample = Filled(new SampleSpec(TensorSpec.Of<float>("X", 4), TensorSpec.Of<float>("Y", 4)), 1);
        List<(byte[] Body, bool HasMore)> message = Of(sample, "w", 0);
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames(message) { CutAfter = message[0].Body.Length + 16 }, ZmqLimits.Default);

        reader.ReadHeader();
        Assert.Throws<LinkLostException>(() => reader.ReadSample(memory, null));

        Assert.Equal(1, memory.Rented);
        Assert.Equal(0, memory.Pool.Counters.Outstanding);
    }

    internal static Sample Filled(SampleSpec spec, int seed)
    {
        var random = new Random(seed);
        using var pool = new SlabPool(spec, 1);
        Sample sample = pool.Rent(TestContext.Current.CancellationToken);
        for (int i = 0; i < spec.Count; i++)
        {
            random.NextBytes(sample[i].Bytes(0, (int)spec[i].LengthInBytes));
        }

        return sample;
    }

    internal static void AssertSame(Sample expected, Sample actual)
    {
        foreach (TensorSpec tensor in expected.Spec.Tensors)
        {
            int length = (int)tensor.LengthInBytes;
            Assert.True(expected[tensor.Name].Bytes(0, length).SequenceEqual(actual[tensor.Name].Bytes(0, length)), tensor.ToString());
        }
    }

    internal static void AssertAligned(Sample sample)
    {
        for (int i = 0; i < sample.Count; i++)
        {
            Assert.Equal(0, sample.Core.Blocks[i].Address % 64);
        }
    }
}
