using System.CommandLine;
using Pescador.Fast.Cli.Demo;

namespace Pescador.Fast.Cli;

/// <summary>The command line: parse, call, print.</summary>
internal static class PescadorCommand
{
    /// <returns>0 when done, 1 when the arguments were wrong or the command failed.</returns>
    internal static int Run(string[] arguments)
    {
        var root = new RootCommand("pescador streams training data: draws samples from very many sources, mixes them and stacks them into batches.")
        {
            DemoCommand.Create(),
        };
        return root.Parse(arguments).Invoke();
    }
}
