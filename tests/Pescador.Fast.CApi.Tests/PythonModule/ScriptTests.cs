using Pescador.Fast.CApi.Tests.Support;

namespace Pescador.Fast.CApi.Tests.PythonModule;

/// <summary>Each script runs in a process of its own, and asserts by itself.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly DataFolder _data = DataFolder.OfRows();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("test_plain.py", false, false)]
    [InlineData("test_dlpack.py", true, true)]
    [InlineData("test_lifetime.py", true, true)]
    [InlineData("test_state.py", true, false)]
    [InlineData("test_errors.py", true, false)]
    [InlineData("test_values.py", true, false)]
    [InlineData("test_interrupted.py", false, false)]
    [InlineData("test_interrupted_start.py", false, false)]
    [InlineData("test_threads.py", false, false)]
    [InlineData("test_blocked.py", true, false)]
    [InlineData("test_exit.py", true, true)]
    [InlineData("test_fork.py", false, false)]
    [InlineData("test_interpreters.py", false, false)]
    public async Task Script_OverRows_EndsWell(string script, bool numpy, bool torch) =>
        Assert.Equal("ok\n", await Python.RunAsync(script, numpy, torch, _data.Path));

    [Fact]
    public async Task Interpreter_ThatEndsWhileAThreadWaits_EndsWell() =>
        Assert.Equal("ok\n", await Python.RunAsync("test_exit.py", numpy: true, torch: true, _data.Path, "thread"));

    [Fact]
    public async Task Types_OfEveryKind_AreTheSameInNumpyAndTorch()
    {
        using DataFolder types = DataFolder.OfAllTypes();
        Assert.Equal("ok\n", await Python.RunAsync("test_types.py", numpy: true, torch: true, types.Path));
    }

    [Fact]
    public async Task Open_ByItsSignature_TakesWhatTheHeaderDescribes() =>
        Assert.Equal("ok\n", await Python.RunAsync("test_signatures.py", arguments: Places.Library));

    [Fact]
    public async Task Main_OfTheModule_ShowsBatches()
    {
        (int exitCode, string output, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", _data.Path, "--batch", "16"]);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.StartsWith("batch 1: X float32[16, 8], Y uint8[16]\nbatch 2: X", output, StringComparison.Ordinal);
        Assert.Contains("48 samples; ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Main_WhoseReaderHasLeft_EndsInPeace()
    {
        const string Program = """
            import subprocess, sys
            shown = subprocess.Popen([sys.executable, "-m", "pescador_fast", sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            shown.stdout.close()
            print(shown.stderr.read(), shown.wait(timeout=60))
            """;
        Assert.Equal((0, "b'' 0\n", ""), await Python.TryRunAsync(["-c", Program, _data.Path]));
    }

    [Fact]
    public async Task Main_OfAMissingFile_SaysSo()
    {
        (int exitCode, string output, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", "nowhere"]);
        Assert.Equal((1, "", "'nowhere': there is no such file or folder\n"), (exitCode, output, errors));
    }

    [Fact]
    public async Task Open_WithoutTheAssembly_SaysHowToBuildIt()
    {
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", "nowhere"], ("PESCADOR_FAST_HOME", _data.Path));
        Assert.Equal(1, exitCode);
        Assert.Contains($"were not found in {_data.Path}. Build them: dotnet build -c Release native-interop/capi", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithoutTheAssemblyBelow_SaysSoInsteadOfDying()
    {
        foreach (string name in (string[])["Pescador.Fast.CApi.dll", "Pescador.Fast.CApi.runtimeconfig.json"])
        {
            File.Copy(Path.Combine(Places.Library, name), _data[name]);
        }

        (int exitCode, _, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", "nowhere"], ("PESCADOR_FAST_HOME", _data.Path));
        Assert.Equal(1, exitCode);
        Assert.Contains("Pescador.Fast.dll were not found in", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfADotnetThatCannotBeLoaded_SaysSo()
    {
        Directory.CreateDirectory(_data["host/fxr/10.0.0"]);
        File.WriteAllText(_data["host/fxr/10.0.0/libhostfxr.so"], "no library");
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", "nowhere"], ("DOTNET_ROOT", _data.Path));
        Assert.Equal(1, exitCode);
        Assert.Contains("libhostfxr.so cannot be loaded: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numpy_ThatIsBroken_IsNotCalledMissing()
    {
        await Python.RequireAsync(numpy: true, torch: false);
        Directory.CreateDirectory(_data["numpy"]);
        File.WriteAllText(_data["numpy/__init__.py"], "raise ImportError('libopenblas is of another machine')");
        string program = $"import sys, pescador_fast; sys.path.insert(0, '{_data.Path}'); stream = pescador_fast.open('{_data.Path}/*.X.npy'); next(stream)['X'].numpy()";
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-c", program]);
        Assert.Equal(1, exitCode);
        Assert.EndsWith("ImportError: libopenblas is of another machine\n", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithoutDotnet_SaysWhatToInstall()
    {
        string program = "import pescador_fast, pathlib; pescador_fast._roots = lambda: iter([pathlib.Path('/nowhere')]); pescador_fast.open('nowhere')";
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-c", program]);
        Assert.Equal(1, exitCode);
        Assert.Contains("Install .NET 10", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithoutAHome_LooksForDotnetInPath()
    {
        // As in a container of a user that nobody knows.
        string program = "import os, pescador_fast, pathlib; os.path.expanduser = lambda path: path; print(list(pescador_fast._roots())[-1])";
        (int exitCode, string output, string errors) = await Python.TryRunAsync(["-c", program], ("HOME", null), ("PATH", _data.Path));
        Assert.True(exitCode == 0, errors);
        Assert.NotEqual("", output);
    }

    [Fact]
    public async Task Open_OfABrokenFolder_SaysWhatHostfxrSays()
    {
        File.WriteAllText(_data["Pescador.Fast.CApi.dll"], "no assembly");
        File.WriteAllText(_data["Pescador.Fast.dll"], "no assembly");
        File.WriteAllText(_data["Pescador.Fast.CApi.runtimeconfig.json"], """{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "99.0.0"}}}""");
        (int exitCode, _, string errors) = await Python.TryRunAsync(["-m", "pescador_fast", "nowhere"], ("PESCADOR_FAST_HOME", _data.Path));
        Assert.Equal(1, exitCode);
        Assert.Contains("did not start", errors, StringComparison.Ordinal);
        Assert.Contains("99.0.0", errors, StringComparison.Ordinal);
    }
}
