using Spectre.Console;

namespace Pescador.Fast.Cli.Running;

/// <summary>Where people read: made anew for each command, because Spectre's own keeps the first writer it saw.</summary>
internal static class Screen
{
    private const int WidthOfFiles = 120;

    /// <summary>Standard output; as wide as 120 characters where it is no terminal.</summary>
    internal static IAnsiConsole Out() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Runs work that reports its progress on standard error, if somebody looks at it there.</summary>
    /// <param name="work">Given the bars to move; null where nobody looks.</param>
    /// <param name="columns">Beside the description and the bar.</param>
    internal static T WithProgress<T>(Func<ProgressContext?, T> work, params ProgressColumn[] columns) =>
        Console.IsErrorRedirected
            ? work(null)
            : Create(Console.Error, false).Progress()
                .AutoClear(true)
                .Columns([new TaskDescriptionColumn(), new ProgressBarColumn(), .. columns])
                .Start(context => work(context));

    private static IAnsiConsole Create(TextWriter writer, bool isFile)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) };
        if (!isFile)
        {
            return AnsiConsole.Create(settings);
        }

        settings.Ansi = AnsiSupport.No;
        settings.ColorSystem = ColorSystemSupport.NoColors;
        IAnsiConsole console = AnsiConsole.Create(settings);
        console.Profile.Width = WidthOfFiles;
        return console;
    }
}
