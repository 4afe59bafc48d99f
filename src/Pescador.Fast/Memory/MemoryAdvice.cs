using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Tells the system how memory will be used. Only wishes: where they are refused or unknown, things go on, slower.</summary>
internal static partial class MemoryAdvice
{
    private const int Random = 1;   // MADV_RANDOM
    private const int WillNeed = 3; // MADV_WILLNEED
    private const int LargePages = 14; // MADV_HUGEPAGE

    /// <summary>Asks for pages of 2 MiB.</summary>
    internal static void AskForLargePages(nint address, long lengthInBytes) => Give(address, lengthInBytes, LargePages);

    /// <summary>Says that a mapped file is read here and there: the system then reads the page that is wanted, not 128 KiB around it.</summary>
    internal static void IsReadHereAndThere(nint address, long lengthInBytes) => Give(address, lengthInBytes, Random);

    /// <summary>Lets the system begin to read a part of a mapped file.</summary>
    internal static void ReadAhead(nint address, long lengthInBytes)
    {
        nint start = address & -(nint)Environment.SystemPageSize;
        Give(start, lengthInBytes + (address - start), WillNeed);
    }

    private static void Give(nint address, long lengthInBytes, int advice)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Advise(address, (nuint)lengthInBytes, advice);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library of another name.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint lengthInBytes, int advice);
}
