using System.CommandLine;
using Pescador.Fast.Cli.Demo;
using Pescador.Fast.Cli.Inspect;
using Pescador.Fast.Cli.Pack;
using Pescador.Fast.Cli.Running;

namespace Pescador.Fast.Cli;

/// <summary>The command line: parse, call, print.</summary>
internal static class PescadorCommand
{
    /// <returns>See <see cref="ExitCode"/>.</returns>
    internal static int Run(string[] arguments)
    {
        var root = new RootCommand("pescador streams training data: draws samples from very many sources, mixes them and stacks them into batches.")
        {
            InspectCommand.Create(),
            PackCommand.Create(),
            DemoCommand.Create(),
        };
        RootHelp.ShortenFor(root);
        ParseResult parsed = root.Parse(arguments);
        int exitCode = parsed.Invoke();
        return parsed.Errors.Count > 0 ? ExitCode.WrongUse : exitCode;
    }
}
