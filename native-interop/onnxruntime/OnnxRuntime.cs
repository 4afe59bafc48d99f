namespace Pescador.Fast;

/// <summary>The official ONNX Runtime library, loaded when it is first needed, once for the process.</summary>
public static class OnnxRuntime
{
    /// <summary>Whether the library was found and is new enough; looks for it if nobody has.</summary>
    public static bool IsAvailable => throw new NotImplementedException();

    /// <summary>Why it is not available, where it was looked for, and what to do; null when it is available.</summary>
    public static string? Missing => throw new NotImplementedException();

    /// <summary>Its version, as in "1.30.0".</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Version => throw new NotImplementedException();

    /// <summary>The file it was loaded from, or the name by which the system's loader found it.</summary>
    /// <exception cref="NativeLibraryException">It is not available.</exception>
    public static string Path => throw new NotImplementedException();

    /// <summary>Loads the library of that path, in place of looking for it.</summary>
    /// <param name="path">Of the library's file.</param>
    /// <exception cref="NativeLibraryException">It is not there, no ONNX Runtime, or too old.</exception>
    /// <exception cref="InvalidOperationException">Another one was loaded before.</exception>
    public static void Load(string path) => throw new NotImplementedException();
}
