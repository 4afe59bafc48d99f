using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Shared;

[Collection(AloneTests.Name)] // files and mappings of the process are counted
public sealed class SharedMeetingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shm").FullName;

    private string PathOf => Path.Combine(_folder, "s");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Bind_LivePath_IsInUse()
    {
        using var outlet = new SharedOutlet(PathOf, true, ZmqOptions.Default);
        PescadorException error = Assert.Throws<PescadorException>(() => new SharedOutlet(PathOf, true, ZmqOptions.Default).Dispose());
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(PathOf));
    }

    [Fact]
    public void Bind_PathOfADeadBinder_IsReplaced()
    {
        string elsewhere = PathOf + "2";
        using (Socket dead = PathAddress.MakeSocket(SocketType.Seqpacket))
        {
            dead.Bind(new UnixDomainSocketEndPoint(PathOf));
            File.Move(PathOf, elsewhere); // closing removes the path that was bound
        }

        File.Move(elsewhere, PathOf);
        using var outlet = new SharedOutlet(PathOf, true, ZmqOptions.Default);
        Assert.Equal($"shm://{PathOf}", outlet.Endpoint);
    }

    [Fact]
    public void Bind_FileThatIsNoSocket_IsLeftAlone()
    {
        File.WriteAllText(PathOf, "precious");
        Assert.Throws<PescadorException>(() => new SharedOutlet(PathOf, true, ZmqOptions.Default).Dispose());
        Assert.Equal("precious", File.ReadAllText(PathOf));
    }

    [Fact]
    public void New_PathTooLong_Refused() =>
        Assert.Throws<ArgumentException>(() => new SharedOutlet(new string('a', 200), true, ZmqOptions.Default).Dispose());

    [Fact]
    public void Connect_ToAnotherProducer_FailsWithBothRoles()
    {
        using var bound = new SharedOutlet(PathOf, true, ZmqOptions.Default);
        using var other = new SharedOutlet(PathOf, false, ZmqOptions.Default);
        ProtocolException error = Assert.Throws<ProtocolException>(
            () => other.Send(Sample.Of(("X", new[] { 1f })), null, null, SharedPair.Limit));
        Assert.Contains("is a producer, too", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Connect_Strangers_DoNotDisturb()
    {
        using var doorbell = new SharedDoorbell();
        using var outlet = new SharedOutlet(PathOf, true, ZmqOptions.Default with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        using Socket silent = PathAddress.MakeSocket(SocketType.Seqpacket);
        silent.Connect(new UnixDomainSocketEndPoint(PathOf));
        using Socket babbling = PathAddress.MakeSocket(SocketType.Seqpacket);
        babbling.Connect(new UnixDomainSocketEndPoint(PathOf));
        babbling.Send([1, 2, 3, 4, 5, 6, 7, 8]);
        using Socket loud = PathAddress.MakeSocket(SocketType.Seqpacket);
        loud.Connect(new UnixDomainSocketEndPoint(PathOf));
        loud.Send(new byte[10_000]);
        using var inlet = new SharedInlet(PathOf, false, ZmqOptions.Default, doorbell);
        outlet.Send(Sample.Of(("X", new[] { 1f })), null, null, SharedPair.Limit);
        Arrival arrival = SharedPair.Take(inlet, doorbell);
        Assert.Equal(ArrivalKind.Sample, arrival.Kind);
        arrival.Sample.Dispose();
    }

    [Fact]
    public async Task Dispose_WhereTooManyWaitToConnect_Ends()
    {
        using Socket busy = PathAddress.MakeSocket(SocketType.Seqpacket);
        busy.Bind(new UnixDomainSocketEndPoint(PathOf));
        busy.Listen(0);
        using Socket first = PathAddress.MakeSocket(SocketType.Seqpacket);
        first.Connect(new UnixDomainSocketEndPoint(PathOf)); // the only one that may wait; another connect blocks
        var outlet = new SharedOutlet(PathOf, false, ZmqOptions.Default);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.Throws<OperationCanceledException>(() => outlet.Send(Sample.Of(("X", new[] { 1f })), null, null, stop.Token));

        await Task.Run(outlet.Dispose, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void OneDoorbell_ServesSeveralInlets()
    {
        using var doorbell = new SharedDoorbell();
        using var first = new SharedInlet(PathOf + "1", true, ZmqOptions.Default, doorbell);
        using var second = new SharedInlet(PathOf + "2", true, ZmqOptions.Default, doorbell);
        using var left = new SharedOutlet(PathOf + "1", false, ZmqOptions.Default);
        using var right = new SharedOutlet(PathOf + "2", false, ZmqOptions.Default);
        left.Send(Sample.Of(("X", new[] { 1f })), null, null, SharedPair.Limit);
        right.Send(Sample.Of(("X", new[] { 2f })), null, null, SharedPair.Limit);
        Arrival one = SharedPair.Take(first, doorbell);
        Arrival two = SharedPair.Take(second, doorbell);
        Assert.Equal(1f, one.Sample["X"].Item<float>());
        Assert.Equal(2f, two.Sample["X"].Item<float>());
        one.Sample.Dispose();
        two.Sample.Dispose();
        var counters = new List<ZmqWorkerCounters>();
        first.AddCounters(counters);
        Assert.Equal(1, Assert.Single(counters).Samples);
    }
}
