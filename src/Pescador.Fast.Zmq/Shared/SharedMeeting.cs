using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Where a producer and a consumer find each other: a unix socket at a path, bound by one of them. Whoever binds owns the path.</summary>
internal sealed partial class SharedMeeting : IDisposable
{
    private const int SocketLevel = 1;
    private const int PeersCredentials = 17; // SO_PEERCRED
    private const int LongestPath = 107;
    private const int PeersThatWait = 8;

    private readonly string _path;
    private readonly ZmqOptions _options;
    private readonly Socket? _listener;
    private readonly UnixPath? _owned;

    /// <exception cref="PlatformNotSupportedException">This is not Linux on 64 bits.</exception>
    /// <exception cref="ArgumentException">The path is empty, or too long for a socket.</exception>
    /// <exception cref="PescadorException">The path is in use, or cannot be bound.</exception>
    internal SharedMeeting(string path, bool isBinding, ZmqOptions options)
    {
        ThrowIfUnsupported();
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new ArgumentException($"The path '{path}' has more than {LongestPath} bytes, which a socket's must not.", nameof(path));
        }

        _path = path;
        _options = options;
        if (isBinding)
        {
            (_listener, _owned) = UnixPath.Bind(path, PeersThatWait);
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
    internal string Endpoint => $"shm://{_path}";

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
        _listener?.Dispose();
        _owned?.Dispose();
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
        Socket socket = UnixPath.NewSocket();
        try
        {
            socket.Connect(UnixPath.AddressOf(_path));
            return Check(socket);
        }
        catch (SocketException)
        {
            socket.Dispose(); // nobody is there yet
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
        Span<int> credentials = stackalloc int[3]; // process, user, group
        int length = socket.GetRawSocketOption(SocketLevel, PeersCredentials, MemoryMarshal.AsBytes(credentials));
        uint ours = EffectiveUser();
        if (length != 12 || (uint)credentials[1] != ours)
        {
            throw new ProtocolException($"{Endpoint}: the peer runs as user {(uint)credentials[1]}; only user {ours} may share memory here.");
        }

        return new ControlSocket(socket, $"{Endpoint}, process {credentials[0]}");
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
