using System.Net;
using System.Net.Sockets;

namespace Pescador.Fast.Zmq.Tests.Workers;

/// <summary>Stands between workers and this process, passes on what they say, and cuts a connection when it is told to.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = []; // in pairs
    private readonly List<Thread> _threads = [];
    private readonly int _target;

    internal CuttingProxy(string endpoint)
    {
        _target = int.Parse(endpoint.AsSpan(endpoint.LastIndexOf(':') + 1), System.Globalization.CultureInfo.InvariantCulture);
        _listener.Start();
        Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        Start(Accept);
    }

    internal string Endpoint { get; }

    /// <summary>Cuts every connection there is, in the middle of whatever is said.</summary>
    internal void Cut()
    {
        lock (_gate)
        {
            foreach (Socket socket in _sockets)
            {
                socket.LingerState = new LingerOption(true, 0); // at once, with what is on its way lost
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
        Thread[] threads;
        lock (_gate)
        {
            threads = [.. _threads];
        }

        Assert.All(threads, static thread => Assert.True(thread.Join(TimeSpan.FromSeconds(30))));
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket from = _listener.AcceptSocket();
                var to = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                to.Connect(IPAddress.Loopback, _target);
                lock (_gate)
                {
                    _sockets.AddRange([from, to]);
                }

                Start(() => Pass(from, to));
                Start(() => Pass(to, from));
            }
        }
        catch (SocketException)
        {
            // The listener, or what it leads to, is gone.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private static void Pass(Socket from, Socket to)
    {
        var bytes = new byte[64 << 10];
        try
        {
            int read;
            while ((read = from.Receive(bytes)) > 0)
            {
                to.Send(bytes.AsSpan(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private void Start(ThreadStart work)
    {
        var thread = new Thread(work) { IsBackground = true };
        lock (_gate)
        {
            _threads.RemoveAll(static each => !each.IsAlive);
            _threads.Add(thread);
        }

        thread.Start();
    }
}
