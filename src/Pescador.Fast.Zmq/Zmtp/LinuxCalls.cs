using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>What is asked of the kernel about sockets and their paths, where the runtime's classes do something else: binding a path with them
/// deletes it at the end, whosever it is by then, and connecting with them has no time-out.</summary>
internal static partial class LinuxCalls
{
    private const int UnixFamily = 1;             // AF_UNIX
    private const int Stream = 1;                 // SOCK_STREAM
    private const int Packets = 5;                // SOCK_SEQPACKET
    private const int ClosedInChildren = 0x80000; // SOCK_CLOEXEC
    private const int SocketLevel = 1;     // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NotFollowed = 0x100;  // AT_SYMLINK_NOFOLLOW
    private const uint TypeAndNumber = 0x1 | 0x100; // STATX_TYPE, STATX_INO
    private const ushort TypeMask = 0xF000;
    private const ushort IsSocket = 0xC000;

    /// <summary>The user this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    /// <summary>Makes a socket that is bound to a path, or an abstract name.</summary>
    /// <param name="address">Of either.</param>
    /// <param name="type">A stream, or packets.</param>
    /// <exception cref="SocketException">It cannot be.</exception>
    internal static Socket BindPath(UnixDomainSocketEndPoint address, SocketType type)
    {
        int kind = (type == SocketType.Seqpacket ? Packets : Stream) | ClosedInChildren;
        SafeSocketHandle handle = new(MakeSocket(UnixFamily, kind, 0), ownsHandle: true);
        try
        {
            Check(handle.IsInvalid ? -1 : 0);
            SocketAddress bytes = address.Serialize();
            Check(BindSocket(handle, bytes.Buffer.Span, bytes.Size));
            return new Socket(handle);
        }
        catch (SocketException)
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Connects a socket within its send time-out, or at once where it does not block.</summary>
    /// <exception cref="SocketException">It cannot be.</exception>
    internal static void Connect(Socket socket, EndPoint address)
    {
        SocketAddress bytes = address.Serialize();
        Check(ConnectSocket(socket.SafeHandle, bytes.Buffer.Span, bytes.Size));
    }

    /// <summary>Whose process is at the other end of an ipc or shm connection, when it was made.</summary>
    internal static (int Process, uint User) PeerOf(Socket socket)
    {
        Span<int> credentials = stackalloc int[3]; // struct ucred
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
        return (credentials[0], (uint)credentials[1]);
    }

    /// <summary>What there is at a path.</summary>
    /// <returns>Its number in its file system and whether it is a socket; null when there is nothing, or nothing can be seen.</returns>
    internal static (ulong Number, bool IsSocket)? Look(string path)
    {
        byte[] encoded = [.. Encoding.UTF8.GetBytes(path), 0];
        return ReadStatus(CurrentFolder, encoded, NotFollowed, TypeAndNumber, out Status status) == 0
            ? (status.Number, (status.Mode & TypeMask) == IsSocket)
            : null;
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new SocketException(ErrorOf(Marshal.GetLastPInvokeError()), Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    // Those that something is decided by, or said.
    private static int ErrorOf(int error) => (int)(error switch
    {
        98 => SocketError.AddressAlreadyInUse,
        111 => SocketError.ConnectionRefused,
        2 => SocketError.AddressNotAvailable, // no such file
        13 or 1 => SocketError.AccessDenied,
        11 or 110 or 115 => SocketError.TimedOut,
        99 => SocketError.AddressNotAvailable,
        101 => SocketError.NetworkUnreachable,
        113 => SocketError.HostUnreachable,
        4 => SocketError.Interrupted,
        _ => SocketError.SocketError,
    });

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int MakeSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int BindSocket(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectSocket(SafeHandle socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int ReadStatus(int folder, byte[] path, int flags, uint wanted, out Status status);

    // The kernel's struct statx, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Number;
    }
}
