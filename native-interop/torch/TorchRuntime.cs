namespace Pescador.Fast;

/// <summary>libtorch as this process has it: whether it is there, which version, and how it computes.</summary>
public static class TorchRuntime
{
    /// <summary>Whether libtorch and the library that calls it could be loaded.</summary>
    public static bool IsAvailable => Missing is null;

    /// <summary>Why not, and what to install; null when <see cref="IsAvailable"/>.</summary>
    public static string? Missing => "not built yet";

    /// <summary>libtorch's version, as in "1.13.1".</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Version => throw new NativeLibraryException(Missing ?? "");

    /// <summary>Threads that one operation may use; at least 1. Of the whole process.</summary>
    /// <exception cref="NativeLibraryException">libtorch is not available.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static int Threads
    {
        get => throw new NativeLibraryException(Missing ?? "");
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            throw new NativeLibraryException(Missing ?? "");
        }
    }

    /// <summary>What makes training slow here, and what to install against it; null where nothing does.</summary>
    public static string? Warning => null;
}
