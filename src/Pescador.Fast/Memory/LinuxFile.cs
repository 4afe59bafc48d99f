using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>What is asked of the kernel about a file, without the runtime's classes between: opening and closing a source is twice as fast so
/// (bench/RESULTS.md, "files").</summary>
internal static unsafe partial class LinuxFile
{
    private const int CurrentFolder = -100;           // AT_FDCWD
    private const int OfTheDescriptor = 0x1000;       // AT_EMPTY_PATH
    private const uint Wanted = 0x3 | 0x40 | 0x100 | 0x200; // STATX_ type, mode, time of change, number, length
    private const int ReadOnlyAndClosedInChildren = 0x80000 | 0x800; // O_RDONLY, O_CLOEXEC; O_NONBLOCK, or a pipe of that name would wait
    private const int Interrupted = 4;
    private const int NoMemory = 12;
    private const int TooManyInSystem = 23;
    private const int TooManyInProcess = 24;
    private const int ReadProtection = 1;
    private const int Shared = 1;
    private const ushort TypeMask = 0xF000;
    private const ushort RegularFile = 0x8000;

    // The kernel's struct statx, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        internal ushort Mode;

        [FieldOffset(32)]
        internal ulong Number;

        [FieldOffset(40)]
        internal ulong Length;

        [FieldOffset(112)]
        internal long ChangedSeconds;

        [FieldOffset(120)]
        internal uint ChangedNanoseconds;
    }

    /// <summary>A path as the kernel takes it.</summary>
    internal static byte[] Encode(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    /// <summary>What there is at a path.</summary>
    internal static bool TryRead(byte[] encodedPath, out FileFacts facts)
    {
        // Invariant: the path ends in a zero.
        fixed (byte* path = encodedPath)
        {
            return TryRead(CurrentFolder, path, 0, out facts);
        }
    }

    /// <summary>Maps a file for reading and closes it again.</summary>
    /// <param name="encodedPath">Where it is.</param>
    /// <param name="facts">What it is; its length is that of the mapping.</param>
    /// <returns>The memory; null of an empty file.</returns>
    /// <exception cref="IOException">It is not there, cannot be read, or is no regular file.</exception>
    internal static SafeHandle? Map(byte[] encodedPath, out FileFacts facts)
    {
        int file;

        // Invariant: the path ends in a zero.
        fixed (byte* path = encodedPath)
        {
            do
            {
                file = Open(path, ReadOnlyAndClosedInChildren);
            }
            while (file < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        }

        if (file < 0)
        {
            throw Error();
        }

        try
        {
            byte none = 0;
            if (!TryRead(file, &none, OfTheDescriptor, out facts))
            {
                throw Error();
            }

            if (!facts.IsRegular)
            {
                throw new IOException("It is no regular file.");
            }

            return facts.Length == 0 ? null : new Mapping(file, (nuint)facts.Length);
        }
        finally
        {
            _ = Close(file);
        }
    }

    private static bool TryRead(int folder, byte* path, int flags, out FileFacts facts)
    {
        Status status;

        // Invariant: the kernel writes 256 bytes at most.
        bool isThere = ReadStatus(folder, path, flags, Wanted, &status) == 0;
        facts = isThere
            ? new FileFacts((long)status.Length, status.Number, status.ChangedSeconds, status.ChangedNanoseconds, (status.Mode & TypeMask) == RegularFile)
            : default;
        return isThere;
    }

    // What the process or the machine is short of is no fault of the file: who skips bad samples must not skip it.
    private static Exception Error()
    {
        int error = Marshal.GetLastPInvokeError();
        string message = Marshal.GetPInvokeErrorMessage(error) + ".";
        return error is NoMemory or TooManyInSystem or TooManyInProcess
            ? new PescadorException($"A file cannot be mapped: {message} Use a smaller activeCount, or a working set with a smaller maxMappings.")
            : new IOException(message);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int ReadStatus(int folder, byte* path, int flags, uint wanted, Status* status);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint length);

    /// <summary>Mapped memory.</summary>
    private sealed class Mapping : SafeHandle
    {
        private readonly nuint _length;

        internal Mapping(int file, nuint length)
            : base(-1, ownsHandle: true)
        {
            _length = length;
            SetHandle(MapMemory(0, length, ReadProtection, Shared, file, 0));
            if (IsInvalid)
            {
                throw Error();
            }
        }

        public override bool IsInvalid => handle == -1;

        // Invariant: a SafeHandle calls this once, when no caller holds a reference to it any more.
        protected override bool ReleaseHandle() => UnmapMemory(handle, _length) == 0;
    }
}
