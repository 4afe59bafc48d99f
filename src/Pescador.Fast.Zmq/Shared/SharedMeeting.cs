using System.Net.Sockets;

namespace Pescador.Fast;

/// <summary>Where a producer and a consumer find each other: a unix socket at a path, bound by one of them. Whoever binds owns the path.</summary>
internal sealed class SharedMeeting : IDisposable
{
    private const int PeersThatWait = 8;

    private readonly ZmqEndpoint _endpoint;
    private readonly ZmqOptions _options;
    private readonly Socket? _listener;
    private readonly BoundPath? _owned;

    /// <exception cref="PlatformNotSupportedException">This is not Linux on 64 bits.</exception>
    /// <exception cref="ArgumentException">The path is empty, or too long for a socket.</exception>
    /// <exception cref="PescadorException">The path is in use, or cannot be bound.</exception>
    internal SharedMeeting(string path, bool isBinding, ZmqOptions options)
    {
        ThrowIfUnsupported();
        _endpoint = ZmqEndpoint.Parse($"shm://{path}");
        _options = options;
        if (isBinding)
        {
            (_listener, _owned) = BoundPath.Bind(_endpoint, SocketType.Seqpacket, PeersThatWait);
        }
    }

    /// <summary>Says what to use instead.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on 64 bits.</exception>
    internal static void ThrowIfUnsupported()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException("shm:// needs Linux and a process of 64 bits; use ipc:// here.");
        }
    }

    /// <summary>As the peer's side can parse it.</summary>
    internal string Endpoint => _endpoint.ToString();

    /// <summary>Waits for a peer that can be greeted.</summary>
    /// <param name="greet">Shakes hands; what it throws ends the connection.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ProtocolException">What was connected to speaks something else. On the side that binds such a peer is sent away.</exception>
    internal ControlSocket Meet(Action<ControlSocket> greet, CancellationToken cancellation)
    {
        TimeSpan delay = _options.ReconnectDelay;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ControlSocket? control = _listener is null ? Connect() : Accept(_listener);
            if (control is not null && TryGreet(control, greet))
            {
                return control;
            }

            if (_listener is null)
            {
                cancellation.WaitHandle.WaitOne(delay);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, _options.LongestReconnectDelay.Ticks));
            }
        }
    }

    /// <summary>Sends away who comes although a peer is there already.</summary>
    internal void TurnAway()
    {
        while (_listener is not null && _listener.Poll(0, SelectMode.SelectRead))
        {
            _listener.Accept().Dispose();
        }
    }

    public void Dispose()
    {
        _owned?.Dispose();
        _listener?.Dispose();
    }

    private bool TryGreet(ControlSocket control, Action<ControlSocket> greet)
    {
        try
        {
            greet(control);
            return true;
        }
        catch (Exception error) when (error is LinkLostException || (error is ProtocolException && _listener is not null))
        {
            control.Dispose();
            return false;
        }
        catch
        {
            control.Dispose();
            throw;
        }
    }

    private ControlSocket? Connect()
    {
        Socket socket = PathAddress.MakeSocket(SocketType.Seqpacket);
        try
        {
            socket.Blocking = false; // where too many wait already, connecting would wait, too, and nothing could end that
            LinuxCalls.Connect(socket, PathAddress.Of(_endpoint));
            return Check(socket);
        }
        catch (SocketException)
        {
            socket.Dispose(); // nobody is there yet, or has time
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ControlSocket? Accept(Socket listener)
    {
        if (!listener.Poll(TimeSpan.FromMilliseconds(SharedBell.TickInMilliseconds / 2), SelectMode.SelectRead))
        {
            return null;
        }

        Socket socket = listener.Accept();
        try
        {
            return Check(socket);
        }
        catch (ProtocolException)
        {
            socket.Dispose();
            return null;
        }
    }

    // Whoever may map the memory may write it: nobody but our own user.
    private ControlSocket Check(Socket socket)
    {
        (int process, uint user) = LinuxCalls.PeerOf(socket);
        uint ours = LinuxCalls.EffectiveUser();
        if (user != ours)
        {
            throw new ProtocolException($"{Endpoint}: the peer runs as user {user}; only user {ours} may share memory here.");
        }

        return new ControlSocket(socket, $"{Endpoint}, process {process}");
    }
}
