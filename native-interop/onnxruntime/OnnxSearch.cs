using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Pescador.Fast;

/// <summary>Where ONNX Runtime is looked for.</summary>
internal static class OnnxSearch
{
    internal const string Variable = "PESCADOR_ONNXRUNTIME";

    internal const string Advice = "Install it with 'npm install --no-save --ignore-scripts onnxruntime-node', with the NuGet package "
        + "Microsoft.ML.OnnxRuntime, or from the releases of github.com/microsoft/onnxruntime; or set " + Variable + " to the library's path.";

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    private static readonly string Processor = RuntimeInformation.ProcessArchitecture.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>Finds the library and loads it.</summary>
    /// <param name="variable">Value of the environment variable: where it is set, nothing else counts.</param>
    /// <param name="currentFolder">Whose <c>node_modules</c> counts, and those above it.</param>
    /// <param name="programFolder">Beside which it may lie; likewise.</param>
    /// <param name="isKnown">Whether the system's loader finds a library by its name.</param>
    /// <param name="load">Loads a path or a name.</param>
    /// <exception cref="NativeLibraryException">It is nowhere, or what is there cannot be used.</exception>
    internal static OnnxLibrary Find(
        string? variable, string currentFolder, string programFolder, Func<string, bool> isKnown, Func<string, OnnxLibrary> load)
    {
        if (!string.IsNullOrEmpty(variable))
        {
            return File.Exists(variable) ? load(variable) : throw new NativeLibraryException(
                $"{Variable} says that ONNX Runtime is '{variable}', but there is no such file. {Advice}");
        }

        string[] folders = [.. Folders(currentFolder, programFolder).Distinct()];
        if (folders.SelectMany(Files).FirstOrDefault() is { } path)
        {
            return load(path);
        }

        return Array.Find(Names, name => isKnown(name)) is { } known ? load(known) : throw new NativeLibraryException(
            $"ONNX Runtime was not found: no {string.Join(" or ", Names)} in {Listed(folders)}, in node_modules/onnxruntime-node of the current folder, "
            + $"the program's or one above them, or by the system's loader. {Advice}");
    }

    /// <summary>Whether the system's loader finds a library by its name.</summary>
    internal static bool IsKnown(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint library))
        {
            return false;
        }

        NativeLibrary.Free(library);
        return true;
    }

    private static IEnumerable<string> Folders(string currentFolder, string programFolder)
    {
        yield return programFolder;
        yield return Path.Combine(programFolder, "runtimes", $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{Processor}", "native");
        foreach (string start in (string[])[currentFolder, programFolder])
        {
            for (string? folder = Path.GetFullPath(start); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                foreach (string found in InNodeModules(folder))
                {
                    yield return found;
                }
            }
        }
    }

    // The package names its folders by the version of node's interface that it is built for; any serves.
    private static IEnumerable<string> InNodeModules(string folder)
    {
        string binaries = Path.Combine(folder, "node_modules", "onnxruntime-node", "bin");
        if (!Directory.Exists(binaries))
        {
            return [];
        }

        string system = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return Directory.EnumerateDirectories(binaries, "napi-v*", new EnumerationOptions { IgnoreInaccessible = true }).Select(version => Path.Combine(version, system, Processor));
    }

    private static IEnumerable<string> Files(string folder)
    {
        IEnumerable<string> named = Names.Select(name => Path.Combine(folder, name)).Where(File.Exists);
        return OperatingSystem.IsMacOS() && Directory.Exists(folder)
            ? named.Concat(Directory.EnumerateFiles(folder, "libonnxruntime*.dylib"))
            : named;
    }

    private static string Listed(string[] folders)
    {
        var text = new StringBuilder();
        foreach (string folder in folders)
        {
            text.Append(text.Length == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"'{folder}'");
        }

        return text.ToString();
    }
}
