using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast;

/// <summary>
/// Memory that processes of this host share: a file without a name (memfd) that can no longer change its length, mapped here. It is gone
/// with the last process that has it, however that ends. Unmapped once it is disposed and every lease has ended.
/// </summary>
internal sealed partial class SharedSegment : SafeHandle
{
    private const uint ClosedInChildrenAndSealable = 0x1 | 0x2; // MFD_CLOEXEC | MFD_ALLOW_SEALING
    private const int AddSeals = 1033;  // F_ADD_SEALS
    private const int GetSeals = 1034;  // F_GET_SEALS
    private const int MustNotShrink = 0x2; // F_SEAL_SHRINK
    private const int MustNotChangeLength = 0x1 | 0x2 | 0x4; // F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW
    private const int FromTheEnd = 2; // SEEK_END
    private const int ReadWrite = 3;
    private const int SharedAndTouched = 0x1 | 0x8000; // MAP_SHARED | MAP_POPULATE
    private const int PrivateInItsPlace = 0x2 | 0x10; // MAP_PRIVATE | MAP_FIXED

    private SharedSegment(SafeFileHandle kept, long lengthInBytes, SafeFileHandle file)
        : base(-1, ownsHandle: true)
    {
        File = kept;
        LengthInBytes = lengthInBytes;
        SetHandle(Map(0, (nint)lengthInBytes, ReadWrite, SharedAndTouched, file, 0));
        if (IsInvalid)
        {
            throw Shortage($"{ByteText.Of(lengthInBytes)} of shared memory cannot be mapped");
        }
    }

    public override bool IsInvalid => handle == -1;

    /// <summary>To be sent to the peer.</summary>
    internal SafeFileHandle File { get; }

    internal long LengthInBytes { get; }

    /// <summary>Good until the segment is disposed and no lease is left.</summary>
    internal nint Address => handle;

    /// <summary>By what number the peer knows it; −1 while it does not.</summary>
    internal int Number { get; set; } = -1;

    /// <summary>Makes a segment of zeros, all of it really there: a shortage of memory shows here, not as a signal at some later write.</summary>
    /// <exception cref="PescadorException">There is no memory, or no file left to the process.</exception>
    internal static SharedSegment Create(long lengthInBytes)
    {
        nint page = Environment.SystemPageSize;
        long length = checked(lengthInBytes + page - 1) & -page;
        SafeFileHandle file = CreateFile("pescador", ClosedInChildrenAndSealable);
        try
        {
            if (file.IsInvalid || Truncate(file, (nint)length) != 0 || Reserve(file, 0, 0, (nint)length) != 0
                || Control(file, AddSeals, MustNotChangeLength) != 0)
            {
                throw Shortage($"{ByteText.Of(length)} of shared memory cannot be had");
            }

            return new SharedSegment(file, length, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Maps what a peer made. Takes the file over and closes it, also when it fails.</summary>
    /// <exception cref="ProtocolException">It is no sealed memory, or has another length than the peer said.</exception>
    internal static SharedSegment Open(SafeFileHandle file, long lengthInBytes, string peer)
    {
        using (file)
        {
            long actual = LengthOf(file, peer);
            if (actual != lengthInBytes || actual <= 0)
            {
                throw new ProtocolException($"{peer} announced shared memory of {lengthInBytes} bytes, and sent a file of {actual}.");
            }

            return new SharedSegment(new SafeFileHandle(-1, ownsHandle: false), lengthInBytes, file); // the mapping outlives the file
        }
    }

    /// <summary>Checks that a file is memory, and as long as is to be read from it.</summary>
    /// <exception cref="ProtocolException">It is not.</exception>
    internal static void ThrowIfNoMemory(SafeFileHandle file, long atLeast, string peer)
    {
        long actual = LengthOf(file, peer);
        if (actual < atLeast)
        {
            throw new ProtocolException($"{peer} announced {atLeast} bytes, and sent a file of {actual}.");
        }
    }

    /// <summary>Ends the sharing without moving anything: what this process writes from here on, the peer does not see.</summary>
    internal void Sever()
    {
        // The mapping is replaced as a whole, under whoever reads or writes it: pages written so far are the file's, and stay the same.
        if (Map(handle, (nint)LengthInBytes, ReadWrite, PrivateInItsPlace, File, 0) == -1)
        {
            throw Shortage("Shared memory cannot be parted from its peer");
        }
    }

    // A SafeHandle calls this once, when no lease is left.
    protected override bool ReleaseHandle()
    {
        File.Dispose();
        return Unmap(handle, (nint)LengthInBytes) == 0;
    }

    // The seals are asked first: only memory has them, so what is no memory is not asked for its length. A file that could be cut after it was
    // mapped would end this process at the next read.
    private static long LengthOf(SafeFileHandle file, string peer)
    {
        int seals = Control(file, GetSeals, 0);
        return seals >= 0 && (seals & MustNotShrink) != 0
            ? Seek(file, 0, FromTheEnd)
            : throw new ProtocolException($"{peer} sent a file that is no shared memory sealed against shrinking (seals: {seals}).");
    }

    private static PescadorException Shortage(string what) =>
        new($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle CreateFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Truncate(SafeFileHandle file, nint length);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Reserve(SafeFileHandle file, int mode, nint offset, nint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial nint Seek(SafeFileHandle file, nint offset, int origin);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);
}
