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
            Console.Error.WriteLine($"pescador {command}: interrupted.");
            return ExitCode.Interrupted;
        }
        catch (ArgumentException error)
        {
            Console.Error.WriteLine($"pescador {command}: {error.Message}");
            return ExitCode.WrongUse;
        }
        catch (Exception error) when (error is PescadorException or IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            Console.Error.WriteLine($"pescador {command}: {error.Message}");
            return ExitCode.Failed;
        }
    }
}
