using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>A bell without futexes, on the side that waits: woken by messages on control sockets, and by threads of its own process.</summary>
internal sealed unsafe partial class PollBell : SharedBell, IDisposable
{
    private const int ClosedInChildrenAtOnce = 0x80000 | 0x800; // EFD_CLOEXEC | EFD_NONBLOCK

    private readonly SafeFileHandle _own = CreateEvent(0, ClosedInChildrenAtOnce);
    private ControlSocket[] _sockets = [];
    private UnixPackets.Polled[] _polled = new UnixPackets.Polled[1];

    internal PollBell(nint words, bool isSpinning = true)
        : base(words, isSpinning)
    {
    }

    /// <summary>Told when wakes came over a socket, on the thread that waits.</summary>
    internal Action? Woken { get; set; }

    /// <summary>Listens to a socket, too. Together with <see cref="Remove"/> and <see cref="SharedBell.Wait"/> on one thread at a time.</summary>
    internal void Add(ControlSocket socket)
    {
        _sockets = [.. _sockets, socket];
        _polled = new UnixPackets.Polled[_sockets.Length + 1];
    }

    internal void Remove(ControlSocket socket)
    {
        _sockets = Array.FindAll(_sockets, other => other != socket);
        _polled = new UnixPackets.Polled[_sockets.Length + 1];
    }

    public void Dispose() => _own.Dispose();

    private protected override bool Block(uint rung)
    {
        _polled[0].File = (int)_own.DangerousGetHandle();
        for (int i = 0; i < _sockets.Length; i++)
        {
            _polled[i + 1].File = _sockets[i].Handle.IsClosed ? -1 : (int)_sockets[i].Handle.DangerousGetHandle();
        }

        if (!UnixPackets.Poll(_polled, TickInMilliseconds))
        {
            return false;
        }

        bool isWoken = false;
        foreach (ControlSocket socket in _sockets)
        {
            isWoken |= !socket.Handle.IsClosed && socket.DrainWakes();
        }

        if (isWoken)
        {
            Woken?.Invoke();
        }

        // Invariant: an event is read whole, into the eight bytes that it has. What did not wake may be an end, which is the caller's to see.
        ulong count;
        return ReadEvent(_own, &count, sizeof(ulong)) > 0 || isWoken;
    }

    private protected override void Wake()
    {
        // Invariant: as above.
        ulong one = 1;
        _ = WriteEvent(_own, &one, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeFileHandle CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadEvent(SafeFileHandle file, ulong* value, nint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteEvent(SafeFileHandle file, ulong* value, nint length);
}
