using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>libtorch as this process has it: whether it is there, which version, and how it computes.</summary>
public static class TorchRuntime
{
    /// <summary>Whether libtorch and the library that calls it could be loaded.</summary>
    public static bool IsAvailable => Missing is null;

    /// <summary>Why not, where it was looked for, and what to install; null when <see cref="IsAvailable"/>.</summary>
    public static string? Missing => TorchLibrary.Problem;

    /// <summary>libtorch's version, as in "1.13.1".</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Version
    {
        get
        {
            TorchLibrary.Require();
            TorchCalls.Check(TorchCalls.Version(out nint text));
            return Marshal.PtrToStringUTF8(text) ?? "";
        }
    }

    /// <summary>Threads that one operation may use; at least 1. Of the whole process. Set, they are those of OpenBLAS, too, which starts with one for
    /// each processor. More than there are idle cores cost far more than they bring: they wait for each other spinning.</summary>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static int Threads
    {
        get
        {
            TorchLibrary.Require();
            TorchCalls.Check(TorchCalls.GetThreads(out int threads));
            return threads;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            TorchLibrary.Require();
            TorchCalls.Check(TorchCalls.SetThreads(value));
        }
    }

    /// <summary>What makes training slow here, and what to install against it; null where nothing is known to, or nothing is available.</summary>
    public static string? Warning => IsAvailable ? WarningOf(Blas) : null;

    /// <summary>The path of the library that matrix products come from; empty where that cannot be told.</summary>
    internal static string Blas
    {
        get
        {
            TorchLibrary.Require();
            TorchCalls.Check(TorchCalls.Blas(out nint path));
            return Marshal.PtrToStringUTF8(path) ?? "";
        }
    }

    internal static string? WarningOf(string blas) => blas.Contains("/blas/libblas", StringComparison.Ordinal)
        ? $"libtorch takes its matrix products from the reference BLAS ({blas}), which makes a training step 12 to 16 times slower than OpenBLAS does. Install " +
          "that; nothing need be built again. On Debian and Ubuntu: apt-get install libopenblas0-pthread"
        : null;
}
