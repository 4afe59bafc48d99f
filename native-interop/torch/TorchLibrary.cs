using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>The library between C# and libtorch, shim/, as this process has it.</summary>
internal sealed class TorchLibrary
{
    internal const string Name = "pescador_torch";
    internal const string FileName = "libpescador_torch.so";

    /// <summary>Of shim/pescador_torch.h; raised with it.</summary>
    internal const int Interface = 2;

    internal const string Install = "apt-get install libtorch-dev libopenblas0-pthread cmake g++";

    private static readonly TorchLibrary Found = LoadForCalls();

    private TorchLibrary(nint handle, string? missing) => (Handle, Missing) = (handle, missing);

    internal nint Handle { get; }

    /// <summary>Why it cannot be used, and what to do; null when it can.</summary>
    internal string? Missing { get; }

    /// <summary>Why the one that is called cannot be; null when it can.</summary>
    internal static string? Problem => Found.Missing;

    /// <summary>To be called before anything of <see cref="TorchCalls"/> is.</summary>
    /// <exception cref="NativeLibraryException">It is not there, or is another.</exception>
    internal static void Require()
    {
        if (Found.Missing is { } missing)
        {
            throw new NativeLibraryException(missing);
        }
    }

    /// <summary>Loads a library.</summary>
    /// <param name="path">Its path; null for the one beside the assembly.</param>
    /// <param name="expected">The interface it must have.</param>
    internal static TorchLibrary Load(string? path, int expected)
    {
        nint handle;
        try
        {
            handle = path is null
                ? NativeLibrary.Load(FileName, typeof(TorchLibrary).Assembly, DllImportSearchPath.AssemblyDirectory)
                : NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            return new TorchLibrary(0,
                $"{FileName}, which calls libtorch, could not be loaded: {Reason(error)}. The build makes it where libtorch is; on Debian and Ubuntu: {Install}; then build again.");
        }

        string where = path is null ? FileName : $"'{path}'";
        string? missing = InterfaceOf(handle) switch
        {
            null => $"{where} is not the library that calls libtorch: it has no function pescador_torch_interface.",
            int found when found != expected =>
                $"{where} has interface {found}, but {expected} was expected: it was built from other sources. Build Pescador.Fast.Torch again.",
            _ => null,
        };
        return new TorchLibrary(handle, missing);
    }

    private static TorchLibrary LoadForCalls()
    {
        TorchLibrary library = Load(path: null, Interface);
        NativeLibrary.SetDllImportResolver(typeof(TorchLibrary).Assembly, (name, _, _) => name == Name ? library.Handle : 0);
        return library;
    }

    // Of the runtime's message the first line about a file that was tried, "path: reason"; a file that is there and lacks something is told before one that is not.
    private static string Reason(Exception error)
    {
        string[] tried = [.. error.Message.Split('\n', StringSplitOptions.TrimEntries).Where(static line =>
            line.Contains($"/{FileName}: ", StringComparison.Ordinal) || line.Contains(".so", StringComparison.Ordinal) && line.Contains(": cannot open", StringComparison.Ordinal))];
        return (Array.Find(tried, static line => !line.Contains(FileName, StringComparison.Ordinal)) ?? tried.FirstOrDefault() ?? error.Message).TrimEnd('.');
    }

    private static unsafe int? InterfaceOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "pescador_torch_interface", out nint function))
        {
            return null;
        }

        // Invariant: the function of this name has had this form in every version of the library.
        int number;
        _ = ((delegate* unmanaged[Cdecl]<int*, int>)function)(&number);
        return number;
    }
}
