namespace Pescador.Fast.Zmq.Tests.Zmtp;

[Collection(AloneTests.Name)] // one counts what it allocates, which a collection that others cause makes inexact
public sealed class ReadAheadTests
{
    [Theory]
    [InlineData(100, 16 << 10)]
    [InlineData(100, 2 << 20)]
    [InlineData(9, 4096)]
    public void Read_EqualMessagesThatAreAllThere_TakesOneCallAMessageAndCopiesNoPayload(int headerBytes, int payloadBytes)
    {
        const int Count = 50;
        using var connection = new Conversation(Enumerable.Repeat((int[])[headerBytes, payloadBytes], Count));
        connection.Read(2); // the first message teaches, the second is read as was learned
        int calls = connection.Socket.Calls;
        long behind = connection.Socket.BytesBehind;
        connection.Read(Count - 2);
        Assert.InRange(connection.Socket.Calls - calls, 1, Count - 2);

        int between = 2 + headerBytes + FrameHead.MaxBytes;
        Assert.InRange(connection.Socket.BytesBehind - behind, 0, (Count - 2) * between);
    }

    [Fact]
    public void Read_SeveralLargeFramesAMessage_TakesOneCallAFrame()
    {
        const int Count = 50;
        using var connection = new Conversation(Enumerable.Repeat((int[])[50, 10_000, 8_000, 3, 20_000], Count));
        connection.Read(3);
        int calls = connection.Socket.Calls;
        connection.Read(Count - 3);
        Assert.InRange(connection.Socket.Calls - calls, 1, 3 * (Count - 3));
    }

    [Fact]
    public void Read_TinyMessages_AreReadByTheBufferful()
    {
        const int Count = 5000;
        using var connection = new Conversation(Enumerable.Repeat((int[])[20, 64], Count));
        connection.Read(Count);
        Assert.InRange(connection.Socket.Calls, 1, (Count * 88 / ReadAhead.CapacityInBytes) + 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_ChangingMessagesInOddPieces_AreWhatWasSent(int seed)
    {
        var random = new Random(seed);
        int[][] messages = [.. Enumerable.Range(0, 400).Select(_ => (int[])
            [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => random.Next(4) == 0 ? random.Next(100_000) : random.Next(300))])];
        using var connection = new Conversation(messages, () => random.Next(1, 70_000));
        connection.Read(messages.Length); // compares
    }

    [Fact]
    public void Read_Steadily_AllocatesNothing()
    {
        using var connection = new Conversation(Enumerable.Repeat((int[])[100, 5000, 20], 1000));
        connection.Read(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        connection.Read(800);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
