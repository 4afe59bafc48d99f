using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>Packets with files over a unix socket that keeps packets apart. Nothing here waits.</summary>
internal static unsafe partial class UnixPackets
{
    private const int SocketLevel = 1;    // SOL_SOCKET
    private const int Rights = 1;         // SCM_RIGHTS
    private const int AtOnce = 0x40;      // MSG_DONTWAIT
    private const int NoSignal = 0x4000;  // MSG_NOSIGNAL
    private const int Peeking = 0x2;      // MSG_PEEK
    private const int FilesClosedInChildren = 0x4000_0000; // MSG_CMSG_CLOEXEC
    private const int IsCut = 0x20;       // MSG_TRUNC
    private const int FilesAreCut = 0x8;  // MSG_CTRUNC
    private const int Again = 11;
    private const int Interrupted = 4;
    private const int Reset = 104;
    private const int TooManyFilesUnderWay = 109;
    private const int ControlLength = 20; // a head of 16 bytes, one file

    private const short Readable = 0x1;
    private const short Writable = 0x4;
    private const short HasLeft = 0x2000; // POLLRDHUP
    private const short IsEnded = 0x8 | 0x10 | HasLeft; // POLLERR | POLLHUP

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        internal byte* Start;
        internal nuint Length;
    }

    // The kernel's msghdr on 64 bits.
    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        internal nint Name;
        internal nuint NameLength;
        internal Part* Parts;
        internal nuint PartCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal nint Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Polled
    {
        internal int File;
        internal short Wanted;
        internal short Seen;
    }

    /// <summary>Sends a packet.</summary>
    /// <returns>False when there is no room now.</returns>
    /// <exception cref="LinkLostException">The peer is gone.</exception>
    internal static bool TrySend(SafeSocketHandle socket, ReadOnlySpan<byte> packet, SafeFileHandle? file)
    {
        byte* control = stackalloc byte[24];
        bool isHeld = false;
        try
        {
            // Invariant: packet and control outlive the call, which copies them; the file is held open.
            fixed (byte* start = packet)
            {
                Part part = new() { Start = start, Length = (nuint)packet.Length };
                Head head = new() { Parts = &part, PartCount = 1 };
                if (file is not null)
                {
                    file.DangerousAddRef(ref isHeld);
                    *(nuint*)control = ControlLength;
                    ((int*)control)[2] = SocketLevel;
                    ((int*)control)[3] = Rights;
                    ((int*)control)[4] = (int)file.DangerousGetHandle();
                    head.Control = control;
                    head.ControlLength = 24;
                }

                while (SendMessage(socket, &head, AtOnce | NoSignal) < 0)
                {
                    switch (Marshal.GetLastPInvokeError())
                    {
                        case Again or TooManyFilesUnderWay:
                            return false;
                        case Interrupted:
                            continue;
                        case int error:
                            throw new LinkLostException($"The peer is gone: {Marshal.GetPInvokeErrorMessage(error)}.");
                    }
                }
            }
        }
        finally
        {
            if (isHeld)
            {
                file?.DangerousRelease();
            }
        }

        return true;
    }

    /// <summary>Receives a packet.</summary>
    /// <param name="socket">From here.</param>
    /// <param name="buffer">Into here.</param>
    /// <param name="length">Its length; 0 when the peer is gone.</param>
    /// <param name="file">The file that came along.</param>
    /// <param name="isPeeking">Whether it stays where it is; then without its file.</param>
    /// <returns>False when there is none now.</returns>
    /// <exception cref="ProtocolException">It is longer than the buffer, or has more files than one.</exception>
    internal static bool TryReceive(SafeSocketHandle socket, Span<byte> buffer, out int length, out SafeFileHandle? file, bool isPeeking = false)
    {
        byte* control = stackalloc byte[24];
        file = null;

        // Invariant: buffer and control outlive the call, which writes no more than their lengths.
        fixed (byte* start = buffer)
        {
            Part part = new() { Start = start, Length = (nuint)buffer.Length };
            Head head = new() { Parts = &part, PartCount = 1, Control = isPeeking ? null : control, ControlLength = isPeeking ? 0 : (nuint)ControlLength };
            nint received;
            do
            {
                received = ReceiveMessage(socket, &head, AtOnce | FilesClosedInChildren | (isPeeking ? Peeking : 0));
            }
            while (received < 0 && Marshal.GetLastPInvokeError() is Interrupted or Reset); // told once; what was sent before it can be read

            length = (int)Math.Max(received, 0);
            if (received < 0)
            {
                return Marshal.GetLastPInvokeError() != Again; // an error is an end
            }

            if (head.ControlLength == ControlLength && ((int*)control)[2] == SocketLevel && ((int*)control)[3] == Rights)
            {
                file = new SafeFileHandle(((int*)control)[4], ownsHandle: true);
            }

            if (!isPeeking && (head.Flags & (IsCut | FilesAreCut)) != 0)
            {
                file?.Dispose();
                throw new ProtocolException($"A packet came that has more than {buffer.Length} bytes, or more than one file.");
            }

            return true;
        }
    }

    /// <summary>Waits until something can be read, or written, or the peer is gone.</summary>
    /// <returns>Whether the peer is gone.</returns>
    internal static bool Poll(SafeSocketHandle socket, bool forWriting, int milliseconds, out bool isPossible)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            var polled = new Polled { File = (int)socket.DangerousGetHandle(), Wanted = (short)((forWriting ? Writable : Readable) | HasLeft) };

            // Invariant: the kernel writes the one entry.
            isPossible = PollFiles(&polled, 1, milliseconds) > 0 && (polled.Seen & (Readable | Writable)) != 0;
            return (polled.Seen & IsEnded) != 0;
        }
        catch (ObjectDisposedException)
        {
            isPossible = false;
            return true;
        }
        finally
        {
            if (isHeld)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <summary>Waits until one of some files can be read, or has ended.</summary>
    /// <returns>Whether one can.</returns>
    internal static bool Poll(Span<Polled> files, int milliseconds)
    {
        foreach (ref Polled polled in files)
        {
            polled.Wanted = Readable;
        }

        // Invariant: the kernel writes the given number of entries.
        fixed (Polled* first = files)
        {
            return PollFiles(first, (nuint)files.Length, milliseconds) > 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, Head* head, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeSocketHandle socket, Head* head, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollFiles(Polled* files, nuint count, int milliseconds);
}
