using System.Diagnostics;
using System.Globalization;

namespace Pescador.Fast.Cli.Tests;

/// <summary>A command in a process of its own.</summary>
internal sealed class ChildCommand : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    internal ChildCommand(params string[] arguments)
    {
        string program = typeof(PescadorCommand).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!; // null only for documents
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Once it has ended, as after <see cref="ReadToEndAsync"/>.</summary>
    internal int ExitCode => _process.WaitForExit(Patience) ? _process.ExitCode : throw new TimeoutException("The child does not end.");

    /// <summary>Ctrl-C.</summary>
    internal void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        Assert.True(kill.WaitForExit(Patience));
    }

    /// <summary>The next line of its output that has a word in it.</summary>
    internal async Task<string> ReadUntilAsync(string word)
    {
        while (true)
        {
            string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
            Assert.True(line is not null, $"it ended before '{word}'");
            if (line.Contains(word, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    internal Task<string> ReadToEndAsync() => _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
