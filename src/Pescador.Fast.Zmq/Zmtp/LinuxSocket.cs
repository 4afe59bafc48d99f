using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>A connected socket, by the kernel's calls: the runtime's own read into arrays and memories only, and one place at a time.</summary>
internal sealed unsafe partial class LinuxSocket(Socket socket, string peer) : VectoredSocket(socket, peer)
{
    /// <summary>How many blocks go at once (IOV_MAX).</summary>
    internal const int MaxBlocks = 1024;

    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int MoreComing = 0x8000;
    private const int Interrupted = 4;
    private const int NotNow = 11;
    private const short Readable = 1;
    private const short Writable = 4;
    private const int ForEver = -1;

    // An exposed handle stays open while a call has it; see VectoredSocket.Dispose.
    private readonly SafeSocketHandle _handle = socket.SafeHandle;
    private readonly SegmentHold? _hold = socket.AddressFamily == AddressFamily.Unix ? null : new SegmentHold(socket);
    private readonly AdaptiveSpin _spin = new();
    private Func<bool>? _isReadable;
    private int _receiveTimeout = ForEver; // in milliseconds

    internal override int TrySend(ReadOnlySpan<ByteBlock> blocks, bool isMoreComing = false)
    {
        int flags = DoNotWait | NoSignal | (isMoreComing && _hold is not null ? MoreComing : 0);

        // Invariant: the blocks are those of an OutgoingMessage, or of a pinned array, whose memory neither moves nor ends during this call.
        fixed (ByteBlock* start = blocks)
        {
            MessageHeader header = new() { Blocks = start, BlockCount = (nuint)Math.Min(blocks.Length, MaxBlocks) };
            while (true)
            {
                nint sent = Call(send: true, &header, flags);
                if (sent >= 0)
                {
                    if (isMoreComing)
                    {
                        _hold?.Begin();
                    }

                    return (int)sent; // the kernel sends less than 2 GiB at once
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == NotNow)
                {
                    return 0;
                }

                if (error != Interrupted)
                {
                    throw Lost(Marshal.GetPInvokeErrorMessage(error));
                }
            }
        }
    }

    internal override int Receive(Span<byte> first, Span<byte> second)
    {
        // Invariant: both spans are pinned during the call, and the kernel writes within their lengths only.
        fixed (byte* start = first)
        fixed (byte* next = second)
        {
            ByteBlock* blocks = stackalloc ByteBlock[2] { new((nint)start, first.Length), new((nint)next, second.Length) };
            MessageHeader header = new() { Blocks = blocks, BlockCount = second.IsEmpty ? 1u : 2u };
            while (true)
            {
                nint received = Call(send: false, &header, DoNotWait);
                if (received >= 0)
                {
                    return (int)received;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == NotNow)
                {
                    // Not in recvmsg itself: a thread that sleeps there is woken by room to send, too, some 10,000 times a second in a sender.
                    _isReadable ??= () => Wait(Readable, 0);
                    if (!_spin.Try(_isReadable) && !Wait(Readable, _receiveTimeout))
                    {
                        return TimedOut;
                    }
                }
                else if (error != Interrupted)
                {
                    throw Lost(Marshal.GetPInvokeErrorMessage(error));
                }
            }
        }
    }

    internal override void SetReceiveTimeout(TimeSpan timeout) => _receiveTimeout = timeout == TimeSpan.Zero ? ForEver : MillisecondsOf(timeout);

    internal override bool WaitWritable(TimeSpan timeout) => Wait(Writable, MillisecondsOf(timeout));

    internal override bool TryHold(out int file)
    {
        bool isHeld = false;
        try
        {
            _handle.DangerousAddRef(ref isHeld);
            file = (int)_handle.DangerousGetHandle();
        }
        catch (ObjectDisposedException)
        {
            file = -1;
        }

        return isHeld;
    }

    internal override void Release() => _handle.DangerousRelease();

    private protected override void DisposeOwn() => _hold?.Dispose();

    private static int MillisecondsOf(TimeSpan time) => (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds));

    // Whether it is so, or the connection has ended.
    private bool Wait(short what, int milliseconds)
    {
        if (!TryHold(out int file))
        {
            return true;
        }

        try
        {
            PollEntry entry = new() { File = file, Wanted = what };

            // Invariant: one entry, on the stack; its file is held open.
            return Poll(&entry, 1, milliseconds) != 0;
        }
        finally
        {
            Release();
        }
    }

    private nint Call(bool send, MessageHeader* header, int flags)
    {
        try
        {
            return send ? SendMessage(_handle, header, flags) : ReceiveMessage(_handle, header, flags);
        }
        catch (ObjectDisposedException error)
        {
            throw Lost("it was closed", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    // struct msghdr; the C libraries differ in the widths of the counts, but not where the lower halves lie.
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        internal nint Name;
        internal int NameLength;
        internal ByteBlock* Blocks;
        internal nuint BlockCount;
        internal nint Control;
        internal nuint ControlLength;
        internal int Flags;
    }
}
