using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Whole pages from the kernel, which are the kernel's again as soon as they are given back.</summary>
internal static partial class LinuxPages
{
    private const int ReadWrite = 3;          // PROT_READ | PROT_WRITE
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS
    private const nint Failed = -1;

    /// <summary>Takes pages.</summary>
    /// <param name="lengthInBytes">Rounded up to pages.</param>
    /// <param name="alignment">Of the address, in bytes; a power of two.</param>
    /// <exception cref="InsufficientMemoryException">There are none.</exception>
    internal static nint Take(long lengthInBytes, long alignment)
    {
        nint length = Rounded(lengthInBytes);
        nint page = Environment.SystemPageSize;
        nint spare = alignment > page ? (nint)alignment - page : 0;
        nint address = Map(0, length + spare, ReadWrite, PrivateAnonymous, -1, 0);
        if (address == Failed)
        {
            throw new InsufficientMemoryException($"The system has no {lengthInBytes} bytes: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        // What was taken to find an aligned address within it goes back at once.
        nint aligned = (address + spare) & -(nint)Math.Max(alignment, page);
        GiveBack(address, aligned - address);
        GiveBack(aligned + length, address + spare - aligned);
        return aligned;
    }

    /// <summary>Gives pages back.</summary>
    internal static void GiveBack(nint address, long lengthInBytes)
    {
        if (lengthInBytes > 0)
        {
            _ = Unmap(address, Rounded(lengthInBytes));
        }
    }

    private static nint Rounded(long lengthInBytes)
    {
        nint page = Environment.SystemPageSize;
        return checked((nint)lengthInBytes + page - 1) & -page;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);
}
