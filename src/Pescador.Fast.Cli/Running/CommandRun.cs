using System.CommandLine;

namespace Pescador.Fast.Cli.Running;

/// <summary>Runs a command's work: errors that people can act on become a line on standard error and an exit code.</summary>
internal static class CommandRun
{
    /// <summary>Makes a command do its work.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">Given the parsed arguments and a token that Ctrl-C cancels.</param>
    internal static void Does(this Command command, Func<ParseResult, CancellationToken, int> work) =>
        // On another thread: System.CommandLine listens for Ctrl-C once the work is a task that runs.
        command.SetAction((parsed, cancellation) => Task.Run(() => Guarded(command.Name, () => work(parsed, cancellation)), CancellationToken.None));

    private static int Guarded(string command, Func<int> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            Say($"pescador {command}: interrupted.");
            return ExitCode.Interrupted;
        }
        catch (ArgumentException error)
        {
            Say($"pescador {command}: {WrongUse.Of(error)}");
            return ExitCode.WrongUse;
        }
        catch (Exception error) when (error is PescadorException or IOException or UnauthorizedAccessException or KeyNotFoundException or PlatformNotSupportedException)
        {
            Say($"pescador {command}: {error.Message}");
            return ExitCode.Failed;
        }
        catch (OutOfMemoryException)
        {
            Say($"pescador {command}: the machine has not enough memory for this; make --active, --batch, --prefetch or --budget smaller.");
            return ExitCode.Failed;
        }
    }

    /// <summary>A line on standard error; nothing where that is closed: the exit code says it, too.</summary>
    internal static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
