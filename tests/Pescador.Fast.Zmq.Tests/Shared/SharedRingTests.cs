namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed unsafe class SharedRingTests : IDisposable
{
    private readonly SharedSegment _memory = SharedSegment.Create(SharedRing.LengthInBytes);
    private readonly SharedRing _producer;
    private readonly SharedRing _consumer;

    public SharedRingTests()
    {
        _producer = new SharedRing(_memory, isProducer: true, "producer");
        _consumer = new SharedRing(_memory, isProducer: false, "consumer");
    }

    public void Dispose() => _memory.Dispose();

    // Invariant: offsets within the ring, as SharedRing draws them.
    private void Poke(int at, uint value) => Volatile.Write(ref *(uint*)(_memory.Address + at), value);

    [Fact]
    public void Announce_ManyTimesAround_KeepsOrder()
    {
        for (int i = 0; i < 5000; i++)
        {
            _producer.Announce(AnnouncementKind.Sample, i, i + 1, 2);
            Assert.Equal(1, _producer.Untaken);
            Assert.True(_consumer.TryPeek(out Announcement entry));
            Assert.Equal((i, i + 1, 2, (ulong)i), (entry.Slot, entry.Form, entry.Messages, entry.Sequence));
            _consumer.Take();
            _consumer.Release(i);
            Assert.True(_producer.TryReap(out int slot));
            Assert.Equal(i, slot);
        }

        Assert.False(_consumer.TryPeek(out _));
        Assert.False(_producer.TryReap(out _));
    }

    [Theory]
    [InlineData(SharedRing.Announcements + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void TryPeek_ForgedCursor_Refused(int announced)
    {
        Poke(64, (uint)announced);
        Assert.Throws<ProtocolException>(() => _consumer.TryPeek(out _));
    }

    [Fact]
    public void TryPeek_WrongSequence_Refused()
    {
        _producer.Announce(AnnouncementKind.Sample, 0, 0, 0);
        Poke(512, 7);
        Assert.Throws<ProtocolException>(() => _consumer.TryPeek(out _));
    }

    [Fact]
    public void TryReap_ForgedCursors_Refused()
    {
        Poke(192, SharedRing.Slots + 1);
        Assert.Throws<ProtocolException>(() => _producer.TryReap(out _));
        Poke(128, 1);
        Assert.Throws<ProtocolException>(() => _producer.Untaken);
    }

    [Fact]
    public void New_OverOtherMemory_Refused()
    {
        Poke(0, 1);
        Assert.Throws<ProtocolException>(() => new SharedRing(_memory, isProducer: false, "peer"));
        using SharedSegment small = SharedSegment.Create(4096);
        Assert.Throws<ProtocolException>(() => new SharedRing(small, isProducer: false, "peer"));
    }
}
