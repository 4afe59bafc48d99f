using static Pescador.Fast.Zmq.Tests.Wire.TestMessages;

namespace Pescador.Fast.Zmq.Tests.Wire;

public sealed class MalformedMessageTests
{
    private static readonly (string Key, object Value)[] Ours = [("v", 1), ("worker", "w"), ("seq", 0UL), ("waited", 0UL)];

    private static readonly ZmqLimits Limits = new() { MaxSampleBytes = 1 << 20, MaxHeaderBytes = 4096, MaxTensors = 3, MaxDimensions = 4, MaxStateBytes = 100 };

    public static TheoryData<string, byte[][]> Cases => new()
    {
        { "expected 1 bytes, got 0", Frames2(Array.Empty<byte>()) },
        { "expected an array, got the code 0x81", Frames2([0x81, 0xa1, 0x61, 0x01]) },
        { "expected an array", Frames2([0xc0]) },
        { "expected a map", Frames2([0x91, 0x01], [1]) },
        { "bytes are left", Frames2([0xdd, 0xff, 0xff, 0xff, 0xff], [1]) },
        { "expected the end, got 1 bytes more", Frames2([0x90, 0x00]) },
        { "lacks one of dtype", Frames2(Header([("dtype", "int8"), ("shape", new long[] { 1 })]), [1]) },
        { "lacks one of dtype", Frames2(Header(Tensor("", "int8", new long[] { 1 })), [1]) },
        { "worker and type of a failure", Frames2(Header([("foo", 1)]), [1]) },
        { "worker and type of a failure", Frames2(Header([[]]), [1]) },
        { "has no dtype, shape and key", Frames2(Header(Tensor("X", "int8", new long[] { 1 }), []), [1], [1]) },
        { "the dtype 'complex64'", Frames2(Header(Tensor("X", "complex64", new long[] { 1 })), new byte[8]) },
        { "the dtype '>f4'", Frames2(Header(Tensor("X", ">f4", new long[] { 1 })), new byte[4]) },
        { "the dtype 'O'", Frames2(Header(Tensor("X", "O", new long[] { 1 })), new byte[8]) },
        { "expected a string", Frames2(Header(Tensor("X", 5, new long[] { 1 })), [1]) },
        { "expected an array", Frames2(Header(Tensor("X", "int8", 3)), [1, 1, 1]) },
        { "got -1", Frames2(Header(Tensor("X", "int8", new Raw(0x91, 0xff))), [1]) },
        { "axis 0 has the length", Frames2(Header(Tensor("X", "int8", new Raw([0x91, 0xcf, .. Enumerable.Repeat((byte)0xff, 8)]))), [1]) },
        { "more than the 1048576 bytes", Frames2(Header(Tensor("X", "int8", new long[] { long.MaxValue, long.MaxValue })), [1]) },
        { "more than the 1048576 bytes", Frames2(Header(Tensor("X", "float64", new long[] { 131_073 })), [1]) },
        { "with tensor 'Y'", Frames2(Header(Tensor("X", "int8", new long[] { 1 << 20 }), Tensor("Y", "int8", new long[] { 1 })), [1], [1]) },
        { "at most 4 axes, got 5", Frames2(Header(Tensor("X", "int8", new long[] { 1, 1, 1, 1, 1 })), [1]) },
        { "at most 3 tensors, got 4", Frames2(Header([.. "abcd".Select(c => Tensor($"{c}", "int8", new long[] { 1 }))]), [1], [1], [1], [1]) },
        { "two tensors have the key 'X'", Frames2(Header(Tensor("X", "int8", new long[] { 1 }), Tensor("X", "int8", new long[] { 1 })), [1], [1]) },
        { "'key' stands twice", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, ("key", "Y"))), [1]) },
        { "no UTF-8", Frames2(Header([("dtype", "int8"), ("shape", new long[] { 1 }), ("key", new Raw(0xa2, 0xff, 0xfe))]), [1]) },
        { "expected the format's version 1, got 2", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, ("v", 2))), [1]) },
        { "together", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, ("v", 1))), [1]) },
        { "together", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, ("worker", "w"))), [1]) },
        { "'seq' as an integer of 8 bytes", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, ("v", 1), ("worker", "w"), ("seq", 3))), [1]) },
        { "state of at most 100 bytes", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, [.. Ours, ("state", 101U)])), [1], new byte[101]) },
        { "in at most 4096 bytes, got 4097", Frames2(new byte[4097]) },
        { "without their frames", Frames2(Header(Tensor("X", "int8", new long[] { 1 }))) },
        { "expected 1 bytes of tensor 'X int8[1]', got a frame of 2", Frames2(Header(Tensor("X", "int8", new long[] { 1 })), [1, 2]) },
        { "expected 2 bytes of tensor 'X int8[2]', got a frame of 0", Frames2(Header(Tensor("X", "int8", new long[] { 2 })), []) },
        { "goes on after tensor 'X'", Frames2(Header(Tensor("X", "int8", new long[] { 1 })), [1], [1]) },
        { "ends with tensor 'X'", Frames2(Header(Tensor("X", "int8", new long[] { 1 }), Tensor("Y", "int8", new long[] { 1 })), [1]) },
        { "ends with tensor 'X'", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, [.. Ours, ("state", 1U)])), [1]) },
        { "expected 3 bytes of state", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, [.. Ours, ("state", 3U)])), [1], [1]) },
        { "goes on after the state", Frames2(Header(Tensor("X", "int8", new long[] { 1 }, [.. Ours, ("state", 1U)])), [1], [1], [1]) },
        { "expected the frame after a failure's header", Frames2(WireEnds.Failed("w", 0, new WireError("T", "m", "s")).ToArray()) },
        { "goes on after the frame after", Frames2(WireEnds.Failed("w", 0, new WireError("T", "m", "s")).ToArray(), [0], [0]) },
        { "expected a map", Frames2([0x90], [0x90]) },
        { "in the map of an end", Frames2([0x90], [0x80]) },
        { "goes on after the map of an end", Frames2([0x90], WireEnds.Completed("w", 1, 2).ToArray(), [1]) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_AgainstTheFormat_IsRefusedWithItsReason(string reason, byte[][] frames)
    {
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames(Frames(frames)), Limits);

        PescadorException error = Assert.Throws<ProtocolException>(() =>
        {
            if (reader.ReadHeader() == WireMessageKind.Sample)
            {
                reader.ReadSample(memory, null).Dispose();
            }
        });

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FirstFrameOfAnotherLength_RentsNothing()
    {
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames(Frames(Header(Tensor("X", "float64", new long[] { 131_072 })), [1, 2])), Limits);

        reader.ReadHeader();
        Assert.Throws<ProtocolException>(() => reader.ReadSample(memory, null));

        Assert.Equal(0, memory.Rented);
    }

    [Fact]
    public void Read_KnownHeaderWithALargerState_IsRefused()
    {
        using Sample sample = WireReaderTests.Filled(new SampleSpec(TensorSpec.Of<byte>("X", 4)), 1);
        using var memory = new PooledMemory();
        var reader = new WireReader(new MemoryFrames([.. Of(sample, "w", 0, [1]), .. Of(sample, "w", 1, new byte[101])]), Limits);

        reader.ReadHeader();
        reader.ReadSample(memory, null).Dispose();
        ProtocolException error = Assert.Throws<ProtocolException>(() => reader.ReadHeader());

        Assert.Contains("at most 100 bytes, got 101", error.Message, StringComparison.Ordinal);
    }

    private static byte[][] Frames2(params byte[][] frames) => frames;
}
