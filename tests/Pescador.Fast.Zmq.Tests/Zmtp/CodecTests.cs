using System.Text;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class CodecTests
{
    [Theory]
    [InlineData(0L, false, "0000")]
    [InlineData(255L, true, "01FF")]
    [InlineData(256L, false, "020000000000000100")]
    [InlineData(long.MaxValue, true, "037FFFFFFFFFFFFFFF")]
    public void FrameHead_WrittenAndRead_IsTheSame(long length, bool hasMore, string wire)
    {
        var head = new FrameHead(length, hasMore);
        Span<byte> bytes = stackalloc byte[FrameHead.MaxBytes];
        int written = head.Write(bytes);
        Assert.Equal(wire, Convert.ToHexString(bytes[..written]));
        Assert.Equal(written, head.SizeInBytes);
        Assert.True(FrameHead.TryRead(bytes[..written], "peer", out FrameHead read, out bool isCommand, out int size));
        Assert.Equal((head, false, written), (read, isCommand, size));
        for (int cut = 0; cut < written; cut++)
        {
            Assert.False(FrameHead.TryRead(bytes[..cut], "peer", out _, out _, out _));
        }
    }

    [Fact]
    public void FrameHead_ShortLengthInALongHead_IsRead()
    {
        Assert.True(FrameHead.TryRead(Convert.FromHexString("020000000000000005"), "peer", out FrameHead head, out _, out int size));
        Assert.Equal((5L, 9), (head.LengthInBytes, size));
    }

    [Theory]
    [InlineData("0800")]
    [InlineData("8000")]
    [InlineData("FF00")]
    [InlineData("0500")] // a command has no more
    [InlineData("0700")]
    [InlineData("028000000000000000")]
    [InlineData("02FFFFFFFFFFFFFFFF")]
    public void FrameHead_ReservedBits_AreRefused(string wire) =>
        Assert.Throws<ProtocolException>(() => FrameHead.TryRead(Convert.FromHexString(wire), "peer", out _, out _, out _));

    [Fact]
    public void Greeting_Ours_IsReadAs31()
    {
        byte[] bytes = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(bytes);
        Assert.True(ZmtpGreeting.Read(bytes, "peer").HasHeartbeats);
        bytes[11] = 0;
        Assert.False(ZmtpGreeting.Read(bytes, "peer").HasHeartbeats);
        bytes[10] = 4;
        Assert.True(ZmtpGreeting.Read(bytes, "peer").HasHeartbeats);
        bytes.AsSpan(1, 8).Fill(0xee); // padding, which libzmq fills
        bytes.AsSpan(33).Fill(0xee);
        Assert.True(ZmtpGreeting.Read(bytes, "peer").HasHeartbeats);
    }

    [Theory]
    [InlineData(0, 0xfe, "does not speak ZMTP")]
    [InlineData(0, (byte)'G', "does not speak ZMTP")]
    [InlineData(9, 0x7e, "does not speak ZMTP")]
    [InlineData(10, 0, "ZMTP 0")]
    [InlineData(10, 2, "ZMTP 2; 3.0 is the oldest")]
    [InlineData(12, (byte)'X', "'XULL'; only NULL")]
    [InlineData(16, (byte)'X', "'NULLX'; only NULL")]
    [InlineData(31, (byte)'X', "only NULL")]
    [InlineData(12, 0, "mechanism ''")]
    public void Greeting_Malformed_IsRefused(int position, byte value, string why)
    {
        byte[] bytes = new byte[ZmtpGreeting.SizeInBytes];
        ZmtpGreeting.Write(bytes);
        bytes[position] = value;
        ProtocolException error = Assert.Throws<ProtocolException>(() => ZmtpGreeting.Read(bytes, "the peer"));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("the peer ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ready_Ours_IsReadAndMeetsItsKind()
    {
        foreach ((ZmtpSocketType ours, ZmtpSocketType theirs, bool meet) in ((ZmtpSocketType, ZmtpSocketType, bool)[])
            [
                (ZmtpSocketType.Pair, ZmtpSocketType.Pair, true), (ZmtpSocketType.Push, ZmtpSocketType.Pull, true),
                (ZmtpSocketType.Pull, ZmtpSocketType.Push, true), (ZmtpSocketType.Pull, ZmtpSocketType.Pull, false),
                (ZmtpSocketType.Pair, ZmtpSocketType.Push, false), (ZmtpSocketType.Push, ZmtpSocketType.Pair, false),
            ])
        {
            byte[] wire = ZmtpReady.Make(theirs, "0123456789abcdef");
            Assert.True(FrameHead.TryRead(wire, "peer", out FrameHead head, out bool isCommand, out int size));
            Assert.True(isCommand);
            Assert.Equal(wire.Length - size, head.LengthInBytes);
            ZmtpCommand command = ZmtpCommand.Read(wire.AsSpan(size), "peer");
            Assert.Equal(ZmtpCommandKind.Ready, command.Kind);
            ZmtpReady ready = ZmtpReady.Read(command.Data, "peer");
            Assert.Equal("0123456789abcdef", ready.Identity);
            Exception? error = Record.Exception(() => ready.CheckMeets(ours, "peer"));
            Assert.Equal(meet, error is null);
        }
    }

    [Fact]
    public void Ready_UnknownPropertiesAndOtherCase_AreTaken()
    {
        byte[] data = [.. Property("X-Other", 1000), 11, .. "socket-TYPE"u8, 0, 0, 0, 4, .. "PAIR"u8, .. Property("Empty", 0)];
        Assert.Equal(new ZmtpReady("PAIR", ""), ZmtpReady.Read(data, "peer"));
    }

    [Fact]
    public void Ready_CutAnywhere_IsRefusedOrLacksItsType()
    {
        byte[] wire = ZmtpReady.Make(ZmtpSocketType.Pair, "identity");
        byte[] data = wire[8..];
        for (int cut = 0; cut < data.Length; cut++)
        {
            Exception? error = Record.Exception(() => ZmtpReady.Read(data.AsSpan(0, cut), "peer").CheckMeets(ZmtpSocketType.Pair, "peer"));
            Assert.True(error is ProtocolException || cut == 5 + 11 + 4, $"at {cut}: {error}");
        }
    }

    [Theory]
    [InlineData("00")]              // a property without a name
    [InlineData("0141FFFFFFFF")]    // a value beyond the end
    [InlineData("01418000000000")]  // of negative length, were it signed
    public void Ready_MalformedProperty_IsRefused(string wire) =>
        Assert.Throws<ProtocolException>(() => ZmtpReady.Read(Convert.FromHexString(wire), "peer"));

    [Fact]
    public void Ready_LongIdentity_IsRefused()
    {
        Assert.Equal(510, ZmtpReady.Read(Property("Identity", 255), "peer").Identity.Length); // zeros, in hexadecimal
        Assert.Throws<ProtocolException>(() => ZmtpReady.Read(Property("Identity", 256), "peer"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("05")]
    [InlineData("0550494E")]
    public void Command_NameBeyondItsEnd_IsRefused(string wire) =>
        Assert.Throws<ProtocolException>(() => ZmtpCommand.Read(Convert.FromHexString(wire), "peer"));

    [Fact]
    public void Ping_ContextsOfAllLengths_AreRepeatedByPong()
    {
        Span<byte> wire = stackalloc byte[ZmtpCommand.MaxHeartbeatBytes];
        for (int length = 0; length <= 16; length++)
        {
            byte[] context = PeerEnd.Pattern(length, length);
            byte[] ping = [4, .. "PING"u8, 0x01, 0x02, .. context];
            Assert.Equal(TimeSpan.FromMilliseconds(25_800), ZmtpCommand.Read(ping, "peer").ReadPing("peer", out ReadOnlySpan<byte> read));
            int size = ZmtpCommand.WritePong(wire, read);
            Assert.Equal([4, (byte)(5 + length), 4, .. "PONG"u8, .. context], wire[..size].ToArray());
        }

        Assert.Throws<ProtocolException>(() => ZmtpCommand.Read([4, .. "PING"u8, 1], "peer").ReadPing("peer", out _));
        Assert.Throws<ProtocolException>(() => ZmtpCommand.Read([4, .. "PING"u8, .. new byte[19]], "peer").ReadPing("peer", out _));
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(10, 100)]
    [InlineData(100_000, 65_535)]
    public void Ping_Promise_IsWrittenInTenths(double seconds, int tenths)
    {
        Span<byte> wire = stackalloc byte[ZmtpCommand.MaxHeartbeatBytes];
        int size = ZmtpCommand.WritePing(wire, TimeSpan.FromSeconds(seconds));
        Assert.Equal([4, 7, 4, .. "PING"u8, (byte)(tenths >> 8), (byte)tenths], wire[..size].ToArray());
    }

    [Fact]
    public void Error_Reason_IsReadBackAndCutTo255()
    {
        foreach (int length in (int[])[0, 10, 255, 400])
        {
            byte[] wire = ZmtpCommand.MakeError(new string('x', length));
            Assert.True(FrameHead.TryRead(wire, "peer", out FrameHead head, out _, out int size));
            Assert.Equal(wire.Length - size, head.LengthInBytes);
            Assert.Equal(new string('x', Math.Min(length, 255)), ZmtpCommand.Read(wire.AsSpan(size), "peer").ReadReason("peer"));
        }

        Assert.Throws<ProtocolException>(() => ZmtpCommand.Read([5, .. "ERROR"u8], "peer").ReadReason("peer"));
        Assert.Throws<ProtocolException>(() => ZmtpCommand.Read([5, .. "ERROR"u8, 2, 65], "peer").ReadReason("peer"));
    }

    private static byte[] Property(string name, int length) =>
        [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0, (byte)(length >> 8), (byte)length, .. new byte[length]];
}
