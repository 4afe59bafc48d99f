using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Zmtp;

public sealed class BindingTests
{
    [Fact]
    public void Bind_PathOfADeadBinder_IsReplacedAndDeletedAtTheEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        if (OperatingSystem.IsWindows())
        {
            return; // never, as was just checked; for the analyzer
        }

        string endpoint = PeerEnd.Free("ipc");
        string path = ZmqEndpoint.Parse(endpoint).Address;
        using (Socket dead = LinuxCalls.BindPath(new UnixDomainSocketEndPoint(path), SocketType.Stream))
        {
            dead.Listen();
        }

        Assert.True(File.Exists(path));
        using (var ours = new PeerEnd(endpoint, isBinding: true, ZmtpSocketType.Pair))
        {
            Assert.Equal(endpoint, ours.Endpoint);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("ipc")]
    [InlineData("abstract")]
    [InlineData("tcp")]
    public void Bind_EndpointInUse_IsRefusedAndTheOtherStays(string scheme)
    {
        using var first = new PeerEnd(PeerEnd.Free(scheme), isBinding: true, ZmtpSocketType.Pair, PeerEnd.Quick);
        PescadorException error = Assert.Throws<PescadorException>(() => new PeerEnd(first.Endpoint, isBinding: true, ZmtpSocketType.Pair));
        Assert.Contains($"'{first.Endpoint}' cannot be bound: it is in use", error.Message, StringComparison.Ordinal);
        using var peer = new PeerEnd(first.Endpoint, isBinding: false, ZmtpSocketType.Pair, PeerEnd.Quick);
        peer.Handler.TakeConnection();
    }

    [Fact]
    public void Bind_PathOfAFile_IsRefusedAndTheFileStays()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "precious");
        PescadorException error =
            Assert.Throws<PescadorException>(() => new PeerEnd($"ipc://{path}", isBinding: true, ZmtpSocketType.Pair));
        Assert.Contains("something else than a socket", error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Dispose_PathIsAnothersByNow_IsLeftAlone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");
        string endpoint = PeerEnd.Free("ipc");
        string path = ZmqEndpoint.Parse(endpoint).Address;
        using var first = new PeerEnd(endpoint, isBinding: true, ZmtpSocketType.Pair);
        File.Move(path, path + "~"); // still there, so that its number is not given away
        using var second = new PeerEnd(endpoint, isBinding: true, ZmtpSocketType.Pair);
        first.Dispose();
        Assert.True(File.Exists(path));
        File.Delete(path + "~");
    }

    [Fact]
    public void Bind_NoSuchFolder_SaysSo()
    {
        PescadorException error =
            Assert.Throws<PescadorException>(() => new PeerEnd("ipc:///no/such/folder/socket", isBinding: true, ZmtpSocketType.Pair));
        Assert.Contains("'ipc:///no/such/folder/socket' cannot be bound", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_RangeOfPorts_FindsTheFreeOneAndTellsIt()
    {
        (Socket[] taken, int first) = TakePorts(4);
        int free = ((IPEndPoint)taken[2].LocalEndPoint!).Port; // bound
        taken[2].Dispose();
        string? told = null;
        ZmqOptions options = ZmqOptions.Default with { Bound = endpoint => told = endpoint };
        using (var ours = new PeerEnd($"tcp://127.0.0.1:{first}-{first + 3}", isBinding: true, ZmtpSocketType.Pull, options))
        {
            Assert.Equal($"tcp://127.0.0.1:{free}", ours.Endpoint);
            Assert.Equal(ours.Endpoint, told);
        }

        Array.ForEach(taken, socket => socket.Dispose());
    }

    [Theory]
    [InlineData(100, 4)]
    [InlineData(2, 2)]
    public void Bind_AllPortsTaken_NamesTheRangeAndTheTries(int maxTries, int tries)
    {
        (Socket[] taken, int first) = TakePorts(4);
        string endpoint = $"tcp://127.0.0.1:{first}-{first + 3}";
        PescadorException error = Assert.Throws<PescadorException>(
            () => new PeerEnd(endpoint, isBinding: true, ZmtpSocketType.Pull, ZmqOptions.Default with { MaxTries = maxTries }));
        Assert.Contains(endpoint, error.Message, StringComparison.Ordinal);
        Assert.Contains($"of its 4 ports {tries} were tried", error.Message, StringComparison.Ordinal);
        Array.ForEach(taken, socket => socket.Dispose());
    }

    [Theory]
    [InlineData("tcp://*:0", true)]
    [InlineData("tcp://0.0.0.0:0", true)]
    [InlineData("tcp://[::]:0", true)]
    [InlineData("tcp://192.0.2.1:5555", false)]
    public void Reach_BeyondThisHost_MustBeAllowed(string endpoint, bool isBinding)
    {
        PescadorException error = Assert.Throws<PescadorException>(() => new PeerEnd(endpoint, isBinding, ZmtpSocketType.Pull));
        Assert.Contains("ZmqOptions.AllowPlaintext", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_AllInterfacesWhereAllowed_IsReached()
    {
        using var ours = new PeerEnd("tcp://*:0", isBinding: true, ZmtpSocketType.Pull, PeerEnd.Quick with { AllowPlaintext = true });
        string port = ours.Endpoint[(ours.Endpoint.LastIndexOf(':') + 1)..];
        using var peer = new PeerEnd($"tcp://localhost:{port}", isBinding: false, ZmtpSocketType.Push, PeerEnd.Quick);
        PeerEnd.Send(peer.Handler.TakeConnection(), [5]);
        Assert.Equal([5], ours.Handler.TakeMessage()[0]);
    }

    [Fact]
    public void CheckUser_AnotherUser_IsRefused()
    {
        ZmqEndpoint endpoint = ZmqEndpoint.Parse("ipc://@name");
        PeerSocket.CheckUser(1000, 1000, endpoint);
        PescadorException error = Assert.Throws<PescadorException>(() => PeerSocket.CheckUser(0, 1000, endpoint));
        Assert.Contains("belongs to the user with the number 0, this process to 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_EndpointsOfOtherKinds_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PeerEnd("inproc://name", isBinding: true, ZmtpSocketType.Pull));
        Assert.Throws<ArgumentException>(() => new PeerEnd("tcp://127.0.0.1:0", isBinding: false, ZmtpSocketType.Pull));
    }

    // Neighbouring ports, all bound.
    private static (Socket[] Sockets, int First) TakePorts(int count)
    {
        for (int tries = 0; tries < 1000; tries++)
        {
            List<Socket> sockets = [Take(0)!]; // any port can be taken
            int first = ((IPEndPoint)sockets[0].LocalEndPoint!).Port; // bound
            while (sockets.Count < count && first + sockets.Count <= IPEndPoint.MaxPort && Take(first + sockets.Count) is { } next)
            {
                sockets.Add(next);
            }

            if (sockets.Count == count)
            {
                return ([.. sockets], first);
            }

            sockets.ForEach(socket => socket.Dispose());
        }

        throw new InvalidOperationException($"No {count} neighbouring ports are free.");
    }

    private static Socket? Take(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
