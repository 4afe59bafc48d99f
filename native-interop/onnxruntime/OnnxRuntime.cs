using System.Diagnostics.CodeAnalysis;

namespace Pescador.Fast;

/// <summary>The official ONNX Runtime library (1.17 or newer), loaded when it is first needed, once for the process.</summary>
/// <remarks>Looked for in this order: the path given to <see cref="Load"/>; the environment variable <c>PESCADOR_ONNXRUNTIME</c>, a path; beside the program and
/// in <c>runtimes/RID/native</c> there, where NuGet puts it; in <c>node_modules/onnxruntime-node</c> of the current folder, the program's, or one above
/// them; by the system's loader.</remarks>
public static class OnnxRuntime
{
    private static readonly Lock Gate = new();
    private static OnnxLibrary? _library;
    private static string? _missing;

    /// <summary>Whether the library was found and is new enough; looks for it if nobody has.</summary>
    public static bool IsAvailable => TryFind(out _);

    /// <summary>Why it is not available, where it was looked for, and what to do; null when it is available.</summary>
    public static string? Missing => TryFind(out _) ? null : _missing;

    /// <summary>Its version, as in "1.30.0".</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Version => Library.Version;

    /// <summary>The file it was loaded from, or the name by which the system's loader found it.</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Path => Library.Path;

    internal static OnnxLibrary Library => TryFind(out OnnxLibrary? library) ? library : throw new NativeLibraryException(_missing ?? "");

    /// <summary>Loads the library of that path, in place of looking for it.</summary>
    /// <param name="path">Of the library's file.</param>
    /// <exception cref="NativeLibraryException">It is not there, no ONNX Runtime, or too old.</exception>
    /// <exception cref="InvalidOperationException">Another one was loaded before.</exception>
    public static void Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.GetFullPath(path);
        lock (Gate)
        {
            if (_library is not null)
            {
                if (_library.Path != full)
                {
                    throw new InvalidOperationException($"ONNX Runtime was loaded from '{_library.Path}' already; a process has one.");
                }

                return;
            }

            _library = File.Exists(full) ? OnnxLibrary.Open(full) : throw new NativeLibraryException(
                $"There is no ONNX Runtime '{full}'. {OnnxSearch.Advice}");
            _missing = null;
        }
    }

    private static bool TryFind([NotNullWhen(true)] out OnnxLibrary? library)
    {
        library = Volatile.Read(ref _library);
        return library is not null || TryFindSlow(out library);
    }

    private static bool TryFindSlow([NotNullWhen(true)] out OnnxLibrary? library)
    {
        lock (Gate)
        {
            if (_library is null && _missing is null)
            {
                try
                {
                    _library = OnnxSearch.Find(
                        Environment.GetEnvironmentVariable(OnnxSearch.Variable),
                        Directory.GetCurrentDirectory(),
                        AppContext.BaseDirectory,
                        OnnxSearch.IsKnown,
                        static path => OnnxLibrary.Open(path));
                }
                catch (PescadorException error)
                {
                    _missing = error.Message;
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // The current folder was removed, or a folder on the way cannot be read.
                    _missing = $"ONNX Runtime could not be looked for: {error.Message} Name the library's file in {OnnxSearch.Variable}.";
                }
            }

            library = _library;
            return library is not null;
        }
    }
}
