using System.Diagnostics;
using System.Text.Json;

namespace Pescador.Fast.Tests;

/// <summary>Files that NumPy and Python wrote, with what must be read from them: made once for each run, where NumPy is there, by
/// tests/numpy/make_files.py; a handful are committed.</summary>
internal static class MadeFiles
{
    private static readonly Lazy<string?> Folder = new(Make, LazyThreadSafetyMode.ExecutionAndPublication);

    internal static string Root { get; } = FindRoot();

    internal static string Committed => Path.Combine(Root, "tests", "Pescador.Fast.Tests", "Sources", "files");

    /// <summary>The folder; the test is skipped where NumPy is not there.</summary>
    internal static string FolderOrSkip()
    {
        if (Folder.Value is not { } folder)
        {
            Assert.Skip("NumPy is not there; install python3-numpy.");
            throw new UnreachableException();
        }

        return folder;
    }

    internal static MadeFile[] In(string folder) =>
        JsonSerializer.Deserialize<MadeFile[]>(File.ReadAllBytes(Path.Combine(folder, "manifest.json")), JsonSerializerOptions.Web)!;

    internal static string TemporaryFolder() => Directory.CreateTempSubdirectory("pescador-tests-").FullName;

    private static string? Make()
    {
        foreach (string python in (string[])["/usr/bin/python3", "python3", "python"])
        {
            if (Run(python, "-c", "import numpy"))
            {
                string folder = TemporaryFolder();
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
                return Run(python, Path.Combine(Root, "tests", "numpy", "make_files.py"), folder)
                    ? folder
                    : throw new InvalidOperationException("tests/numpy/make_files.py failed");
            }
        }

        return null;
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            _ = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pescador.Fast.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}

/// <summary>A file, and what must be read from it.</summary>
internal sealed record MadeFile(string File, MadeArray[] Arrays, bool Opens, bool Rows, string? Label, char? Separator)
{
    internal SourceFile Source(string folder) => SourceFiles.Detect(
        Path.Combine(folder, File), SourceLimits.Default, new CsvFormat { Label = Label, Separator = Separator ?? ',' });

    internal Source Public(string folder) => Pescador.Fast.Source.Open(
        Path.Combine(folder, File), new CsvFormat { Label = Label, Separator = Separator ?? ',' });

    public override string ToString() => File;
}

/// <summary>An array, whose elements stand in a file of their own.</summary>
internal sealed record MadeArray(string Name, string Type, long[] Shape, string Data)
{
    internal ReadArray Read(string folder) => new(Name, Type, Array.ConvertAll(Shape, length => (nint)length), File.ReadAllBytes(Path.Combine(folder, Data)));
}
