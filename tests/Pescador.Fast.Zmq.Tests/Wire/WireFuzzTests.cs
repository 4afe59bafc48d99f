using static Pescador.Fast.Zmq.Tests.Wire.TestMessages;

namespace Pescador.Fast.Zmq.Tests.Wire;

public sealed class WireFuzzTests
{
    private static readonly ZmqLimits Limits = new() { MaxSampleBytes = 1 << 14, MaxHeaderBytes = 4096, MaxTensors = 8, MaxDimensions = 4, MaxStateBytes = 1000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_MutatedMessages_FailsWithOurErrorsAloneAndInBoundedMemory(int seed)
    {
        var random = new Random(seed);
        List<(byte[] Body, bool HasMore)>[] seeds = Seeds();
        using var memory = new PooledMemory();
        var state = new StateWriter();
        int delivered = 0;
        int refused = 0;
        for (int i = 0; i < 50_000; i++)
        {
            var frames = new MemoryFrames(i % 10 == 0 ? Noise(random) : Mutate(seeds[random.Next(seeds.Length)], random));
            var reader = new WireReader(frames, Limits);
            try
            {
                while (true)
                {
                    if (reader.ReadHeader() == WireMessageKind.Sample)
                    {
                        reader.ReadSample(memory, state).Dispose();
                        delivered++;
                    }
                }
            }
            catch (ProtocolException)
            {
                refused++;
            }
            catch (LinkLostException)
            {
                // the input's end
            }
        }

        // Both ways were taken often; a pool's slab is never larger than the limit.
        Assert.True(delivered > 1000, $"{delivered}");
        Assert.True(refused > 10_000, $"{refused}");
        Assert.Equal(0, memory.Pool.Counters.Outstanding);
        Assert.InRange(memory.Pool.Counters.LengthInBytes, 0, 4 * 2 * 2 * Limits.MaxSampleBytes);
    }

    private static List<(byte[] Body, bool HasMore)>[] Seeds()
    {
        using Sample one = WireReaderTests.Filled(new SampleSpec(TensorSpec.Of<float>("X", 4, 2), TensorSpec.Of<byte>("Y", 1)), 1);
        using Sample two = WireReaderTests.Filled(new SampleSpec(TensorSpec.Of<double>("a"), TensorSpec.Of<bool>("b", 0)), 2);
        return
        [
            Of(one, "worker", 0),
            [.. Of(one, "worker", 0), .. Of(one, "worker", 1), .. Completed("worker", 2)],
            [.. Of(two, "w", 0, [1, 2, 3]), .. Of(one, "w", 1, [1, 2, 3, 4]), .. Failed("w", 2, new InvalidOperationException("x"))],
            [.. Of(two, "w", 0, null, "no states"), .. Frames([0x90])],
            Frames(Header(Tensor("X", "<f4", new long[] { 2 }), Tensor("Y", "int64", Array.Empty<long>())), new byte[8], new byte[8]),
        ];
    }

    private static List<(byte[] Body, bool HasMore)> Noise(Random random)
    {
        var frames = new List<(byte[] Body, bool HasMore)>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            var body = new byte[random.Next(64)];
            random.NextBytes(body);
            frames.Add((body, random.Next(2) == 0));
        }

        return frames;
    }

    private static List<(byte[] Body, bool HasMore)> Mutate(List<(byte[] Body, bool HasMore)> seed, Random random)
    {
        List<(byte[] Body, bool HasMore)> frames = [.. seed];
        for (int i = random.Next(3); i >= 0; i--)
        {
            int index = random.Next(10) < 7 ? 0 : random.Next(frames.Count);
            (byte[] body, bool hasMore) = frames[index];
            body = [.. body];
            switch (random.Next(8))
            {
                case 0 when frames.Count > 1:
                    frames.RemoveAt(index);
                    continue;
                case 1:
                    frames.Insert(index, frames[random.Next(frames.Count)]);
                    continue;
                case 2:
                    hasMore = !hasMore;
                    break;
                case 3:
                    body = body[..random.Next(body.Length + 1)];
                    break;
                case 4:
                    Array.Resize(ref body, body.Length + random.Next(1, 9));
                    break;
                default:
                    if (body.Length > 0)
                    {
                        body[random.Next(body.Length)] = random.Next(4) == 0 ? (byte)random.Next(0x80, 0x100) : (byte)random.Next(256);
                    }

                    break;
            }

            frames[index] = (body, hasMore);
        }

        return frames;
    }
}
