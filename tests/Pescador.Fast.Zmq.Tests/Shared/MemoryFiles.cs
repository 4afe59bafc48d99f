using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pescador.Fast.Zmq.Tests.Shared;

/// <summary>Files without names, made as a peer should not make them; and how many of ours this process has.</summary>
internal static partial class MemoryFiles
{
    private const uint Sealable = 2;

    internal static int Open => Directory.EnumerateFiles("/proc/self/fd").Count(IsOurs);

    internal static int Mapped => File.ReadLines("/proc/self/maps").Count(line => line.Contains("memfd:pescador", StringComparison.Ordinal));

    internal static SafeFileHandle WithoutSeals(long length)
    {
        SafeFileHandle file = Create("pescador-test", Sealable);
        RandomAccess.SetLength(file, length);
        return file;
    }

    /// <summary>A second file handle on a segment's memory.</summary>
    internal static SafeFileHandle Copy(SharedSegment segment)
    {
        SafeFileHandle copy = Duplicate(segment.File);
        Assert.False(copy.IsInvalid);
        return copy;
    }

    private static bool IsOurs(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget?.Contains("memfd:pescador", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Create(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial SafeFileHandle Duplicate(SafeFileHandle file);
}
