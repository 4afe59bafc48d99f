using System.Buffers.Binary;
using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Shared;

/// <summary>Peers that shake hands well, and then say what cannot be.</summary>
[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class HostilePeerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shm").FullName;
    private readonly SharedSegment _memory = SharedSegment.Create(SharedRing.LengthInBytes);

    private string PathOf => Path.Combine(_folder, "s");

    public void Dispose()
    {
        _memory.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ControlSocket Connect()
    {
        Socket socket = PathAddress.MakeSocket(SocketType.Seqpacket);
        socket.Connect(new UnixDomainSocketEndPoint(PathOf));
        return new ControlSocket(socket, "test");
    }

    private PescadorException FailureAfter(Action<ControlSocket, SharedRing> attack)
    {
        using var doorbell = new SharedDoorbell();
        using var inlet = new SharedInlet(PathOf, true, ZmqOptions.Default with { Limits = ZmqLimits.Default with { MaxStateBytes = 4096 } }, doorbell);
        using ControlSocket control = Connect();
        var ring = new SharedRing(_memory, isProducer: true, "test");
        var greeting = new SharedGreeting(true, doorbell.Waking, 4, _memory.LengthInBytes);
        (_, SharedSegment bell) = greeting.Exchange(control, _memory.File, ZmqOptions.Default, SharedPair.Limit);
        bell.Dispose();
        attack(control, ring);
        Arrival arrival = SharedPair.Take(inlet, doorbell);
        Assert.Equal(ArrivalKind.Failure, arrival.Kind);
        Assert.False(inlet.TryTake(out _));
        Assert.NotNull(arrival.Failure);
        return arrival.Failure;
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(1, -1, 0, 0)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 0, 0, 65)]
    [InlineData(1, 0, 0, -1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(3, 0, 0, 0)]
    [InlineData(4, 0, 0, 0)]
    [InlineData(-1, 0, 0, 0)]
    public void Inlet_AnnouncementOfWhatIsNot_Fails(int kind, int slot, int form, int messages) =>
        Assert.IsType<ProtocolException>(FailureAfter((_, ring) => ring.Announce((AnnouncementKind)kind, slot, form, messages)));

    [Fact]
    public void Inlet_StatePastTheLimit_Fails() => Assert.IsType<ProtocolException>(FailureAfter((control, ring) =>
    {
        control.Send(ControlKind.Checkpoint, new byte[5000], null, SharedPair.Limit);
        ring.Announce(AnnouncementKind.Sample, 0, 0, 1);
    }));

    [Theory]
    [InlineData(ControlKind.Wake + 1)]
    [InlineData(ControlKind.None)]
    [InlineData(ControlKind.Hello)]
    [InlineData(ControlKind.Failure)]
    public void Inlet_MessageThatDoesNotBelong_Fails(object kind) => Assert.IsType<ProtocolException>(FailureAfter((control, ring) =>
    {
        control.Send((ControlKind)kind, [1, 2, 3], null, SharedPair.Limit);
        ring.Announce(AnnouncementKind.Sample, 0, 0, 1);
    }));

    [Fact]
    public void Inlet_BodyInAFileThatIsNone_Fails() => Assert.IsType<ProtocolException>(FailureAfter((control, ring) =>
    {
        Span<byte> packet = [(byte)ControlKind.Form | 0x80, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(packet[1..], 100);
        Assert.True(UnixPackets.TrySend(control.Handle, packet, null));
        ring.Announce(AnnouncementKind.Sample, 0, 0, 1);
    }));

    [Fact]
    public void Inlet_ProducerVanishes_FailsWithTheLoss() =>
        Assert.IsType<LinkLostException>(FailureAfter((control, _) => control.Dispose()));

    [Fact]
    public void Inlet_RandomPackets_OnlyProtocolErrors()
    {
        var random = new Random(7);
        for (int i = 0; i < 50; i++)
        {
            FailureAfter((control, ring) =>
            {
                byte[] packet = new byte[random.Next(1, 300)];
                random.NextBytes(packet);
                packet[0] = (byte)(random.Next(12) | (random.Next(4) == 0 ? 0x80 : 0));
                Assert.True(UnixPackets.TrySend(control.Handle, packet, random.Next(3) == 0 ? _memory.File : null));
                ring.Announce(AnnouncementKind.Sample, random.Next(2), random.Next(2), 1);
            });
        }

        Assert.Equal(1, MemoryFiles.Open);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Outlet_SlotThatIsNotOut_EndsTheLink(int slot)
    {
        using var outlet = new SharedOutlet(PathOf, true, ZmqOptions.Default);
        using ControlSocket control = Connect();
        var greeting = new SharedGreeting(false, SharedBell.BestWaking, 4, _memory.LengthInBytes);
        (_, SharedSegment rings) = greeting.Exchange(control, _memory.File, ZmqOptions.Default, SharedPair.Limit);
        var ring = new SharedRing(rings, isProducer: false, "test");
        ring.Release(slot);
        Assert.Throws<ProtocolException>(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                outlet.Send(Sample.Of(("X", new[] { 1f })), null, null, SharedPair.Limit);
            }
        });
        rings.Dispose();
    }

    [Fact]
    public void Greeting_OfAnotherVersionRoleOrSize_Refused()
    {
        var ours = new SharedGreeting(false, SharedWaking.Futex, 4, 4096);
        byte[] good = Written(1, true, 0, 4, 4096);
        Assert.Equal(4, ours.Read(new ControlMessage(ControlKind.Hello, good, null), "test").Depth);
        byte[][] bad =
        [
            Written(2, true, 0, 4, 4096), Written(1, false, 0, 4, 4096), Written(1, true, 1, 4, 4096), Written(1, true, 0, -1, 4096),
            Written(1, true, 0, 1024, 4096), Written(1, true, 0, 4, 0), Written(1, true, 0, 4, 1 << 30), [], good[..9], [.. good, 0],
        ];
        foreach (byte[] body in bad)
        {
            Assert.Throws<ProtocolException>(() => ours.Read(new ControlMessage(ControlKind.Hello, body, null), "test"));
        }

        static byte[] Written(int version, bool isProducer, byte waking, int depth, long length)
        {
            var writer = new StateWriter();
            writer.Write(version);
            writer.Write(isProducer);
            writer.Write(waking);
            writer.Write(depth);
            writer.Write(length);
            return writer.Written.ToArray();
        }
    }
}
