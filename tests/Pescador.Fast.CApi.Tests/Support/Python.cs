namespace Pescador.Fast.CApi.Tests.Support;

/// <summary>The system's Python, with the module that was built.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    private static readonly Lazy<Task<bool>> HasNumpy = new(static () => CanImport("numpy"));
    private static readonly Lazy<Task<bool>> HasTorch = new(static () => CanImport("torch"));

    /// <summary>Runs a script that lies beside the tests, and expects that it ends well and says nothing on its error stream.</summary>
    /// <returns>What it printed.</returns>
    internal static async Task<string> RunAsync(string script, bool numpy = false, bool torch = false, params string[] arguments)
    {
        await RequireAsync(numpy, torch);
        (int exitCode, string output, string errors) = await TryRunAsync([Path.Combine(AppContext.BaseDirectory, "Python", script), .. arguments]);
        Assert.True(exitCode == 0 && errors.Length == 0, $"{script} ended with {exitCode}.\n{output}\n{errors}");
        return output;
    }

    internal static Task<(int ExitCode, string Output, string Errors)> TryRunAsync(string[] arguments, params (string Name, string? Value)[] environment)
    {
        Assert.SkipUnless(File.Exists(Program), "install python3");

        // Every warning is an error; a crash tells where; deprecations of torch's own are not ours.
        return ChildProgram.RunAsync(
            Program, ["-X", "faulthandler", "-W", "error:::pescador_fast", .. arguments], [("PYTHONPATH", Places.Library), ("PYTHONDONTWRITEBYTECODE", "1"), .. environment]);
    }

    internal static async Task RequireAsync(bool numpy, bool torch)
    {
        Assert.SkipUnless(File.Exists(Program), "install python3");
        Assert.SkipUnless(!numpy || await HasNumpy.Value, "install python3-numpy");
        Assert.SkipUnless(!torch || await HasTorch.Value, "install python3-torch");
    }

    private static async Task<bool> CanImport(string module) =>
        File.Exists(Program) && (await ChildProgram.RunAsync(Program, ["-c", $"import {module}"])).ExitCode == 0;
}
