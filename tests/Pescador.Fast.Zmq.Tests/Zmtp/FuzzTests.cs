namespace Pescador.Fast.Zmq.Tests.Zmtp;

/// <summary>Whatever a peer sends ends in one of two errors, and takes no more memory than it may.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 60_000; // for each of four kinds
    private const long MaxAllocatedBytes = 256 << 10; // 64 KiB to read ahead, a command's body, a connection, an exception and its stack

    private static readonly ZmqOptions Options = new() { Limits = new ZmqLimits { MaxCommandBytes = 4096, MaxSampleBytes = 1 << 20 } };

    [Theory]
    [InlineData("random", 1)]
    [InlineData("mutated", 2)]
    [InlineData("truncated", 3)]
    [InlineData("spliced", 4)]
    public void ShakeHandsAndRead_Fuzzed_EndsInProtocolOrLinkError(string kind, int seed)
    {
        var random = new Random(seed);
        byte[][] good = [.. Enumerable.Range(0, 32).Select(MakeConversation)];
        byte[] input = new byte[8192];
        byte[] body = new byte[4096];
        int read = 0;
        for (int index = 0; index < Inputs; index++)
        {
            int length = Make(kind, good, input, random);
            var socket = new MemorySocket();
            int piece = random.Next(1, 400);
            socket.Load(input, length, () => piece);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? error = null;
            try
            {
                Converse(socket, body, ref read);
            }
            catch (Exception thrown)
            {
                error = thrown;
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(error is ProtocolException or LinkLostException, $"input {index}: {error}");
            Assert.True(allocated <= MaxAllocatedBytes, $"input {index} took {allocated} bytes.");
        }

        // The inputs reach the frames, or they would prove nothing of them.
        Assert.True(kind == "random" || read > Inputs / 10, $"{read} frames were read.");
    }

    private static void Converse(MemorySocket socket, byte[] body, ref int frames)
    {
        ZmtpConnection connection = ZmtpConnection.ShakeHands(socket, ZmtpSocketType.Pull, "0123", Options);
        while (true)
        {
            FrameHead head = connection.ReadHead();
            frames++;
            for (long left = head.LengthInBytes; left > 0;)
            {
                int now = (int)Math.Min(left, body.Length);
                connection.Read(body.AsSpan(0, now));
                left -= now;
            }
        }
    }

    private static int Make(string kind, byte[][] good, byte[] input, Random random)
    {
        byte[] one = good[random.Next(good.Length)];
        one.CopyTo(input, 0);
        int length = one.Length;
        switch (kind)
        {
            case "random":
                length = random.Next(0, 400);
                random.NextBytes(input.AsSpan(random.Next(2) == 0 ? 0 : ZmtpGreeting.SizeInBytes, length));
                break;
            case "mutated":
                for (int change = random.Next(1, 5); change > 0; change--)
                {
                    // mostly behind the greeting, of which any change is the end
                    int position = random.Next(random.Next(10) == 0 ? 0 : ZmtpGreeting.SizeInBytes, length);
                    input[position] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(input[position] ^ (1 << random.Next(8)));
                }

                break;
            case "truncated":
                length = random.Next(0, length);
                break;
            default:
                byte[] other = good[random.Next(good.Length)];
                int at = random.Next(ZmtpGreeting.SizeInBytes, length);
                int from = random.Next(0, other.Length);
                int count = Math.Min(other.Length - from, input.Length - at);
                other.AsSpan(from, count).CopyTo(input.AsSpan(at));
                length = at + count;
                break;
        }

        return length;
    }

    // A greeting, READY, and messages with commands between them.
    private static byte[] MakeConversation(int seed)
    {
        var random = new Random(seed);
        byte[] greeting = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(greeting);
        List<byte> bytes = [.. greeting, .. ZmtpReady.Make(ZmtpSocketType.Push, "peer")];
        byte[] head = new byte[FrameHead.MaxBytes];
        for (int frame = 0; frame < 6; frame++)
        {
            int length = random.Next(3) switch { 0 => random.Next(0, 20), 1 => random.Next(200, 300), _ => random.Next(0, 1000) };
            int size = new FrameHead(length, frame % 3 < 2).Write(head);
            bytes.AddRange([.. head[..size], .. PeerEnd.Pattern(length, seed)]);
            if (random.Next(2) == 0)
            {
                bytes.AddRange([4, 9, 4, .. "PING"u8, 0, (byte)random.Next(256), 1, 2]);
            }
        }

        return [.. bytes];
    }
}
