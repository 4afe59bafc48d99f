using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pescador.Fast.OnnxTests;

public sealed class LibraryTests
{
    private static readonly string SystemLibrary = Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsWindows() ? "coreclr.dll" : OperatingSystem.IsMacOS() ? "libSystem.Native.dylib" : "libSystem.Native.so");

    [Fact]
    public void Version_OfTheLibrary_IsOneThatIsEnough()
    {
        Onnx.Need();
        Assert.Null(OnnxRuntime.Missing);
        string[] parts = OnnxRuntime.Version.Split('.');
        Assert.True(parts[0] != "1" || int.Parse(parts[1]) >= OnnxLibrary.ApiVersion, OnnxRuntime.Version);
        Assert.Contains("onnxruntime", OnnxRuntime.Path);
    }

    [Fact]
    public void Load_OfTheSameLibraryAgain_DoesNothing()
    {
        Onnx.Need();
        Assert.SkipUnless(File.Exists(OnnxRuntime.Path), "found by the system's loader, so its file is not known");
        OnnxRuntime.Load(OnnxRuntime.Path);
        Assert.True(OnnxRuntime.IsAvailable);
    }

    [Fact]
    public void Load_OfAnotherLibrary_SaysThatAProcessHasOne()
    {
        Onnx.Need();
        Assert.Contains("a process has one", Assert.Throws<InvalidOperationException>(() => OnnxRuntime.Load(SystemLibrary)).Message);
    }

    [Fact]
    public void Open_OfAFileThatIsNoLibrary_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["libonnxruntime.so.1"], "a text");
        var error = Assert.Throws<NativeLibraryException>(() => OnnxLibrary.Open(folder["libonnxruntime.so.1"]));
        Assert.Contains("is no library that can be loaded", error.Message);
        Assert.Contains(folder.Full, error.Message);
    }

    [Fact]
    public void Open_OfALibraryOfSomethingElse_SaysSo() =>
        Assert.Contains("no ONNX Runtime", Assert.Throws<NativeLibraryException>(() => OnnxLibrary.Open(SystemLibrary)).Message);

    [Fact]
    public void Open_AskingForMoreThanTheLibraryHas_NamesItsVersionAndWhatIsNeeded()
    {
        Onnx.Need();
        var error = Assert.Throws<NativeLibraryException>(() => OnnxLibrary.Open(OnnxRuntime.Path, apiVersion: 9999));
        Assert.Contains($"is ONNX Runtime {OnnxRuntime.Version}; 1.9999 or newer is needed", error.Message);
    }

    [Fact]
    public unsafe void FromBase_OfAnOldLibrary_NamesItsVersionAndAsksItForNothing()
    {
        // Invariant: the two functions below are of the types that OrtApiBase declares.
        nint* old = stackalloc nint[2];
        old[0] = (nint)(delegate* unmanaged<uint, nint>)&GetApiOfAnOldLibrary;
        old[1] = (nint)(delegate* unmanaged<nint>)&VersionOfAnOldLibrary;
        string message = "";
        try
        {
            OnnxLibrary.FromBase(old, "old.so");
        }
        catch (NativeLibraryException error)
        {
            message = error.Message;
        }

        Assert.Contains("'old.so' is ONNX Runtime 1.8.1; 1.17 or newer is needed", message);
        Assert.False(_wasAsked);
    }

    [Fact]
    public void Find_WithNothingAnywhere_NamesWhereItLookedAndWhatToInstall()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<NativeLibraryException>(() => OnnxSearch.Find(null, folder.Full, folder.Full, _ => false, NeverLoaded));
        Assert.Contains(folder.Full, error.Message);
        Assert.Contains("npm install", error.Message);
        Assert.Contains(OnnxSearch.Variable, error.Message);
    }

    [Fact]
    public void Find_WithAVariableOfNoFile_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<NativeLibraryException>(() => OnnxSearch.Find(folder["none.so"], folder.Full, folder.Full, _ => false, NeverLoaded));
        Assert.Contains(OnnxSearch.Variable, error.Message);
        Assert.Contains(folder["none.so"], error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("runtimes/RID/native")]
    [InlineData("node_modules/onnxruntime-node/bin/napi-v3/SYSTEM/PROCESSOR")]
    public void Find_WithTheLibraryBesideTheProgram_TakesThat(string place)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names of files as Linux has them");
        using var folder = new TemporaryFolder();
        string processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        string expected = folder[Path.Combine(
            place.Replace("RID", RuntimeInformation.RuntimeIdentifier).Replace("SYSTEM", "linux").Replace("PROCESSOR", processor), "libonnxruntime.so.1")];
        Directory.CreateDirectory(Path.GetDirectoryName(expected) ?? "");
        File.WriteAllText(expected, "");
        string? found = null;
        string below = Directory.CreateDirectory(folder["below"]).FullName;
        Assert.Throws<NativeLibraryException>(() => OnnxSearch.Find(null, place.StartsWith("node") ? below : folder.Full, folder.Full, _ => false, path =>
        {
            found = path;
            throw new NativeLibraryException();
        }));
        Assert.Equal(expected, found);
    }

    private static bool _wasAsked;

    private static OnnxLibrary NeverLoaded(string path) => throw new InvalidOperationException($"'{path}' should not have been found");

    [UnmanagedCallersOnly]
    private static nint GetApiOfAnOldLibrary(uint version)
    {
        _wasAsked = true;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static unsafe nint VersionOfAnOldLibrary() => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference("1.8.1\0"u8));
}
