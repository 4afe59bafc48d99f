using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>The path of a bound unix socket; removed on dispose, if it still is the one that was bound.</summary>
internal sealed unsafe partial class UnixPath : IDisposable
{
    private const int TypeMask = 0xF000;
    private const int IsSocket = 0xC000;
    private const int CurrentFolder = -100;
    private const int LinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeAndNumber = 0x1 | 0x100;

    private readonly string _path;
    private readonly ulong _number;

    private UnixPath(string path)
    {
        _path = path;
        _number = Look(path).Number;
    }

    /// <summary>A socket that keeps packets apart.</summary>
    internal static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);

    /// <summary>The address of a path, or of an abstract name that begins with an @.</summary>
    internal static UnixDomainSocketEndPoint AddressOf(string path) => new(path[0] == '@' ? $"\0{path[1..]}" : path);

    /// <summary>Binds a path for this user alone; of an abstract name, which leaves nothing behind, there is no path. What a binder that is no more has left there is replaced.</summary>
    /// <exception cref="PescadorException">Somebody listens there, something else is there, or it cannot be bound.</exception>
    internal static (Socket Listener, UnixPath? Path) Bind(string path, int backlog)
    {
        Socket listener = NewSocket();
        try
        {
            try
            {
                listener.Bind(AddressOf(path));
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && path[0] != '@')
            {
                Clear(path);
                listener.Dispose();
                listener = NewSocket();
                listener.Bind(AddressOf(path));
            }

            if (path[0] == '@')
            {
                listener.Listen(backlog);
                return (listener, null);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite); // nobody can connect before Listen
            }

            listener.Listen(backlog);
            return (listener, new UnixPath(path));
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new PescadorException($"shm://{path} cannot be bound: {error.Message}", error);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Look(_path) is { IsSocket: true } now && now.Number == _number)
        {
            File.Delete(_path);
        }
    }

    private static void Clear(string path)
    {
        (bool isSocket, ulong number) = Look(path);
        if (!isSocket)
        {
            throw new PescadorException($"shm://{path} cannot be bound: there is something at that path that is no socket.");
        }

        if (IsAnswered(path))
        {
            throw new PescadorException($"shm://{path} is in use: somebody listens there.");
        }

        if (Look(path).Number == number)
        {
            File.Delete(path);
        }
    }

    private static bool IsAnswered(string path)
    {
        using Socket probe = NewSocket();
        try
        {
            probe.Connect(AddressOf(path));
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode != SocketError.ConnectionRefused; // of another kind: somebody else's
        }
    }

    private static (bool IsSocket, ulong Number) Look(string path)
    {
        byte* status = stackalloc byte[256];

        // Invariant: the kernel writes its struct statx, of 256 bytes: the mode at 28, the number at 32, on every architecture.
        return ReadStatus(CurrentFolder, path, LinkItself, TypeAndNumber, status) == 0
            ? ((*(ushort*)(status + 28) & TypeMask) == IsSocket, *(ulong*)(status + 32))
            : (false, 0);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(int folder, string path, int flags, uint wanted, byte* status);
}
