using System.Diagnostics;

namespace Pescador.Fast.Zmq.Tests.Python;

/// <summary>One of the scripts beside the tests, run by the system's Python; ended with the test.</summary>
internal sealed class PythonProgram : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly Lazy<bool> HasModules = new(static () => File.Exists(Python) && Run(["-c", "import zmq, numpy, msgpack"]).Finish().ExitCode == 0);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonProgram(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start.");
        _errors = _process.StandardError.ReadToEndAsync();
    }

    internal static PythonProgram Start(string script, params string[] arguments)
    {
        Assert.SkipUnless(HasModules.Value, "install python3-zmq, python3-numpy and python3-msgpack");
        return Run([Path.Combine(AppContext.BaseDirectory, "Python", script), .. arguments]);
    }

    internal async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) ?? "(no more)";

    internal (int ExitCode, string Errors) Finish()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(30)), "Python did not end within 30 s.");
        return (_process.ExitCode, _errors.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static PythonProgram Run(IEnumerable<string> arguments) => new(arguments);
}
