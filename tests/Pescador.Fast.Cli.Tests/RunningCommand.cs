using System.Text;
using System.Text.Json;

namespace Pescador.Fast.Cli.Tests;

/// <summary>A command that runs beside the test, in this process, with a console of its own: what it prints can be waited for.</summary>
internal sealed class RunningCommand : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly OwnConsole _out = new();
    private readonly OwnConsole _error = new();
    private readonly Task<int> _run;

    private RunningCommand(string[] arguments)
    {
        _run = Task.Factory.StartNew(
            () =>
            {
                // Flows to every task and thread that the command begins, and nowhere else.
                RoutedConsole.Out.Current = _out;
                RoutedConsole.Error.Current = _error;
                return PescadorCommand.Run(arguments, _cancellation.Token);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    /// <summary>Begins a command. Only while a <see cref="RoutedConsole"/> is there.</summary>
    internal static RunningCommand Start(params string[] arguments) => new(arguments);

    internal string Error => _error.Written;

    internal string Out => _out.Written;

    /// <summary>As Ctrl-C does.</summary>
    internal void Cancel() => _cancellation.Cancel();

    /// <summary>Waits for a line that begins so, on either output.</summary>
    /// <returns>The rest of it.</returns>
    internal string WaitForLine(string start)
    {
        DateTime until = DateTime.UtcNow + Patience;
        while (true)
        {
            long seen = _out.Version + _error.Version;
            foreach (string line in (_out.Written + _error.Written).Split('\n')[..^1])
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                {
                    return line[start.Length..].TrimEnd();
                }
            }

            Assert.False(_run.IsCompleted && _out.Version + _error.Version == seen, $"it ended without '{start}':\n{Out}{Error}");
            Assert.True(DateTime.UtcNow < until, $"no '{start}' came:\n{Out}{Error}");
            _out.Wait(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Waits for its end.</summary>
    internal CommandOutput End() =>
        _run.Wait(Patience) ? new CommandOutput(_run.Result, Out, Error) : throw new TimeoutException($"It does not end:\n{Out}{Error}");

    /// <summary>The same, and reads the object that it printed.</summary>
    internal JsonElement EndWithJson(int exitCode = 0)
    {
        CommandOutput output = End();
        Assert.True(exitCode == output.ExitCode, $"{output}");
        using JsonDocument document = JsonDocument.Parse(output.Out);
        return document.RootElement.Clone();
    }

    public void Dispose()
    {
        _cancellation.Cancel();
        Assert.True(_run.Wait(Patience), "it does not end");
        _cancellation.Dispose();
    }

    /// <summary>What one command printed.</summary>
    internal sealed class OwnConsole
    {
        private readonly StringBuilder _written = new();
        private long _version;

        internal string Written
        {
            get
            {
                lock (_written)
                {
                    return _written.ToString();
                }
            }
        }

        internal long Version => Volatile.Read(ref _version);

        internal void Add(ReadOnlySpan<char> text)
        {
            lock (_written)
            {
                _written.Append(text);
                _version++;
                Monitor.PulseAll(_written);
            }
        }

        internal void Wait(TimeSpan timeout)
        {
            lock (_written)
            {
                Monitor.Wait(_written, timeout);
            }
        }
    }
}
