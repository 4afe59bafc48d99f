using System.Globalization;
using Spectre.Console;

namespace Pescador.Fast.Cli.Running;

/// <summary>Where a command writes.</summary>
internal static class Terminal
{
    private const int WidthOfFiles = 120;

    /// <summary>A console over what standard output is now: Spectre's own keeps the first that it saw.</summary>
    internal static IAnsiConsole Open()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }

    /// <summary>Whether what is written can be written over.</summary>
    internal static bool IsLive(this IAnsiConsole console) => console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;

    /// <summary>In the invariant culture, and free of markup.</summary>
    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).EscapeMarkup();
}
