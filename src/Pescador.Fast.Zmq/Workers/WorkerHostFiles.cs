using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Pescador.Fast;

/// <summary>Where what a worker process is started with lies on disk.</summary>
internal static class WorkerHostFiles
{
    /// <summary>The runtime's own starter, of the runtime that this process has.</summary>
    /// <exception cref="PescadorException">There is none: the program brings its runtime along.</exception>
    internal static string Dotnet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

        // .../shared/Microsoft.NETCore.App/10.0.x/
        string beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : throw new PescadorException(
            $"Worker processes are started by the shared .NET runtime, and there is none at {beside}: this program was published self-contained. "
            + "Publish it framework-dependent, or serve the stream from a program of your own (Serve) and connect to that.");
    }

    /// <summary>What to start it with: the host in this assembly, under the dependencies and the settings of the caller's program.</summary>
    /// <param name="assembly">The file that has the caller's method.</param>
    /// <exception cref="PescadorException">This library has no file of its own.</exception>
    [SuppressMessage("SingleFile", "IL3000", Justification = "An empty location is what is looked for.")]
    internal static IEnumerable<string> Arguments(string assembly)
    {
        string host = typeof(WorkerHostFiles).Assembly.Location;
        if (host.Length == 0)
        {
            throw new PescadorException("Worker processes need Pescador.Fast.Zmq.dll as a file; this program was published as a single file.");
        }

        string? program = Assembly.GetEntryAssembly()?.Location;
        yield return "exec";
        if (FirstThere(".deps.json", assembly, program) is { } dependencies)
        {
            yield return "--depsfile";
            yield return dependencies;
        }

        if (FirstThere(".runtimeconfig.json", assembly, program, host) is { } settings)
        {
            yield return "--runtimeconfig";
            yield return settings;
        }

        yield return host;
        yield return WorkerHost.Argument;
    }

    private static string? FirstThere(string extension, params ReadOnlySpan<string?> assemblies)
    {
        foreach (string? assembly in assemblies)
        {
            if (!string.IsNullOrEmpty(assembly) && Path.ChangeExtension(assembly, extension) is { } file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
