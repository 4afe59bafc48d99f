using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pescador.Fast.Cli.Running;

/// <summary>The help of the program as a whole: of each command it shows the first line, not the examples.</summary>
internal sealed class RootHelp : SynchronousCommandLineAction
{
    private readonly SynchronousCommandLineAction _help;

    private RootHelp(SynchronousCommandLineAction help) => _help = help;

    // As help does: an argument that is missing is no error beside it.
    public override bool ClearsParseErrors => _help.ClearsParseErrors;

    internal static void ShortenFor(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is SynchronousCommandLineAction help)
            {
                option.Action = new RootHelp(help);
            }
        }
    }

    // The descriptions are changed in place: the commands are made anew for each run.
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is RootCommand root)
        {
            foreach (Command command in root.Subcommands)
            {
                command.Description = command.Description?.Split('\n')[0].TrimEnd('\r');
            }
        }

        return _help.Invoke(parseResult);
    }
}
