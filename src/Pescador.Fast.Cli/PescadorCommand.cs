using System.CommandLine;
using System.CommandLine.Invocation;
using Pescador.Fast.Cli.Demo;
using Pescador.Fast.Cli.Draining;
using Pescador.Fast.Cli.Inspect;
using Pescador.Fast.Cli.Pack;
using Pescador.Fast.Cli.Running;
using Pescador.Fast.Cli.Serving;
using Pescador.Fast.Cli.Streaming;
using Pescador.Fast.Cli.Training;

namespace Pescador.Fast.Cli;

/// <summary>The command line: parse, call, print.</summary>
internal static class PescadorCommand
{
    // After Ctrl-C: to remove temporary files and print a summary.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(10);

    /// <returns>See <see cref="ExitCode"/>.</returns>
    internal static int Run(string[] arguments, CancellationToken cancellation = default)
    {
        var root = new RootCommand("pescador streams training data: draws samples from very many sources, mixes them and stacks them into batches.")
        {
            InspectCommand.Create(),
            PackCommand.Create(),
            DemoCommand.Create(),
            StreamCommand.Create(),
            ServeCommand.Create(),
            DrainCommand.Create(),
            TrainCommand.Create(),
        };
        RootHelp.ShortenFor(root);
        ParseResult parsed = root.Parse(arguments);
        if (arguments.Length > 0 && parsed.Action is ParseErrorAction)
        {
            CommandRun.Say(WrongUse.Of(parsed));
            return ExitCode.WrongUse;
        }

        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeToEnd };
        int exitCode = parsed.InvokeAsync(configuration, cancellation).GetAwaiter().GetResult();
        return parsed.Errors.Count > 0 ? ExitCode.WrongUse : exitCode;
    }
}
