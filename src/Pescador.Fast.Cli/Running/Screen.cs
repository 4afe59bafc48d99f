using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pescador.Fast.Cli.Running;

/// <summary>Where people read: made anew for each command, because Spectre's own keeps the first writer it saw.</summary>
internal static class Screen
{
    private const int WidthOfFiles = 120;
    private const int WidestDisplay = 100;

    // Terminals write ^C where the cursor is: at the end of the last line. If that were the end of the screen, too, the display would move down.
    private const int RoomForEcho = 4;

    /// <summary>Standard output; as wide as 120 characters where it is no terminal.</summary>
    internal static IAnsiConsole Out() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Whether it can be drawn over.</summary>
    internal static bool IsLive(IAnsiConsole console) => !Console.IsOutputRedirected && console.Profile.Capabilities.Ansi;

    /// <summary>Runs work with a display that is drawn over, and gone at its end.</summary>
    internal static T WithDisplay<T>(IAnsiConsole console, IRenderable first, Func<LiveDisplayContext, T> work)
    {
        console.Profile.Width = Math.Min(WidestDisplay, console.Profile.Width - RoomForEcho);
        return console.Live(first).AutoClear(true).Start(work);
    }

    /// <summary>Rows of a name, a figure, and what it is of.</summary>
    internal static Grid Figures() => new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().RightAligned().NoWrap().Width(12)).AddColumn();

    /// <summary>Adds a row.</summary>
    internal static void AddFigure(this Grid grid, string name, FormattableString figure, FormattableString note) =>
        grid.AddRow(new Text(name), new Text(figure.ToString(CultureInfo.InvariantCulture)), new Text(note.ToString(CultureInfo.InvariantCulture)));

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
