namespace Pescador.Fast.Zmq.Tests.Wire;

public sealed class MessagePackReaderTests
{
    [Theory]
    [InlineData("00")]
    [InlineData("ff")]
    [InlineData("c0")]
    [InlineData("c2")]
    [InlineData("cc80")]
    [InlineData("cd8000")]
    [InlineData("ce80000000")]
    [InlineData("cf8000000000000000")]
    [InlineData("d0ff")]
    [InlineData("d3ffffffffffffffff")]
    [InlineData("ca00000000")]
    [InlineData("cb0000000000000000")]
    [InlineData("a3616263")]
    [InlineData("d903616263")]
    [InlineData("da0003616263")]
    [InlineData("db00000003616263")]
    [InlineData("c403616263")]
    [InlineData("c50003616263")]
    [InlineData("c600000003616263")]
    [InlineData("d40161")]
    [InlineData("d80100112233445566778899aabbccddeeff")]
    [InlineData("c7030161ffff")]
    [InlineData("c800030161ffff")]
    [InlineData("c9000000030161ffff")]
    [InlineData("93019201c081a16102")]
    [InlineData("dc00020102")]
    [InlineData("dd000000020102")]
    [InlineData("de0001a16190")]
    [InlineData("df00000001a16190")]
    public void Skip_EveryFormat_PassesExactlyOneValue(string hex)
    {
        byte[] value = Convert.FromHexString(hex);
        var reader = new MessagePackReader(value, "here");
        reader.Skip();
        reader.ExpectEnd();

        for (int length = 0; length < value.Length; length++)
        {
            Assert.Throws<ProtocolException>(() => new MessagePackReader(value.AsSpan(0, length), "here").Skip());
        }
    }

    [Theory]
    [InlineData("c1")]
    [InlineData("ddffffffff")]
    [InlineData("dfffffffff00")]
    [InlineData("dbffffffff")]
    [InlineData("c9ffffffff")]
    public void Skip_LengthsThatLie_AreRefused(string hex) =>
        Assert.Throws<ProtocolException>(() => new MessagePackReader(Convert.FromHexString(hex), "here").Skip());

    [Fact]
    public void Skip_DeepNesting_NeedsNoStack()
    {
        byte[] nested = new byte[1_000_000];
        Array.Fill(nested, (byte)0x91);
        nested[^1] = 0xc0;
        var reader = new MessagePackReader(nested, "here");
        reader.Skip();
        reader.ExpectEnd();
    }

    [Theory]
    [InlineData("7f", 127)]
    [InlineData("ccff", 255)]
    [InlineData("cd0100", 256)]
    [InlineData("ce00010000", 65536)]
    [InlineData("d07f", 127)]
    [InlineData("d10100", 256)]
    [InlineData("d200010000", 65536)]
    [InlineData("d30000000000010000", 65536)]
    public void ReadUnsigned_EveryWidth_GivesItsValue(string hex, ulong expected) =>
        Assert.Equal(expected, new MessagePackReader(Convert.FromHexString(hex), "here").ReadUnsigned());
}
