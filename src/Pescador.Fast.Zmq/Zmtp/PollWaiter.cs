using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>Waits with the kernel's poll, woken by an event file.</summary>
internal sealed unsafe partial class PollWaiter : SendWaiter
{
    private const short Readable = 1;
    private const short Writable = 4;
    private const int ClosedInChildrenAndNeverWaits = 0x80000 | 0x800; // EFD_CLOEXEC, EFD_NONBLOCK
    private const int FewConnections = 32;

    private readonly SafeFileHandle _event;

    internal PollWaiter()
    {
        int file = MakeEvent(0, ClosedInChildrenAndNeverWaits);
        _event = file >= 0
            ? new SafeFileHandle(file, ownsHandle: true)
            : throw new PescadorException($"No event file can be made: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    internal override bool Wait(ReadOnlySpan<ZmtpConnection> connections, TimeSpan timeout)
    {
        int count = connections.Length + 1;
        PollEntry[]? rented = count > FewConnections ? ArrayPool<PollEntry>.Shared.Rent(count) : null;
        Span<PollEntry> entries = rented is null ? stackalloc PollEntry[FewConnections] : rented;
        entries = entries[..count];
        int held = 0;
        try
        {
            bool isHeld = false;
            _event.DangerousAddRef(ref isHeld);
            entries[0] = new PollEntry { File = (int)_event.DangerousGetHandle(), Wanted = Readable };
            for (held = 1; held < count; held++)
            {
                if (!connections[held - 1].Socket.TryHold(out int file))
                {
                    return true; // it has ended
                }

                entries[held] = new PollEntry { File = file, Wanted = Writable };
            }

            int milliseconds = timeout < TimeSpan.Zero ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds));
            fixed (PollEntry* start = entries)
            {
                // Invariant: count entries, pinned; their files are held open.
                _ = Poll(start, (nuint)count, milliseconds);
            }

            return TakeResult(entries);
        }
        finally
        {
            for (int index = 1; index < held; index++)
            {
                connections[index - 1].Socket.Release();
            }

            if (held > 0)
            {
                _event.DangerousRelease();
            }

            if (rented is not null)
            {
                ArrayPool<PollEntry>.Shared.Return(rented);
            }
        }
    }

    internal override void Wake()
    {
        try
        {
            ulong one = 1;
            _ = Write(_event, &one, sizeof(ulong)); // Invariant: eight bytes, on the stack
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    public override void Dispose() => _event.Dispose();

    private bool TakeResult(ReadOnlySpan<PollEntry> entries)
    {
        if (entries[0].Seen != 0)
        {
            ulong woken;
            _ = Read(_event, &woken, sizeof(ulong)); // Invariant: eight bytes, on the stack
        }

        foreach (PollEntry entry in entries[1..])
        {
            if (entry.Seen != 0)
            {
                return true;
            }
        }

        return false;
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int MakeEvent(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(SafeHandle file, void* destination, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeHandle file, void* source, nuint length);
}
